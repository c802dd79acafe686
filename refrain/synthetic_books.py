"""Listeners with credit, recordings, and plays that are due, by the million, for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

from base.bulk import Row, insert_many
from base.database import Session
from base.tools import Tools
from catalog.models.base import Model, table_of
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.people import Account, AccountRole
from catalog.models.plays import Grant, PlaySession
from catalog.roles import AccountKind, Role
from catalog.states import PlayState, TrackState
from refrain.synthetic_credit import top_up_all

_AT_ONCE = 20_000
#: Milli-credits, more than anybody hears.
_CREDIT = 100_000
#: Recordings that a listener comes back to: of a hundred plays, two or three of each.
_FAVOURITES = 40
_KNOWN = timedelta(days=365)
#: Plays of a listener in a day, and how long each takes.
_A_DAY, _TRACK = 30, timedelta(minutes=4)
#: Recordings of an artist.
_OF_ONE = 2
_SESSION = (
    *("id", "listener_id", "track_id", "recording_id", "master_id", "grant", "duration_ms"),
    *("threshold_ms", "opened_at", "active_at", "state", "reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much there is to settle: plays, by whom, of how many recordings."""

    plays: int
    listeners: int
    recordings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A recording, and what its sessions name."""

    recording_id: UUID
    track_id: UUID
    master_id: UUID
    owner_id: UUID


async def make_due(tools: Tools, scale: Scale) -> None:
    """Make listeners who can pay, recordings, and plays that wait to be settled."""
    now = tools.clock()
    async with tools.database.begin() as session:
        owners = await make_people(session, scale.recordings // _OF_ONE or 1, Role.ARTIST, now=now)
        songs = await make_songs(session, owners, scale.recordings, now=now)
        # Accounts that are new would be held when they hear so much in a day.
        listeners = await make_people(session, scale.listeners, Role.LISTENER, now=now - _KNOWN)
        await top_up_all(session, listeners, millicredits=_CREDIT, now=now)
    rows = _sessions(scale.plays, listeners, songs, now)
    while some := list(islice(rows, _AT_ONCE)):
        async with tools.database.begin(is_lasting=False) as session:
            await _insert(session, PlaySession, _SESSION, some)


async def make_people(session: Session, number: int, role: Role, *, now: datetime) -> list[UUID]:
    """Make accounts without tokens."""
    people = [uuid4() for _ in range(number)]
    rows = [(one, f"A {role}", AccountKind.PERSON.value, now, 0) for one in people]
    await _insert(session, Account, ("id", "name", "kind", "created_at", "events"), rows)
    if role is not Role.LISTENER:
        granted = [(one, str(role), now) for one in people]
        await _insert(session, AccountRole, ("account_id", "role", "granted_at"), granted)
    return people


async def make_songs(
    session: Session, owners: Sequence[UUID], number: int, *, now: datetime
) -> list[Song]:
    """Make recordings that nobody can hear: nothing is stored of them."""
    songs = [
        Song(recording_id=uuid4(), track_id=uuid4(), master_id=uuid4(), owner_id=owner)
        for owner in (owners[index % len(owners)] for index in range(number))
    ]
    await _insert(
        session,
        Master,
        ("id", "sha256", "size_bytes", "storage_key", "filename", "uploaded_by", "created_at"),
        [(s.master_id, s.master_id.hex * 2, 1, "none", "song.wav", s.owner_id, now) for s in songs],
    )
    recordings = [(one.recording_id, one.owner_id, now) for one in songs]
    await _insert(session, Recording, ("id", "owner_id", "created_at"), recordings)
    same = ("Song", "Artist", "[]", str(TrackState.COMPLETE), now, now, "bench", False)
    await _insert(
        session,
        Track,
        (
            *("id", "recording_id", "master_id", "owner_id", "title", "artist", "edited"),
            *("state", "changed_at", "created_at", "request_id", "is_free"),
        ),
        [(s.track_id, s.recording_id, s.master_id, s.owner_id, *same) for s in songs],
    )
    return songs


async def _insert(
    session: Session, model: type[Model], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    await insert_many(session, table_of(model), columns, rows)


def _sessions(
    number: int, listeners: Sequence[UUID], songs: Sequence[Song], now: datetime
) -> Iterator[tuple[object, ...]]:
    """Answer plays of all listeners by turns, each of whom comes back to their own favourites.

    A listener hears one track after the other for some hours a day, until yesterday.
    """
    days = number // (len(listeners) * _A_DAY) + 2
    for index in range(number):
        turn, who = divmod(index, len(listeners))
        song = songs[(who * _FAVOURITES + turn % _FAVOURITES) % len(songs)]
        ids = (uuid4(), listeners[who], song.track_id, song.recording_id, song.master_id)
        day, of_day = divmod(turn, _A_DAY)
        opened = now - timedelta(days=days - day) + of_day * _TRACK
        at = opened + timedelta(milliseconds=who)
        told = (str(PlayState.QUALIFIED), "qualified")
        yield (*ids, str(Grant.FULL), 180_000, 45_000, at, at + timedelta(minutes=1), *told)
