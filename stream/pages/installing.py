"""The pages as an application on somebody's device: what it is called, its worker, and no network.

What devices keep is the same for everybody: files of the shell, and a page that shows nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aiohttp import hdrs, web

from stream.keys import ASSETS
from stream.pages.assets import DIST, Shell
from stream.pages.catalogues import LANGUAGES, LOCALES, catalogue_of
from stream.pages.environments import TEMPLATES
from stream.pages.language import GROUNDS, language_of, saying
from stream.pages.render import SHELL, page

_WORKER = "service-worker.js"
_NOSNIFF = "X-Content-Type-Options"
#: What the page without a network is made of: where one of these changes, it is kept anew.
_MADE_OF = ("base.html", "offline.html", "parts/icons.html", "parts/shell.html")
_SIDES = (192, 512)


async def get_manifest(request: web.Request) -> web.Response:
    """Tell what is installed, in the language that the address says."""
    told = manifest(request.app[ASSETS], language_of(request), saying(request))
    return web.Response(
        text=json.dumps(told, ensure_ascii=False),
        content_type="application/manifest+json",
        headers={hdrs.CACHE_CONTROL: "public, max-age=3600", _NOSNIFF: "nosniff"},
    )


async def get_worker(request: web.Request) -> web.Response:
    """Answer the worker and what it keeps; browsers look again and again whether it changed."""
    if not (DIST / _WORKER).exists():
        raise web.HTTPNotFound
    text, tag = worker(frozenset(request.app[ASSETS].items()), request.app[SHELL])
    headers = {
        hdrs.CACHE_CONTROL: "no-cache",
        hdrs.ETAG: tag,
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
        _NOSNIFF: "nosniff",
    }
    if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type="text/javascript", headers=headers)


async def get_offline(request: web.Request) -> web.Response:
    """Show what is seen where no network is: nobody is known there."""
    return page(request, "offline.html", {"account": None, "is_known": False})


def manifest(
    assets: Mapping[str, str], language: str, _: Callable[..., str]
) -> Mapping[str, object]:
    """Answer a manifest (W3C Web Application Manifest)."""
    places = {
        "/search": _("Search"),
        "/library": _("Library"),
        "/studio/upload": _("Upload"),
    }
    return {
        "id": "/",
        "name": "Refrain",
        "short_name": "Refrain",
        "description": _("Music that becomes yours by listening."),
        "lang": language,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUNDS["light"],
        "theme_color": GROUNDS["light"],
        "categories": ["music", "entertainment"],
        "icons": [*_icons(assets)],
        "shortcuts": [{"name": name, "url": path} for path, name in places.items()],
    }


def _icons(assets: Mapping[str, str]) -> list[dict[str, str]]:
    if not assets:
        return []
    drawn = {"src": assets["icon.svg"], "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [drawn] + [
        {
            "src": assets[f"{name}-{side}.png"],
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, purpose in (("icon", "any"), ("icon-whole", "maskable"))
        for side in _SIDES
    ]


@cache
def worker(assets: frozenset[tuple[str, str]], shell: Shell) -> tuple[str, str]:
    """Answer the script of the worker, told what it keeps, and its tag."""
    told = f"const KEPT={json.dumps(kept(dict(assets), shell))};\n"
    text = told + (DIST / _WORKER).read_text()
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def kept(assets: Mapping[str, str], shell: Shell) -> Mapping[str, Any]:
    """Answer what a device keeps, and a name for just this."""
    names = [catalogue_of(one).script_name for one in LANGUAGES]
    sentences = [f"/language/{one}.json" for one in names if one]
    first = [assets[one] for one in ("app.js", "icon.svg", "style.css")]
    files = sorted([*first, *shell.modules, *shell.fonts, *sentences])
    made_of = [TEMPLATES / one for one in _MADE_OF]
    made_of += [path for one in LANGUAGES for path in sorted((LOCALES / one).glob("shell.po"))]
    version = hashlib.sha256("\n".join(files).encode())
    for path in made_of:
        version.update(path.read_bytes())
    pages = {one: f"/offline?lang={one}" for one in LANGUAGES}
    return {"version": version.hexdigest()[:12], "files": files, "pages": pages}
