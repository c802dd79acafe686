"""An address for each route of an application, whatever may stand in its places."""

from __future__ import annotations

import re
from itertools import product
from uuid import UUID

from aiohttp import web

#: What a part of a path may be, of which that is taken that fits.
PARTS = (str(UUID(int=7)), "1", "avif", "dat", "json", "pdf", "aac", "x.wav", "overview.json")
_WORDS = (*PARTS, "A" * 43, "1.mp4", "s", "lrc", "artists", "new", "release", "approve", "admit")


def address_of(resource: web.AbstractResource) -> str:
    """Answer a path that leads there."""
    said = resource.get_info()
    if "pattern" not in said:
        return said.get("path") or f"{said['prefix']}/nothing.js"
    names = re.findall(r"\{(\w+)\}", said["formatter"])
    for words in product(_WORDS, repeat=len(names)):
        path: str = said["formatter"].format(**dict(zip(names, words, strict=True)))
        if said["pattern"].fullmatch(path):
            return path
    raise AssertionError(f"no word of these fits {said['formatter']}")
