"""What somebody listens to here is told elsewhere: by evidence, once, and as long as it takes."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pylast
import pytest
from sqlalchemy import select

from accounting.reports import Beat, told_by
from base.clock import ManualClock
from catalog.callers import Caller
from catalog.kinds import Kind
from catalog.models.music import Recording, Track
from catalog.models.plays import PlaySession
from catalog.models.scrobbling import HeardElsewhere, Scrobble, ScrobbleLink
from catalog.models.sign_in import EmailAddress, Mail
from catalog.people import issue_token
from catalog.plays import play_session
from catalog.roles import Role
from catalog.scrobble_states import LinkState, ScrobbleState
from catalog.scrobbles import follow
from tests.support import lastfm_server
from tests.support.catalog import NOON, audible, opened, person
from tests.support.lastfm_server import LastFm, lastfm
from tests.support.served import Answer, Client, served
from tests.support.working import do
from workers.actors import perform

HALF_S = 90


@dataclass
class Listening:
    """A house, somebody who listens there, and a track of three minutes."""

    house: Client
    clock: ManualClock
    listener: Caller
    token: str
    track_id: UUID

    async def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        return await self.house.ask(method, path, token=self.token, data=data)

    async def connect(self, server: str, token: str) -> Answer:
        data = {"server": server, "token": token}
        return await self.ask("POST", "/api/v1/scrobbling/listenbrainz", data)

    async def links(self) -> list[dict[str, object]]:
        links: list[dict[str, object]] = (await self.ask("GET", "/api/v1/scrobbling")).json["links"]
        return links

    async def begin(self) -> UUID:
        """Open a session, which is followed."""
        database = self.house.holding.tools.database
        play_id = await opened(
            database, self.clock, listener=self.listener, track_id=self.track_id
        )
        async with database.begin() as session:
            await follow(session, play_id, request_id="test", now=self.clock())
        return play_id

    async def hear(self, play_id: UUID, seconds: int) -> None:
        """Have evidence of so many seconds, from the beginning on, and no more."""
        async with self.house.holding.tools.database.begin() as session:
            play = await play_session(session, play_id)
            passed = round((self.clock() - play.opened_at).total_seconds())
            beats = [
                Beat(at_ms=at * 1000, position_ms=at * 1000, elapsed_ms=at * 1000)
                for at in range(max(0, passed - seconds), passed + 1, 5)
            ]
            began = beats[0].position_ms
            beats = [
                Beat(
                    at_ms=one.at_ms,
                    position_ms=one.position_ms - began,
                    elapsed_ms=one.elapsed_ms - began,
                )
                for one in beats
            ]
            play.told = told_by(beats).as_json()
            play.delivered = [[0, seconds * 1000]]

    async def listen(self) -> UUID:
        """Hear half of the track."""
        play_id = await self.begin()
        self.clock.advance(timedelta(seconds=HALF_S))
        await self.hear(play_id, HALF_S)
        return play_id

    async def work(self) -> None:
        """Do what waits and may be done now, and what comes of it."""
        kinds = (Kind.LISTEN, Kind.SCROBBLE)
        for _ in range(3):
            for kind in kinds:
                await _once(self.house, kind)


async def _once(house: Client, kind: Kind) -> None:
    from tests.support.working import waiting

    for job in await waiting(house.holding, kind):
        await perform(house.holding, [job])


@asynccontextmanager
async def listening(folder: Path, valkey_url: str, **settings: object) -> AsyncIterator[Listening]:
    clock = ManualClock(NOON)
    async with served(
        folder, clock=clock, redis_url=valkey_url, webhooks_to_private=True, **settings
    ) as house:
        database = house.holding.tools.database
        artist, listener = (
            await person(database, Role.ARTIST),
            await person(database, Role.LISTENER),
        )
        track_id = await audible(database, artist)
        async with database.begin() as session:
            token = await issue_token(session, listener, label="all", now=NOON)
            track = await session.get_one(Track, track_id)
            track.title, track.artist = "Harbour Lights", "Ada & Co"
            recording = await session.get_one(Recording, track.recording_id)
            recording.isrc = "GBAYE0601498"
        yield Listening(house, clock, listener, token, track_id)


@pytest.fixture
async def ada(tmp_path: Path, valkey_url: str) -> AsyncIterator[Listening]:
    async with listening(tmp_path, valkey_url) as one:
        yield one


@pytest.fixture
async def radio(tmp_path: Path, valkey_url: str) -> AsyncIterator[tuple[Listening, LastFm]]:
    async with lastfm(ManualClock(NOON)) as service:
        keys = {"lastfm_key": lastfm_server.KEY, "lastfm_secret": lastfm_server.SECRET}
        settings = {**keys, "lastfm_url": service.url}
        async with listening(tmp_path, valkey_url, **settings) as one:
            service.clock = one.clock
            yield one, service


async def kept(house: Client) -> list[HeardElsewhere]:
    async with house.holding.tools.database.read() as session:
        return list(await session.scalars(select(HeardElsewhere)))


async def states(house: Client) -> list[tuple[str, str | None]]:
    async with house.holding.tools.database.read() as session:
        rows = await session.execute(select(Scrobble.state, Scrobble.reason))
        return [(state, reason) for state, reason in rows]


async def test_a_house_tells_another_what_is_listened_to_and_when(ada: Listening) -> None:
    """The other is this house itself: an account tells itself, by a token of its own."""
    assert (await ada.connect(ada.house.url, "no token")).status == 422
    made = await ada.connect(ada.house.url + "/", ada.token)
    assert (made.status, made.json["username"], made.json["state"]) == (
        201,
        "A listener",
        "connected",
    )
    play_id = await ada.begin()
    await ada.work()
    name = "/1/user/A listener"
    assert (await ada.ask("GET", f"{name}/playing-now")).json["payload"]["listens"] == []

    ada.clock.advance(timedelta(seconds=10))
    await ada.hear(play_id, 5)
    await ada.work()

    [sounding] = (await ada.ask("GET", f"{name}/playing-now")).json["payload"]["listens"]
    assert sounding["track_metadata"]["track_name"] == "Harbour Lights"
    ada.clock.advance(timedelta(seconds=HALF_S))
    await ada.hear(play_id, HALF_S - 5)
    await ada.work()
    assert await kept(ada.house) == []
    ada.clock.advance(timedelta(seconds=30))
    await ada.hear(play_id, HALF_S)
    await ada.work()
    await ada.work()
    [listen] = await kept(ada.house)
    assert (listen.track, listen.artist, listen.track_id) == (
        "Harbour Lights",
        "Ada & Co",
        ada.track_id,
    )
    assert listen.info["isrc"] == "GBAYE0601498"
    assert listen.info["duration_ms"] == 180_000
    assert listen.info["submission_client"] == "Refrain"
    [link] = await ada.links()
    assert (link["waiting"], link["refused"], link["trouble"]) == (0, 0, None)
    assert link["sent_at"] is not None
    assert ada.token not in str(await _sealed(ada.house))


async def _sealed(house: Client) -> list[str | None]:
    async with house.holding.tools.database.read() as session:
        return list(await session.scalars(select(ScrobbleLink.sealed)))


async def test_what_is_looked_at_again_is_told_once(ada: Listening) -> None:
    await ada.connect(ada.house.url, ada.token)
    play_id = await ada.listen()
    await ada.work()

    database = ada.house.holding.tools.database
    async with database.begin() as session:
        play = await session.get_one(PlaySession, play_id)
        from catalog.scrobbles import follow_again

        await follow_again(session, play, request_id="late", now=ada.clock())
    await ada.work()

    assert len(await kept(ada.house)) == 1
    assert await states(ada.house) == [(ScrobbleState.SENT, None)]


async def test_short_tracks_previews_and_what_was_before_are_not_told(ada: Listening) -> None:
    before = await ada.begin()
    ada.clock.advance(timedelta(seconds=1))
    await ada.connect(ada.house.url, ada.token)
    short, preview, forgotten = await ada.begin(), await ada.begin(), await ada.begin()
    ada.clock.advance(timedelta(seconds=HALF_S))
    database = ada.house.holding.tools.database
    async with database.begin() as session:
        (await play_session(session, short)).duration_ms = 30_000
        (await play_session(session, preview)).grant = "preview"
    for one in (before, short, preview, forgotten):
        await ada.hear(one, HALF_S)
    assert (await ada.ask("DELETE", f"/api/v1/history/{forgotten}")).status == 204

    assert await do(ada.house.holding, Kind.LISTEN) == 4
    assert await states(ada.house) == []


async def test_a_server_that_is_away_is_asked_again_later_and_told_all(
    ada: Listening, tmp_path: Path, valkey_url: str
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    async with served(folder, redis_url=valkey_url, address_requests_per_minute=2) as other:
        who = await person(other.holding.tools.database, Role.LISTENER)
        async with other.holding.tools.database.begin() as session:
            token = await issue_token(session, who, label="x", now=NOON)
        await ada.connect(other.url, token)
        assert (await other.ask("GET", "/1/validate-token")).status == 400  # what was left
        plays = [await ada.listen() for _ in range(3)]
        await ada.work()
        [link] = await ada.links()
        assert (link["waiting"], link["state"]) == (3, "connected")
        assert link["trouble"] == "The server answered with status 429."
        assert await kept(other) == []

        other_house = other.url
        ada.clock.advance(timedelta(minutes=2))
        await asyncio.sleep(0)
        async with served_unlimited(tmp_path, valkey_url) as (free, free_token):
            await ada.connect(free.url, free_token)
            await ada.work()
            assert other_house != free.url
    [link, _] = await ada.links()
    assert len(plays) == 3
    assert link["waiting"] == 3


@asynccontextmanager
async def served_unlimited(folder: Path, valkey_url: str) -> AsyncIterator[tuple[Client, str]]:
    place = folder / "free"
    place.mkdir()
    async with served(place, redis_url=valkey_url) as free:
        who = await person(free.holding.tools.database, Role.LISTENER)
        async with free.holding.tools.database.begin() as session:
            yield free, await issue_token(session, who, label="x", now=NOON)
