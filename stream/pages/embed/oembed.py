"""oEmbed: how a page of ours is shown inside of another's (oembed.com, version 1.0).

Pure: an address is read into what it is of, and what it is shown as is printed as JSON or XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from urllib.parse import urlsplit
from uuid import UUID
from xml.sax.saxutils import escape as xml_escape

from stream.pages.meta import FRAME_WIDTH, RELEASE_HEIGHT, TRACK_HEIGHT

_NARROWEST, _LOWEST = 200, 120
#: For so long others may show what they were told, in seconds.
_CACHE_AGE_S = 86_400
Told = Mapping[str, str | int]


class Kind(StrEnum):
    """What is shown."""

    TRACK = "tracks"
    RELEASE = "releases"


HEIGHTS = {Kind.TRACK: TRACK_HEIGHT, Kind.RELEASE: RELEASE_HEIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What an address of ours is of."""

    kind: Kind
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is told of it; a cover has an address, and is as wide as high at most."""

    embedded: Embedded
    title: str
    artist: str
    cover: str | None = None
    cover_px: int = 0


def parse_url(url: str, *, origin: str) -> Embedded | None:
    """Answer what an address is of, if it is a page of ours that can be shown elsewhere."""
    try:
        said, ours = urlsplit(url), urlsplit(origin)
        if said.netloc.lower() != ours.netloc.lower() or said.scheme not in {"http", "https"}:
            return None
        kind, number = said.path.removeprefix("/embed").strip("/").split("/")
        return Embedded(kind=Kind(kind), id=UUID(number))
    except ValueError:  # it is no address, or none of these
        return None


def oembed(
    shown: Shown, *, origin: str, max_width: int | None = None, max_height: int | None = None
) -> Told:
    """Answer a rich embed: a frame, no larger than is wanted, as far as it can still be used."""
    height = HEIGHTS[shown.embedded.kind]
    width = max(_NARROWEST, min(FRAME_WIDTH, max_width or FRAME_WIDTH))
    height = max(_LOWEST, min(height, max_height or height))
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Refrain",
        "provider_url": f"{origin}/",
        "title": f"{shown.title} · {shown.artist}",
        "author_name": shown.artist,
        "cache_age": _CACHE_AGE_S,
        "width": width,
        "height": height,
        "html": frame(shown, origin=origin, width=width, height=height),
        **_thumbnail(shown, min(max_width or shown.cover_px, max_height or shown.cover_px)),
    }


def _thumbnail(shown: Shown, most_px: int) -> Told:
    """Tell of the cover, unless it is larger than may be (2.3.4)."""
    if shown.cover is None or shown.cover_px > most_px:
        return {}
    return {
        "thumbnail_url": shown.cover,
        "thumbnail_width": shown.cover_px,
        "thumbnail_height": shown.cover_px,
    }


def frame(shown: Shown, *, origin: str, width: int, height: int) -> str:
    """Print the element that shows it."""
    what = shown.embedded
    title = escape(f"{shown.title} · {shown.artist}", quote=True)
    return (
        f'<iframe src="{origin}/embed/{what.kind}/{what.id}" width="{width}" height="{height}" '
        f'title="{title}" loading="lazy" frameborder="0"></iframe>'
    )


def print_xml(told: Told) -> str:
    """Print it as XML."""
    each = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in told.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{each}</oembed>\n'
