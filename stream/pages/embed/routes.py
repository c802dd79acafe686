"""The players for other people's pages, and what tells of them; anyone may see them."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.pages.embed.pages import (
    get_embedded_release,
    get_embedded_track,
    get_oembed,
    get_preview,
)
from stream.pages.pages import Page


def embed_pages() -> Sequence[Page]:
    """Answer them."""
    each = {
        "/embed/tracks/{track}": get_embedded_track,
        "/embed/tracks/{track}/preview.mp4": get_preview,
        "/embed/releases/{release}": get_embedded_release,
        "/oembed": get_oembed,
    }
    return [
        Page(path=path, handler=handler, needs=Permission.CATALOGUE_READ)
        for path, handler in each.items()
    ]
