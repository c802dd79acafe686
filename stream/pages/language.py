"""In which language, and in which light, somebody sees the pages: what they chose, else what fits.

Both are kept in cookies, so that they hold for who has no account as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from aiohttp import hdrs, web

from stream.pages.catalogues import ENGLISH, LANGUAGES, catalogue_of

LANGUAGE_COOKIE, THEME_COOKIE = "refrain_language", "refrain_theme"
Theme = Literal["", "light", "dark"]
THEMES: Sequence[Theme] = ("", "light", "dark")
#: What pages stand on (`--paper` of the style), for what is around them.
GROUNDS: Mapping[str, str] = MappingProxyType({"light": "#f7f7f6", "dark": "#111214"})


def language_of(request: web.Request) -> str:
    """Answer the language that was chosen, else the first that the browser asks for and we have."""
    for said in (request.query.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")):
        if said in LANGUAGES:
            return said
    return accepted(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))


def theme_of(request: web.Request) -> Theme:
    """Answer the light that was chosen; empty: that of the machine."""
    said = request.cookies.get(THEME_COOKIE, "")
    return next((one for one in THEMES if one == said), "")


def accepted(said: str) -> str:
    """Answer the best of our languages for an `Accept-Language` (RFC 9110, 12.5.4)."""
    wanted = [_weighed(one) for one in said[:500].split(",")]
    for _, language in sorted(wanted, key=lambda one: -one[0]):
        if language in LANGUAGES:
            return language
    return ENGLISH


def _weighed(said: str) -> tuple[float, str]:
    tag, _, weight = said.strip().partition(";q=")
    try:
        quality = float(weight) if weight else 1.0
    except ValueError:
        quality = 0.0
    return quality, tag.partition("-")[0].lower() if quality > 0 else ""


def saying(request: web.Request) -> Callable[..., str]:
    """Answer `_`, which says a sentence in the language of a request.

    What it says is text: a template escapes it like any other. `%(name)s` is taken from keywords.
    """
    catalogue = catalogue_of(language_of(request))

    def said(sentence: str, **values: object) -> str:
        found = catalogue.gettext(sentence)
        return found % values if values else found

    return said


def told(request: web.Request, sentence: str) -> str:
    """Say in the language of a request what another room said in English."""
    return told_in(request, sentence)[0]


def told_in(request: web.Request, sentence: str) -> tuple[str, str]:
    """Say it, and in which language it is by now."""
    language = language_of(request)
    said = catalogue_of(language).told(sentence)
    return said, ENGLISH if said == sentence else language


def N_(sentence: str) -> str:  # noqa: N802 - as all who use gettext know it
    """Mark a sentence to be translated where it is shown."""
    return sentence
