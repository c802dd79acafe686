"""A track as lists show it: the same in playlists, charts, favourites, history and the queue."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from catalog.cards import Card
from catalog.pictures import PictureOf, Shown
from stream.api.picture_documents import picture_url, url_of


class TrackCard(BaseModel):
    """A track in a list; duration in seconds. One that is not `is_audible` stays where it was.

    `artwork` is the address of its release's cover, or else of its own, if there is one, of a size
    `/640` behind it.
    """

    track: str
    recording: str
    title: str
    artist: str
    duration: float | None
    is_audible: bool
    is_free: bool
    release: str | None
    release_title: str | None
    artwork: str | None


def card_document(card: Card) -> TrackCard:
    """Say what a list shows of a track."""
    return TrackCard(
        track=str(card.track_id),
        recording=str(card.recording_id),
        title=card.title,
        artist=card.artist,
        duration=None if card.duration_ms is None else card.duration_ms / 1000,
        is_audible=card.is_audible,
        is_free=card.is_free,
        release=None if card.release_id is None else str(card.release_id),
        release_title=card.release_title,
        artwork=picture_url(card.cover),
    )


def artwork_url(release_id: UUID) -> str:
    """Answer where the cover of a release is that has one."""
    return url_of(PictureOf(kind=Shown.RELEASE, id=release_id))
