"""What a master's own tags say of it; they are suggestions, and easily wrong."""

from __future__ import annotations

import re
from pathlib import Path

import mutagen

from catalog.music import Naming

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
#: One name for each, over Vorbis comments, ID3 and iTunes atoms.
_NAMES = {
    "title": ("title", "TIT2", "\xa9nam"),
    "artist": ("artist", "TPE1", "\xa9ART"),
    "isrc": ("isrc", "TSRC", "----:com.apple.iTunes:ISRC"),
}


def read_tags(path: Path) -> Naming:
    """Answer what the tags say; nothing where they are missing or cannot be read."""
    try:
        tags = getattr(mutagen.File(path), "tags", None)
    except mutagen.MutagenError:
        return Naming()
    if not tags:
        return Naming()
    found = {name: _first(tags, keys) for name, keys in _NAMES.items()}
    return Naming(
        title=_clean(found["title"]), artist=_clean(found["artist"]), isrc=_isrc(found["isrc"])
    )


def _first(tags: object, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        try:
            value = tags[key]  # type: ignore[index] # every kind of tags is a mapping
        except (KeyError, ValueError):
            continue
        value = getattr(value, "text", value)
        first = value[0] if isinstance(value, list) and value else value
        if first:
            return first.decode(errors="replace") if isinstance(first, bytes) else str(first)
    return None


def _clean(text: str | None) -> str | None:
    """Drop what could not be shown in one line."""
    printable = "".join(c for c in text or "" if c.isprintable()).strip()
    return printable or None


def _isrc(text: str | None) -> str | None:
    plain = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    return plain if _ISRC.fullmatch(plain) else None
