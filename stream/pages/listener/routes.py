"""The pages for who listens, once each."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.pages.listener import (
    artists,
    charts,
    genres,
    home,
    labels,
    marks,
    people,
    releases,
    search,
    tracks,
)
from stream.pages.pages import Page

_OPEN = Permission.CATALOGUE_READ


def listener_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        Page(path="/", handler=home.get_home, needs=_OPEN),
        Page(path="/search", handler=search.get_search_page, needs=_OPEN),
        Page(path="/charts", handler=charts.get_charts, needs=_OPEN),
        Page(path="/charts/{chart}", handler=charts.get_chart_page, needs=_OPEN),
        Page(path="/genres", handler=genres.get_genres_page, needs=_OPEN),
        Page(path="/genres/{genre}", handler=genres.get_genre_page, needs=_OPEN),
        Page(path="/artists/{artist}", handler=artists.get_artist_page, needs=_OPEN),
        Page(path="/labels/{label}", handler=labels.get_label_page, needs=_OPEN),
        Page(path="/releases/{release}", handler=releases.get_release_page, needs=_OPEN),
        Page(path="/tracks/{track}", handler=tracks.get_track_page, needs=_OPEN),
        Page(path="/people/{person}", handler=people.get_person_page, needs=_OPEN),
        Page(
            method="POST",
            path="/releases/{release}/pre-save",
            handler=marks.post_pre_save,
            needs=Permission.LIBRARY_WRITE,
        ),
    ]
