"""Earlier clients where there is much: nothing is hidden, and no row costs a statement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from base.clock import ManualClock
from base.database import Session
from catalog.artists import name_on_release, name_on_track, new_artist, new_label, put_label
from catalog.callers import Caller
from catalog.credit_roles import Named
from catalog.favourites import favour
from catalog.liking import Kind
from catalog.models.artists import Artist, Label
from catalog.models.playlists import Playlist
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.models.words import ReleaseTag, TrackTag
from catalog.people import issue_token
from catalog.playlist_entries import add_entries
from catalog.playlist_rules import Visibility
from catalog.playlists import Wording, create
from catalog.releases import create_release
from catalog.roles import Role
from catalog.states import ReleaseState
from stream.legacy.routes import routes
from tests.support.booked import write_play
from tests.support.catalog import NOON, opened_in, person
from tests.support.earlier import Earlier
from tests.support.searching import put_out, refreshed
from tests.support.served import Client, served
from tests.support.statements_counted import statements

FEW, MANY = 3, 30
_TAG = "birdsong"
#: What is told of one thing is no longer where there are many.
_OF_ONE = frozenset(
    {
        *("GET labels/{id}", "GET resolve/{rest}", "GET tracks/{id}"),
        "GET user/artists/{id}",
        # All that was played is first of all by one artist.
        "GET user/plays/history/artists",
    }
)


@dataclass(kw_only=True)
class Shelf:
    """A house in which one account has made, likes, played and owns all that there is."""

    house: Client
    who: Caller
    artist: Artist
    label: Label
    release: Release
    playlist: Playlist
    tracks: list[UUID] = field(default_factory=list)

    async def grow(self, number: int) -> None:
        """Have so many of everything."""
        database = self.house.holding.tools.database
        titles = [(f"Many {one}", "The Larks", 0) for one in range(len(self.tracks), number)]
        tracks = (await put_out(database, titles, by=self.who)).values()
        async with database.begin() as session:
            for at, track in enumerate(tracks, len(self.tracks)):
                await self._place(session, track, at)
                await self._keep(session, track, at)
        self.tracks += tracks
        await refreshed(database)

    async def _place(self, session: Session, track: UUID, number: int) -> None:
        """Put a track on the release, and put out one that is on the label, and one on another."""
        name = f"Bird {number}"
        artist, label = (make(self.who.id, name, now=NOON) for make in (new_artist, new_label))
        session.add_all([artist, label])
        at = {"release_id": self.release.id, "disc": 1, "position": number + 1}
        session.add(ReleaseTrack(track_id=track, **at, edited=[]))
        session.add(TrackTag(track_id=track, tag=_TAG))
        named = [Named(name=one.name, artist_id=one.id) for one in (self.artist, artist)]
        await session.flush()
        await name_on_track(session, track, named, owner_id=self.who.id, now=NOON)
        for on in (self.label, label):
            release = await out(session, self.who, f"Many {number}")
            session.add(ReleaseTag(release_id=release.id, tag=_TAG))
            await name_on_release(session, release.id, named, owner_id=self.who.id, now=NOON)
            await put_label(session, release.id, on, owner_id=self.who.id, now=NOON)

    async def _keep(self, session: Session, track: UUID, number: int) -> None:
        """Let a track be played on a day, owned, liked, and on two playlists."""
        heard = await opened_in(session, listener=self.who, track_id=track, now=NOON)
        day = NOON - timedelta(days=number)
        await write_play(session, heard, payee_id=self.who.id, now=day, kind="own")
        owned = {"recording_id": heard.recording_id, "plays": 9, "owned_at": day}
        session.add(Counter(listener_id=self.who.id, **owned))
        await favour(session, self.who.id, Kind.TRACK, track, now=day)
        other = await create(session, self.who.id, _shown(f"Many {number}"), now=NOON)
        for one in (await session.get_one(Playlist, self.playlist.id), other):
            await add_entries(session, one, [track], by=self.who.id, now=NOON)

    def asked(self) -> Mapping[str, tuple[tuple[str, ...], dict[str, Any]]]:
        """Answer each route that is read, what is in its path, and what else is asked."""
        numbers, all_of = {"ids": [str(one) for one in self.tracks]}, {"limit": 100}
        playlist, release = str(self.playlist.id), str(self.release.id)
        artist, label, track = str(self.artist.id), str(self.label.id), str(self.tracks[0])
        found = {"q": "many", "limit": 50}
        special: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
            **{f"GET {of}playlists/{{id}}": ((playlist,), {}) for of in ("", "user/")},
            **{f"GET {of}trackgroups/{{id}}": ((release,), {}) for of in ("", "user/")},
            **{f"GET {of}artists/{{id}}": ((artist,), {}) for of in ("", "user/")},
            "GET artists/{id}/releases": ((artist,), all_of),
            "GET artists/{id}/tracks/top": ((artist,), {}),
            "GET labels/{id}": ((label,), {}),
            **{f"GET labels/{{id}}/{of}": ((label,), all_of) for of in ("releases", "artists")},
            "GET tag/{tag}": ((_TAG,), all_of),
            "GET tracks/{id}": ((track,), {}),
            "GET users/{id}/playlists": ((str(self.who.id),), all_of),
            "GET resolve/{rest}": ((f"track/{track}",), {}),
            **{f"GET search{of}": ((), found) for of in ("", "/")},
            **{f"GET user/{of}/resolve": ((), numbers) for of in ("favorites", "plays")},
            "GET user/plays/stats": ((), {"from": "2026-01-01"}),
        }
        read = [one.name for one in routes() if one.method == "GET" and "stream/" not in one.name]
        return {**dict.fromkeys(read, ((), all_of)), **special}


def _shown(title: str) -> Wording:
    return Wording(title=title, visibility=Visibility.PUBLIC)


async def out(session: Session, who: Caller, title: str) -> Release:
    """Put a release out."""
    release = await create_release(session, who, title=title, artist="The Larks", now=NOON)
    release.state, release.published_at = ReleaseState.PUBLISHED, NOON
    return release


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path, clock=ManualClock(NOON), public_moment_s=0, **many) as house:
        database = house.holding.tools.database
        who = await person(database, Role.ARTIST)
        async with database.begin() as session:
            artist = new_artist(who.id, "The Larks", now=NOON)
            label = new_label(who.id, "Wren Records", now=NOON)
            session.add_all([artist, label])
            release = await out(session, who, "All of them")
            playlist = await create(session, who.id, _shown("All of them"), now=NOON)
        yield Shelf(
            house=house,
            who=who,
            artist=artist,
            label=label,
            release=release,
            playlist=playlist,
        )


async def test_many_rows_take_no_more_statements_than_few(shelf: Shelf) -> None:
    database = shelf.house.holding.tools.database
    async with database.begin() as session:
        token = await issue_token(session, shelf.who, label="test", now=NOON)
    client = Earlier(house=shelf.house, token=token)
    asked: dict[int, dict[str, int]] = {FEW: {}, MANY: {}}
    told: dict[int, dict[str, int]] = {FEW: {}, MANY: {}}

    for number in (FEW, MANY):
        await shelf.grow(number)
        for route, (in_path, said) in shelf.asked().items():
            with statements(database) as found:
                answer = await client.send(route, *in_path, **said)
            assert answer.status == 200, (route, answer.body)
            asked[number][route], told[number][route] = len(found), len(answer.body)

    # What is found first may be of fewer kinds where there is more.
    assert {name for name, count in asked[MANY].items() if count > asked[FEW][name]} == set()
    grown = {name for name, size in told[MANY].items() if size > 2 * told[FEW][name]}
    assert grown == set(told[MANY]) - _OF_ONE


async def test_many_tracks_of_a_name_hide_no_release_of_it(shelf: Shelf) -> None:
    many = [(f"All of them {number}", "The Larks", 9) for number in range(21)]
    await put_out(shelf.house.holding.tools.database, many)

    found = await Earlier(house=shelf.house).data("GET search/", q="all+of+them")

    assert len(found["tracks"]) == 20
    assert [one["id"] for one in found["trackgroups"]] == [str(shelf.release.id)]
