"""The templates: one environment of Jinja's a language, with its words and its formats."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from stream.pages.catalogues import LANGUAGES, Catalogue, catalogue_of
from stream.pages.formats import formats_of

TEMPLATES = Path(__file__).with_name("templates")
EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do")


@cache
def environment_of(language: str) -> Environment:
    """Answer the environment in which pages of a language are written."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=EXTENSIONS,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = catalogue_of(language)
    install = environment.install_gettext_callables  # type: ignore[attr-defined] # of the extension
    install(catalogue.gettext, catalogue.ngettext, newstyle=True)
    environment.filters.update(formats_of(language), told=catalogue.told)
    environment.globals["_"] = partial(_said, catalogue)
    environment.globals["languages"] = LANGUAGES
    environment.globals["language"] = language
    return environment


def _said(catalogue: Catalogue, sentence: str, **values: object) -> Markup:
    """Translate for a page; what is no sentence of ours is text, too, and never a part of it.

    Jinja's own `_` trusts whatever it is given, also what a variable brings.
    """
    text = escape(catalogue.gettext(sentence))
    return text % values if values else text.replace("%%", "%")
