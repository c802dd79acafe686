"""The built front end: hashed names, by those that templates use, and how long they hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web

#: Beside the packages, in the sources and in the wheel alike.
DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
#: Of what never changes at its address.
FOREVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"-[0-9A-Z]{8}\.[a-z0-9]+$")


def load_assets() -> dict[str, str]:
    """Answer the address of each asset; none where the front end was not built."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text())
    return {logical: f"/assets/{hashed}" for logical, hashed in names.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the first script and the style of every page need beside themselves, at once."""

    modules: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()


def load_shell() -> Shell:
    """Answer it; nothing where the front end was not built."""
    told = DIST / "shell.json"
    if not told.exists():
        return Shell()
    names: dict[str, list[str]] = json.loads(told.read_text())
    return Shell(**{kind: tuple(f"/assets/{one}" for one in names[kind]) for kind in names})


async def tell_how_long(request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers keep what has a hash in its name: another version has another."""
    if request.path.startswith("/assets/") and response.status < HTTPStatus.BAD_REQUEST:
        is_hashed = _HASHED.search(request.path)
        response.headers[hdrs.CACHE_CONTROL] = FOREVER if is_hashed else "no-cache"
