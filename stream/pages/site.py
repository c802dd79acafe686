"""What pages are made of, beside them: drawn covers, sentences of scripts, and chosen looks."""

from __future__ import annotations

from aiohttp import hdrs, web

from stream.identity.entering import is_secure, keep
from stream.pages.assets import FOREVER
from stream.pages.catalogues import LANGUAGES, catalogue_of
from stream.pages.covers import cover_svg
from stream.pages.forms import form_of, onward, see_other
from stream.pages.language import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

_YEAR_S = 31_536_000


async def get_cover(request: web.Request) -> web.Response:
    """Draw a cover for what has none."""
    text = cover_svg(request.match_info["key"])
    return web.Response(
        text=text, content_type="image/svg+xml", headers={hdrs.CACHE_CONTROL: FOREVER}
    )


async def get_sentences(request: web.Request) -> web.Response:
    """Answer what scripts say in a language; the address changes with it."""
    name = request.match_info["name"]
    found = next((one for one in map(catalogue_of, LANGUAGES) if one.script_name == name), None)
    if found is None:
        raise web.HTTPNotFound
    response = web.json_response(text=found.script, headers={hdrs.CACHE_CONTROL: FOREVER})
    response.enable_compression()
    return response


async def post_looks(request: web.Request) -> web.Response:
    """Keep the language or the light that somebody chose, and go back to where they were."""
    form = await form_of(request)
    response = see_other(onward(form.get("next", "")))
    for name, cookie, choices in (
        ("language", LANGUAGE_COOKIE, LANGUAGES),
        ("theme", THEME_COOKIE, THEMES),
    ):
        if (said := form.get(name)) in choices:
            keep(response, cookie, str(said), lasts_s=_YEAR_S, is_secure=is_secure(request))
    return response
