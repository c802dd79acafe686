"""A whole house, made by the million: artists, releases, tracks, listeners and what they heard.

All of it goes in as rows do, past every key, rule and trigger. The same scale and the same time
make the same rows. What is popular is so as in life (Zipf): the first of a million tracks is heard
as often as the last half million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from accounting.settlement import PlayKind
from accounting.terms import terms_at
from base.bulk import Row, copy_in, in_parts, insert_many
from base.database import Session
from base.tools import Tools
from catalog.models.base import Model, table_of
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
from catalog.models.people import Account, AccountRole
from catalog.models.plays import Counter, Grant, Play, PlaySession
from catalog.models.releases import Release, ReleaseTrack
from catalog.roles import AccountKind, Role
from catalog.states import PlayState, ReleaseState, TrackState
from refrain.binary_rows import (
    Bytes,
    Column,
    Numbers,
    always,
    binary_rows,
    ids,
    instants,
    microseconds,
    nothing,
    numbers,
)
from refrain.synthetic_names import Chance, Names

#: Of an artist, of a release, and how many a listener comes back to.
_TRACKS_OF_ARTIST, TRACKS_OF_RELEASE, _FAVOURITES = 25, 10, 40
#: How long the house has been there, and how long one of its days is.
_DAYS, _DAY_US = 365, 86_400_000_000
_LISTENERS_AT_ONCE = 500
_DURATION_MS, _RATE = 200_000, 44_100
_FRAGMENTS = [[700, 96_000, 264_600], [96_700, 96_000, 264_600]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much there is, and of which chance."""

    tracks: int = 1_000_000
    listeners: int = 100_000
    plays: int = 10_000_000
    seed: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What was made: ids by table, sixteen bytes each; `popular` are tracks, the first the most."""

    artists: Bytes
    listeners: Bytes
    releases: Bytes
    tracks: Bytes
    recordings: Bytes
    masters: Bytes
    #: Which artist's each track is.
    by: Numbers
    popular: Numbers


async def make_catalogue(tools: Tools, sizes: Sizes) -> Catalogue:
    """Make all of it; a PostgreSQL that nobody needs is filled."""
    now = tools.clock()
    made = _ids(sizes)
    await _people(tools, sizes, made, now)
    await _music(tools, sizes, made, now)
    await _heard(tools, sizes, made, now)
    return made


def _ids(sizes: Sizes) -> Catalogue:
    artists = max(1, sizes.tracks // _TRACKS_OF_ARTIST)
    releases = max(1, sizes.tracks // TRACKS_OF_RELEASE)
    # Some have put out much, and most little.
    chance = chance_of(sizes, "by")
    of_release = (artists * chance.random(releases) ** 1.5).astype(np.int64)
    order = chance_of(sizes, "popular").permutation(sizes.tracks)
    return Catalogue(
        artists=made_ids(sizes, "artists", artists),
        listeners=made_ids(sizes, "listeners", sizes.listeners),
        releases=made_ids(sizes, "releases", releases),
        tracks=made_ids(sizes, "tracks", sizes.tracks),
        recordings=made_ids(sizes, "recordings", sizes.tracks),
        masters=made_ids(sizes, "masters", sizes.tracks),
        by=of_release[np.minimum(np.arange(sizes.tracks) // TRACKS_OF_RELEASE, releases - 1)],
        popular=order,
    )


def chance_of(sizes: Sizes, name: str, part: int = 0) -> Chance:
    """Answer the chance that something is made by, the same for the same seed."""
    return np.random.default_rng([sizes.seed, *name.encode(), part])


def made_ids(sizes: Sizes, name: str, number: int, part: int = 0) -> Bytes:
    """Answer ids by chance, marked as such (RFC 9562, version 4)."""
    made = chance_of(sizes, name, part).integers(0, 256, (number, 16), dtype=np.uint8)
    made[:, 6] = made[:, 6] & 0x0F | 0x40
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    return made


def names_of_artists(sizes: Sizes, number: int) -> list[str]:
    """Answer what artists are called, as their accounts are."""
    return [one[:200] for one in Names(sizes.seed).artists(number, chance_of(sizes, "names"))]


def uuids(made: Bytes) -> list[UUID]:
    """Answer ids as values."""
    told = made.tobytes()
    return [UUID(bytes=told[at : at + 16]) for at in range(0, len(told), 16)]


async def _people(tools: Tools, sizes: Sizes, made: Catalogue, now: datetime) -> None:
    names = names_of_artists(sizes, len(made.artists))
    known = now - timedelta(days=_DAYS)
    async with tools.database.begin(is_lasting=False) as session:
        artists = [
            (one, name, AccountKind.PERSON.value, known, 0)
            for one, name in zip(uuids(made.artists), names, strict=True)
        ]
        listeners = [
            (one, f"Listener {number}", AccountKind.PERSON.value, known, 0)
            for number, one in enumerate(uuids(made.listeners))
        ]
        columns = ("id", "name", "kind", "created_at", "events")
        await _insert(session, Account, columns, [*artists, *listeners])
        granted = [(one, str(Role.ARTIST), known) for one in uuids(made.artists)]
        await _insert(session, AccountRole, ("account_id", "role", "granted_at"), granted)


async def _music(tools: Tools, sizes: Sizes, made: Catalogue, now: datetime) -> None:
    """Write what is heard, the oldest first; titles and names as the same chance gives them."""
    names = Names(sizes.seed)
    artists = names.artists(len(made.artists), chance_of(sizes, "names"))
    owners = uuids(made.artists)
    at = [
        now - timedelta(days=_DAYS) + timedelta(days=_DAYS) * (number / sizes.tracks)
        for number in range(sizes.tracks)
    ]
    releases = uuids(made.releases)
    titles = names.titles(len(releases), chance_of(sizes, "release titles"))
    rows = []
    for number, release in enumerate(releases):
        by = int(made.by[number * TRACKS_OF_RELEASE])
        when = at[min(number * TRACKS_OF_RELEASE, sizes.tracks - 1)]
        state = str(ReleaseState.PUBLISHED)
        rows.append(
            (release, owners[by], titles[number], artists[by], "[]", state, when, when, when)
        )
    async with tools.database.begin(is_lasting=False) as session:
        for released in in_parts(rows):
            await _insert(session, Release, _RELEASE, released)
    for part, some in enumerate(in_parts(range(sizes.tracks))):
        said = names.titles(len(some), chance_of(sizes, "titles", part))
        whose = [int(made.by[number]) for number in some]
        told = [
            _Song(title=said[n], artist=artists[by], owner=owners[by], at=at[number])
            for n, (number, by) in enumerate(zip(some, whose, strict=True))
        ]
        async with tools.database.begin(is_lasting=False) as session:
            await _insert_songs(session, made, releases, some, told)


@dataclass(frozen=True, slots=True)
class _Song:
    title: str
    artist: str
    owner: UUID
    at: datetime


_RELEASE = (
    *("id", "owner_id", "title", "artist", "edited", "state", "changed_at", "created_at"),
    "published_at",
)
_TRACK = (
    *("id", "recording_id", "master_id", "owner_id", "title", "artist", "edited", "state"),
    *("changed_at", "created_at", "playable_at", "completed_at", "request_id", "is_free"),
)
_MASTER = (
    *("id", "sha256", "size_bytes", "storage_key", "filename", "uploaded_by", "created_at"),
    *("sample_rate", "channels", "samples", "pcm_sha256", "integrated_lufs"),
    *("range_lu", "true_peak_dbtp", "max_momentary_lufs", "max_short_term_lufs"),
)
_RENDITION = (
    *("id", "master_id", "rung", "is_preview", "is_download", "codec", "codecs", "mime"),
    *("sample_rate", "channels", "average_bps", "peak_bps", "size_bytes", "sha256"),
    *("storage_key", "init_bytes", "index_offset", "index_bytes", "timescale", "samples", "edit"),
    *("fragments", "certificate", "created_at", "recipe", "encoder", "generation"),
)


async def _insert_songs(
    session: Session,
    made: Catalogue,
    releases: Sequence[UUID],
    which: Sequence[int],
    songs: Sequence[_Song],
) -> None:
    part = slice(which[0], which[-1] + 1)
    tracks, recordings, masters = (
        uuids(one[part]) for one in (made.tracks, made.recordings, made.masters)
    )
    samples = _DURATION_MS * _RATE // 1000
    await _insert(
        session,
        Master,
        _MASTER,
        [_master(id_, one, samples) for id_, one in zip(masters, songs, strict=True)],
    )
    told = [(id_, one.owner, one.at) for id_, one in zip(recordings, songs, strict=True)]
    await _insert(session, Recording, ("id", "owner_id", "created_at"), told)
    state = str(TrackState.COMPLETE)
    rows = zip(tracks, recordings, masters, songs, strict=True)
    written = [
        (
            *(track, recording, master, one.owner, one.title, one.artist, "[]", state),
            *(one.at, one.at, one.at, one.at, "bench", False),
        )
        for track, recording, master, one in rows
    ]
    await _insert(session, Track, _TRACK, written)
    places = [
        (track, releases[min(at // TRACKS_OF_RELEASE, len(releases) - 1)], 1, at % 10 + 1, "[]")
        for at, track in zip(which, tracks, strict=True)
    ]
    columns = ("track_id", "release_id", "disc", "position", "edited")
    await _insert(session, ReleaseTrack, columns, places)
    heard = [_rendition(id_, one.at) for id_, one in zip(masters, songs, strict=True)]
    await _insert(session, Rendition, _RENDITION, heard)


def _master(id_: UUID, song: _Song, samples: int) -> Row:
    file = (id_.hex * 2, 30_000_000, f"masters/{id_.hex}", "song.wav", song.owner, song.at)
    return (id_, *file, _RATE, 2, samples, id_.hex * 2, -14.0, 5.0, -1.0, -10.0, -12.0)


def _rendition(master: UUID, at: datetime) -> Row:
    kind = ("aac-128", False, False, "aac", "mp4a.40.2", "audio/mp4", _RATE, 2)
    sizes = (128_000, 140_000, 3_200_000, master.hex * 2, f"renditions/{master.hex}")
    boxes = (700, 700, 100, _RATE, _DURATION_MS * _RATE // 1000, 2112)
    # Of the same chance as its master's: an id that no other has.
    own = UUID(int=master.int ^ 1)
    return (own, master, *kind, *sizes, *boxes, str(_FRAGMENTS), "{}", at, "bench", "bench", 0)


async def _heard(tools: Tools, sizes: Sizes, made: Catalogue, now: datetime) -> None:
    """Let listeners hear, some of them at a time, each for as long as the house is there."""
    async with tools.database.read() as session:
        prices = np.array((*(await terms_at(session, now)).prices, 0), dtype=np.int64)
    for first in range(0, sizes.listeners, _LISTENERS_AT_ONCE):
        whose = np.arange(first, min(first + _LISTENERS_AT_ONCE, sizes.listeners))
        heard = _plays(sizes, made, whose, microseconds(now))
        async with tools.database.begin(is_lasting=False) as session:
            for table, columns, count in _rows(sizes, made, heard, prices, first):
                rows = binary_rows(count, columns)
                await copy_in(session, table_of(table), list(columns), rows)


@dataclass(frozen=True, slots=True)
class _Heard:
    """Plays in the order of time: who heard which track, when, and how often before."""

    listener: Numbers
    track: Numbers
    at: Numbers
    before: Numbers


def _plays(sizes: Sizes, made: Catalogue, whose: Numbers, now_us: int) -> _Heard:
    chance = chance_of(sizes, "plays", int(whose[0]))
    each = max(1, sizes.plays // sizes.listeners)
    # A place is as likely as it is high, and a listener hears few of their favourites often.
    places = sizes.tracks ** chance.random((len(whose), _FAVOURITES))
    liked = made.popular[places.astype(np.int64) - 1]
    which = (_FAVOURITES * chance.random((len(whose), each)) ** 2).astype(np.int64)
    track = np.take_along_axis(liked, which, axis=1).ravel()
    listener = np.repeat(whose, each)
    at = now_us - np.sort(chance.integers(0, _DAYS * _DAY_US, (len(whose), each)), axis=1)[:, ::-1]
    pair = listener * sizes.tracks + track
    order = np.argsort(pair, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(pair[order]) != 0])
    counted = np.arange(len(pair)) - np.repeat(starts, np.diff(np.r_[starts, len(pair)]))
    before = np.empty_like(counted)
    before[order] = counted
    return _Heard(listener, track, at.ravel(), before)


def _rows(
    sizes: Sizes, made: Catalogue, heard: _Heard, prices: Numbers, part: int
) -> Iterator[tuple[type[Model], dict[str, Column], int]]:
    steps, count = len(prices) - 1, len(heard.track)
    sessions, plays = (made_ids(sizes, name, count, part) for name in ("sessions", "plays"))
    yield PlaySession, _sessions(made, heard, sessions), count
    is_paid = heard.before < steps
    for kind, which in ((PlayKind.PAID, is_paid), (PlayKind.OWNED, ~is_paid)):
        some = _Heard(
            *(one[which] for one in (heard.listener, heard.track, heard.at, heard.before))
        )
        price = prices[np.minimum(some.before, steps)]
        columns = _settled(made, some, sessions[which], plays[which], kind)
        columns["step"] = numbers(np.where(some.before < steps, some.before + 1, 0))
        columns["price_millicredits"] = numbers(price)
        yield Play, columns, len(some.track)
    yield from _counters(made, heard, sizes.tracks, steps)


def _sessions(made: Catalogue, heard: _Heard, own: Bytes) -> dict[str, Column]:
    count = len(heard.track)
    return {
        "id": ids(own),
        "listener_id": ids(made.listeners[heard.listener]),
        "track_id": ids(made.tracks[heard.track]),
        "recording_id": ids(made.recordings[heard.track]),
        "master_id": ids(made.masters[heard.track]),
        "grant": always(Grant.FULL),
        "duration_ms": numbers(np.full(count, _DURATION_MS)),
        "threshold_ms": numbers(np.full(count, 45_000)),
        "opened_at": instants(heard.at),
        "active_at": instants(heard.at + _DURATION_MS * 1000),
        "state": always(PlayState.SETTLED),
        "reason": always("settled"),
    }


def _settled(
    made: Catalogue, heard: _Heard, sessions: Bytes, own: Bytes, kind: PlayKind
) -> dict[str, Column]:
    return {
        "id": ids(own),
        "session_id": ids(sessions),
        "listener_id": ids(made.listeners[heard.listener]),
        "recording_id": ids(made.recordings[heard.track]),
        "track_id": ids(made.tracks[heard.track]),
        "payee_id": ids(made.artists[made.by[heard.track]]),
        "kind": always(kind),
        "occurred_at": instants(heard.at),
        "settled_at": instants(heard.at + 60_000_000),
    }


def _counters(
    made: Catalogue, heard: _Heard, tracks: int, steps: int
) -> Iterator[tuple[type[Model], dict[str, Column], int]]:
    """Answer how often each was paid for, and since when it is owned: the time of the last step."""
    pairs, counts = np.unique(heard.listener * tracks + heard.track, return_counts=True)
    last = heard.before == steps - 1
    owned, at = np.unique(heard.listener[last] * tracks + heard.track[last], return_index=True)
    begun = counts < steps
    for some, plays, owned_at in (
        (pairs[begun], counts[begun], nothing()),
        (owned, np.full(len(owned), steps), instants(heard.at[last][at])),
    ):
        columns = {
            "listener_id": ids(made.listeners[some // tracks]),
            "recording_id": ids(made.recordings[some % tracks]),
            "plays": numbers(plays),
            "owned_at": owned_at,
        }
        yield Counter, columns, len(some)


async def _insert(
    session: Session, model: type[Model], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    await insert_many(session, table_of(model), columns, rows)
