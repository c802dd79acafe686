"""Feeds and maps of the site; anyone may read them."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.pages.feeds.pages import (
    get_atom,
    get_map,
    get_map_index,
    get_robots,
    get_rss,
    get_sound,
)
from stream.pages.pages import Page


def feed_pages() -> Sequence[Page]:
    """Answer them."""
    each = {
        "/artists/{artist}/feed.rss": get_rss,
        "/artists/{artist}/feed.atom": get_atom,
        "/feeds/tracks/{track}.mp4": get_sound,
        "/robots.txt": get_robots,
        "/sitemap.xml": get_map_index,
        "/sitemaps/{shown:releases|tracks|artists}-{first:[0-9a-f-]+}.xml": get_map,
    }
    return [
        Page(path=path, handler=handler, needs=Permission.CATALOGUE_READ)
        for path, handler in each.items()
    ]
