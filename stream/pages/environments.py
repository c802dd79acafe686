"""The templates: one environment of Jinja's a language, with its words and its formats."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from stream.pages.catalogues import LANGUAGES, Catalogue, catalogue_of
from stream.pages.formats import formats_of

TEMPLATES = Path(__file__).with_name("templates")
EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do")
#: Of ours there are fewer; some are what a variable brings.
_SENTENCES = 8_192


@cache
def environment_of(language: str) -> Environment:
    """Answer the environment in which pages of a language are written."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=EXTENSIONS,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = catalogue_of(language)
    install = environment.install_gettext_callables  # type: ignore[attr-defined] # of the extension
    install(catalogue.gettext, catalogue.ngettext, newstyle=True)
    environment.filters.update(formats_of(language), told=catalogue.told)
    environment.globals["_"] = _saying(catalogue)
    environment.globals["languages"] = LANGUAGES
    environment.globals["language"] = language
    return environment


def _saying(catalogue: Catalogue) -> Callable[..., Markup]:
    """Answer `_`, which translates for a page; what is no sentence of ours is text, too.

    Jinja's own trusts whatever it is given, also what a variable brings.
    """

    @lru_cache(maxsize=_SENTENCES)
    def text_of(sentence: str) -> Markup:
        return escape(catalogue.gettext(sentence))

    @lru_cache(maxsize=_SENTENCES)
    def words_of(sentence: str) -> Markup:
        return text_of(sentence).replace("%%", "%")

    def said(sentence: str, **values: object) -> Markup:
        return text_of(sentence) % values if values else words_of(sentence)

    return said
