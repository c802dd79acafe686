"""The pages for who listens, once each."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.pages.listener import tracks
from stream.pages.pages import Page

_OPEN = Permission.CATALOGUE_READ


def listener_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        Page(path="/", handler=tracks.get_home, needs=_OPEN),
        Page(path="/tracks/{track}", handler=tracks.get_track_page, needs=_OPEN),
    ]
