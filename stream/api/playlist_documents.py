"""The documents of playlists: what is taken and what is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from base.database import Session
from catalog.cards import Card, cards_for
from catalog.models.playlists import PlaylistEntry
from catalog.playlist_entries import covers_of
from catalog.playlist_rules import TITLE, Part, Visibility
from catalog.playlists import Shown
from stream.api.cards import TrackCard, card_document
from stream.api.picture_documents import picture_url

#: What a cover is made of: the pictures of so many releases.
_COVERS = 4
#: Tracks that are put on a list at once.
_AT_ONCE = 500
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TITLE)]


class NewPlaylist(BaseModel):
    """Make a playlist; all but you see it only where you say so."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Walking home"}]}
    )

    title: Title
    description: str = Field(default="", max_length=2000)
    visibility: Visibility = Visibility.PRIVATE


class EditPlaylist(BaseModel):
    """Call a playlist something else, or let others see it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    description: str | None = Field(default=None, max_length=2000)
    visibility: Visibility | None = None


class PlaylistDocument(BaseModel):
    """A playlist; duration in seconds. `part` is what the caller is to it, if they are anything.

    `covers` are addresses of up to four pictures of releases whose tracks come first. `version`
    counts changes.
    """

    id: str
    title: str
    description: str
    visibility: Visibility
    owner: str
    owner_name: str
    part: Part | None
    tracks: int
    duration: float
    version: int
    created_at: datetime
    changed_at: datetime
    covers: list[str]


class PlaylistList(BaseModel):
    """Playlists; what they are ordered by, their list says."""

    items: list[PlaylistDocument]
    next: str | None


class EntryDocument(BaseModel):
    """A track where it stands on a playlist. One that was withdrawn keeps its place.

    `card` is null where the reader may not know of it; who put it there, its owner and members
    are told.
    """

    entry: str
    added_by: str | None
    added_at: datetime
    card: TrackCard | None


class EntryList(BaseModel):
    """What stands on a playlist, in order."""

    items: list[EntryDocument]
    next: str | None


class AddTracks(BaseModel):
    """Put tracks before an entry, or behind one; at the end, where neither is said."""

    model_config = ConfigDict(extra="forbid")

    tracks: list[UUID] = Field(min_length=1, max_length=_AT_ONCE)
    before: UUID | None = None
    behind: UUID | None = None


class WriteTracks(BaseModel):
    """Let a playlist be these tracks and no others."""

    model_config = ConfigDict(extra="forbid")

    tracks: list[UUID] = Field(max_length=_AT_ONCE)


class MoveEntry(BaseModel):
    """Put an entry before another, or behind one; at the end, where neither is said."""

    model_config = ConfigDict(extra="forbid")

    before: UUID | None = None
    behind: UUID | None = None


class EntriesWritten(BaseModel):
    """The entries that were made, in their order, and which version of the playlist that is."""

    entries: list[str]
    version: int


class PlaylistMemberDocument(BaseModel):
    """Somebody who is let in beside the owner."""

    account: str
    name: str
    part: Part
    joined_at: datetime


class PlaylistMemberList(BaseModel):
    """Who is let in, in the order in which they came."""

    items: list[PlaylistMemberDocument]


class NewPlaylistInvitation(BaseModel):
    """Invite whoever has the code to see a playlist, or to change what is on it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"part": "editor"}]})

    part: Part = Part.EDITOR
    days: int = Field(default=7, ge=1, le=90)


class PlaylistInvitationMade(BaseModel):
    """A code, which is told this once, and until when it leads in."""

    code: str
    part: Part
    expires_at: datetime


class ChangePlaylistMember(BaseModel):
    """Let a member see a playlist only, or change what is on it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"part": "viewer"}]})

    part: Part


async def documents_of(session: Session, found: Sequence[Shown]) -> list[PlaylistDocument]:
    """Say what playlists are, with their covers, in two statements however many they are."""
    first = await covers_of(session, [one.playlist.id for one in found])
    cards = await cards_for(session, None, {track for some in first.values() for track in some})
    return [
        playlist_document(
            one, _covers(cards[track] for track in first[one.playlist.id] if track in cards)
        )
        for one in found
    ]


def playlist_document(found: Shown, covers: list[str]) -> PlaylistDocument:
    """Say what a playlist is."""
    one = found.playlist
    return PlaylistDocument(
        id=str(one.id),
        title=one.title,
        description=one.description,
        visibility=Visibility(one.visibility),
        owner=str(one.owner_id),
        owner_name=found.owner,
        part=found.part,
        tracks=one.tracks,
        duration=one.duration_ms / 1000,
        version=one.version,
        created_at=one.created_at,
        changed_at=one.changed_at,
        covers=covers,
    )


async def entry_documents(
    session: Session, entries: Sequence[PlaylistEntry], *, for_id: UUID | None, is_theirs: bool
) -> list[EntryDocument]:
    """Say what stands on a playlist, as far as a reader may know of it, whose list it is or not."""
    cards = await cards_for(session, for_id, {one.track_id for one in entries})
    return [
        EntryDocument(
            entry=str(one.id),
            added_by=str(one.added_by) if is_theirs else None,
            added_at=one.added_at,
            card=card_document(cards[one.track_id]) if one.track_id in cards else None,
        )
        for one in entries
    ]


def _covers(cards: Iterable[Card]) -> list[str]:
    urls = (picture_url(one.cover) for one in cards)
    return list(dict.fromkeys(url for url in urls if url is not None))[:_COVERS]
