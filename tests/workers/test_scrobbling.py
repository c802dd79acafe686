"""What somebody listens to here is told elsewhere: by evidence, once, and as long as it takes."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pylast
import pytest
from aiohttp import web
from sqlalchemy import select

from accounting.reports import Beat, told_by
from base.clock import ManualClock
from catalog.callers import Caller
from catalog.history import forget_all, forget_one
from catalog.kinds import Kind
from catalog.models.music import Recording, Track
from catalog.models.plays import PlaySession
from catalog.models.scrobbling import HeardElsewhere, Scrobble, ScrobbleLink
from catalog.models.sign_in import EmailAddress, Mail
from catalog.people import issue_token
from catalog.plays import move_play, play_session
from catalog.retrying import Patience
from catalog.roles import Role
from catalog.scrobble_states import LinkState, ScrobbleState
from catalog.scrobbles import follow, follow_again
from catalog.states import PlayEvent
from stream.app import serving
from tests.support import lastfm_server
from tests.support.catalog import NOON, audible, opened, person
from tests.support.crashes import Crash, dying
from tests.support.lastfm_server import LastFm, lastfm
from tests.support.served import Answer, Client, served
from tests.support.subsonic import player_of
from tests.support.working import do, waiting, workshop
from workers.actors import perform
from workers.leases import expire
from workers.writing import write

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
        play_id = await opened(database, self.clock, listener=self.listener, track_id=self.track_id)
        async with database.begin() as session:
            await follow(
                session, play_id, listener_id=self.listener.id, request_id="test", now=self.clock()
            )
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
        await follow_again(session, play, request_id="late", now=ada.clock())
    await ada.work()

    assert len(await kept(ada.house)) == 1
    assert await states(ada.house) == [(ScrobbleState.SENT, None)]


async def test_what_a_player_of_subsonic_scrobbles_is_one_listen_by_evidence(
    ada: Listening,
) -> None:
    await ada.connect(ada.house.url, ada.token)
    player = await player_of(ada.house, ada.token)
    song = f"so-{ada.track_id}"
    play_id, database = await ada.begin(), ada.house.holding.tools.database
    await player.ask("scrobble", id=song, submission="false")
    ada.clock.advance(timedelta(seconds=HALF_S + 1))
    await player.ask("scrobble", id=song)
    await ada.work()
    assert await kept(ada.house) == []  # nothing was served

    async with database.begin() as session:
        play = await play_session(session, play_id)
        play.delivered = [[0, 180_000]]
        move_play(play, PlayEvent.QUALIFY, "qualified")  # it counts already
    for _ in range(2):
        ada.clock.advance(timedelta(seconds=30))
        await player.ask("scrobble", id=song)
        await ada.work()
        ada.clock.advance(timedelta(minutes=2))
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


async def test_a_server_that_is_away_is_told_all_when_it_is_back(
    ada: Listening, tmp_path: Path, valkey_url: str
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    async with workshop(folder, redis_url=valkey_url, ticket_secret="s" * 40) as other:
        other_house = Client(other, ada.house.http, "")
        async with serving(other.tools, host="127.0.0.1", port=0) as url:
            who = await person(other.tools.database, Role.LISTENER)
            async with other.tools.database.begin() as session:
                token = await issue_token(session, who, label="x", now=NOON)
            assert (await ada.connect(url, token)).status == 201
        for _ in range(3):
            await ada.listen()
            await ada.work()
        [link] = await ada.links()
        assert (link["waiting"], link["state"]) == (3, "connected")
        assert "cannot be reached" in str(link["trouble"])

        async with serving(other.tools, host="127.0.0.1", port=urlsplit(url).port or 0):
            other.tools.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
            await ada.work()
            assert await kept(other_house) == []  # not yet
            ada.clock.advance(timedelta(minutes=5))
            await ada.work()

        assert len(await kept(other_house)) == 3
        [link] = await ada.links()
        assert (link["waiting"], link["trouble"]) == (0, None)


async def test_who_is_signed_out_is_told_and_goes_on_once_connected_again(ada: Listening) -> None:
    database = ada.house.holding.tools.database
    async with database.begin() as session:
        session.add(
            EmailAddress(
                account_id=ada.listener.id,
                address="ada@house.example",
                folded="ada@house.example",
                changed_at=NOON,
                verified_at=NOON,
            )
        )
    made = await ada.ask("POST", "/api/v1/tokens", {"label": "listens"})
    await ada.connect(ada.house.url, made.json["token"])
    assert (await ada.ask("DELETE", f"/api/v1/tokens/{made.json['id']}")).status == 204

    await ada.listen()
    await ada.work()

    [link] = await ada.links()
    assert (link["state"], link["waiting"]) == (LinkState.SIGNED_OUT, 1)
    async with database.read() as session:
        mails = list(await session.scalars(select(Mail)))
    assert [(one.kind, one.facts["service"]) for one in mails] == [("scrobbling", "ListenBrainz")]
    assert "ListenBrainz" in write("scrobbling", mails[0].facts).subject
    await ada.connect(ada.house.url, ada.token)
    await ada.work()
    assert len(await kept(ada.house)) == 1
    [link] = await ada.links()
    assert (link["state"], link["waiting"], link["trouble"]) == (LinkState.CONNECTED, 0, None)


class Strict:
    """A ListenBrainz that takes no listen of one name, and nothing at all when told so."""

    def __init__(self) -> None:
        self.url, self.is_full, self.batches = "", False, list[list[str]]()
        #: So many submissions it takes before it is full, if it counts.
        self.left: int | None = None

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response({"valid": True, "user_name": "ada"})
        if self.left is not None:
            self.is_full, self.left = self.left == 0, max(0, self.left - 1)
        if self.is_full:
            document = {"code": 429, "error": "later"}
            return web.json_response(document, status=429, headers={"Retry-After": "7200"})
        payload = (await request.json())["payload"]
        names = [one["track_metadata"]["track_name"] for one in payload]
        if "Unfit" in names:
            return web.json_response({"code": 400, "error": "not that one"}, status=400)
        self.batches.append(names)
        return web.json_response({"status": "ok"})


@pytest.fixture
async def strict() -> AsyncIterator[Strict]:
    server, app = Strict(), web.Application()
    app.router.add_route("*", "/{rest:.*}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    yield server
    await runner.cleanup()


async def test_what_was_told_by_a_worker_that_died_then_is_told_again_and_stands_once(
    ada: Listening, strict: Strict
) -> None:
    await ada.connect(ada.house.url, ada.token)
    await ada.connect(strict.url, "t")
    await ada.listen()
    await _once(ada.house, Kind.LISTEN)
    database, both = ada.house.holding.tools.database, 2
    for _ in range(both):
        with dying(database.engine, at="UPDATE scrobble_links"), pytest.raises(Crash):
            await _once(ada.house, Kind.SCROBBLE)
    # What sounds was told, too.
    assert (len(await kept(ada.house)), strict.batches) == (1, [["Harbour Lights"]] * 2)
    assert await states(ada.house) == [(ScrobbleState.WAITING, None)] * both

    ada.clock.advance(timedelta(minutes=5))
    async with database.begin() as session:
        assert await expire(session, lambda _: Patience(faults=3, kills=3), now=ada.clock())
    ada.clock.advance(timedelta(minutes=5))
    await ada.work()

    assert (len(await kept(ada.house)), strict.batches) == (1, [["Harbour Lights"]] * 3)
    assert await states(ada.house) == [(ScrobbleState.SENT, None)] * both


async def _listen_to_five(ada: Listening, strict: Strict) -> None:
    """Listen to five tracks while a server takes nothing; it never takes the third of them."""
    strict.is_full = True
    for number in range(5):
        database = ada.house.holding.tools.database
        async with database.begin() as session:
            artist = await session.get_one(Track, ada.track_id)
        fresh = await audible(
            database, Caller(id=artist.owner_id, name="x"), f"song {number}".encode()
        )
        async with database.begin() as session:
            track = await session.get_one(Track, fresh)
            track.title = "Unfit" if number == 2 else f"Song {number}"
        ada.track_id = fresh
        await ada.listen()
        await ada.work()


async def test_what_will_never_be_taken_is_set_aside_and_keeps_nothing_up(
    ada: Listening, strict: Strict
) -> None:
    await ada.connect(strict.url, "t")
    await _listen_to_five(ada, strict)
    [link] = await ada.links()
    assert link["waiting"] == 5
    held = datetime.fromisoformat(str(link["held_until"]))
    assert held - ada.clock() > timedelta(minutes=90)  # as it wanted
    strict.is_full, strict.batches = False, []

    ada.clock.advance(timedelta(hours=2))
    await ada.work()

    assert strict.batches == [["Song 0", "Song 1"], ["Song 3", "Song 4"]]
    [link] = await ada.links()
    assert (link["waiting"], link["refused"]) == (0, 1)
    path = f"/api/v1/scrobbling/links/{link['link']}"
    [refused] = (await ada.ask("GET", f"{path}/refused")).json["items"]
    assert (refused["track"], refused["reason"]) == ("Unfit", "The server says: not that one")
    assert (await ada.ask("DELETE", path)).status == 204
    assert await ada.links() == []
    assert await states(ada.house) == []


async def test_what_was_taken_before_a_server_is_full_is_not_sent_again(
    ada: Listening, strict: Strict
) -> None:
    await ada.connect(strict.url, "t")
    await _listen_to_five(ada, strict)
    ada.clock.advance(timedelta(hours=2))
    strict.left = 3

    await ada.work()
    [link] = await ada.links()
    assert (strict.batches, link["waiting"]) == ([["Song 0", "Song 1"]], 3)

    ada.clock.advance(timedelta(hours=2))
    strict.left = 3
    await ada.work()
    [link] = await ada.links()
    assert strict.batches[1:] == [["Song 3", "Song 4"]]
    assert (link["waiting"], link["refused"], link["trouble"]) == (0, 1, None)


@pytest.mark.parametrize("is_all", [True, False])
async def test_what_is_taken_out_of_the_history_while_it_waits_is_not_told(
    ada: Listening, strict: Strict, *, is_all: bool
) -> None:
    await ada.connect(strict.url, "t")
    strict.is_full = True
    play_id = await ada.listen()
    await ada.work()
    assert (await ada.links())[0]["waiting"] == 1
    async with ada.house.holding.tools.database.begin() as session:
        if is_all:
            await forget_all(session, ada.listener.id, now=ada.clock())
        else:
            await forget_one(session, ada.listener.id, play_id)
    strict.is_full = False
    ada.clock.advance(timedelta(hours=2))

    await ada.work()

    assert strict.batches == []
    assert (await ada.links())[0]["waiting"] == 0


async def test_what_is_sealed_by_a_secret_that_is_gone_keeps_nobody_from_disconnecting(
    radio: tuple[Listening, LastFm],
) -> None:
    ada, _ = radio
    begun = await ada.ask("POST", "/api/v1/scrobbling/lastfm")
    async with ada.house.holding.tools.database.begin() as session:
        link = await session.get_one(ScrobbleLink, UUID(begun.json["link"]))
        link.asked = "of another secret"

    [link_told] = await ada.links()

    assert (link_told["state"], link_told["allow_at"]) == ("asked", None)
    path = f"/api/v1/scrobbling/links/{begun.json['link']}"
    assert (await ada.ask("DELETE", path)).status == 204


async def test_lastfm_is_told_what_sounds_and_what_was_listened_to(
    radio: tuple[Listening, LastFm],
) -> None:
    ada, service = radio
    begun = await ada.ask("POST", "/api/v1/scrobbling/lastfm")
    path = f"/api/v1/scrobbling/links/{begun.json['link']}/allowed"
    asked = parse_qs(urlsplit(begun.json["allow_at"]).query)
    assert (asked["api_key"], begun.json["state"]) == ([lastfm_server.KEY], "asked")
    early = await ada.ask("POST", path)
    assert (early.status, early.json["type"].rpartition(":")[2]) == (409, "not-allowed-yet")

    service.allow(asked["token"][0], "ada")
    assert (await ada.ask("POST", path)).status == 204

    [link] = await ada.links()
    assert (link["username"], link["state"], link["allow_at"]) == ("ada", "connected", None)
    for _ in range(55):
        await ada.listen()
    service.failing = 16
    await ada.work()
    [link] = await ada.links()
    assert (link["waiting"], service.batches) == (55, [])
    service.failing = None
    ada.clock.advance(timedelta(hours=1))
    await ada.work()
    assert service.batches == [50, 5]
    first = service.scrobbled[0]
    assert (first["artist"], first["track"]) == ("Ada & Co", "Harbour Lights")
    assert (first["duration"], first["timestamp"]) == ("180", str(int(NOON.timestamp())))
    await ada.begin()
    ada.clock.advance(timedelta(seconds=10))
    service.revoke()
    await ada.listen()
    await ada.work()
    [link] = await ada.links()
    assert (link["state"], link["waiting"]) == (LinkState.SIGNED_OUT, 1)


async def test_what_lastfm_leaves_out_is_told_with_its_reason(
    radio: tuple[Listening, LastFm],
) -> None:
    ada, service = radio
    begun = await ada.ask("POST", "/api/v1/scrobbling/lastfm")
    service.allow("token-0", "ada")
    await ada.ask("POST", f"/api/v1/scrobbling/links/{begun.json['link']}/allowed")
    service.left_out = "Harbour Lights"

    await ada.listen()
    await ada.work()

    assert await states(ada.house) == [
        (ScrobbleState.REFUSED, "The track is one that Last.fm leaves out.")
    ]


async def test_a_client_of_lastfm_that_is_not_ours_speaks_to_the_same_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the server that ours is tested against speaks as Last.fm does."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    await asyncio.to_thread(_certify, key, certificate)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    monkeypatch.setattr(pylast, "SSL_CONTEXT", ssl.create_default_context(cafile=str(certificate)))
    clock = ManualClock(NOON)
    async with lastfm(clock, tls=tls) as service:

        def talk() -> None:
            network = pylast.LastFMNetwork(lastfm_server.KEY, lastfm_server.SECRET)
            network.ws_server = (urlsplit(service.url).netloc, "/2.0/")
            generator = pylast.SessionKeyGenerator(network)
            url = generator.get_web_auth_url()
            with pytest.raises(pylast.WSError):
                generator.get_web_auth_session_key(url)
            service.allow(parse_qs(urlsplit(url).query)["token"][0], "ada")
            network.session_key = generator.get_web_auth_session_key(url)
            network.update_now_playing("Ada & Co", "Harbour Lights", duration=180)
            many = [
                {"artist": "Ada", "title": f"Song {at}", "timestamp": int(NOON.timestamp())}
                for at in range(60)
            ]
            network.scrobble_many(many)
            network.session_key = "another's"
            with pytest.raises(pylast.WSError, match="Invalid session key"):
                network.scrobble("Ada", "Song", int(NOON.timestamp()))

        await asyncio.to_thread(talk)

        assert (service.batches, len(service.scrobbled)) == ([50, 10], 60)
        assert service.playing[0]["artist"] == "Ada & Co"
        wrong = pylast.LastFMNetwork(lastfm_server.KEY, "another secret")
        wrong.ws_server = (urlsplit(service.url).netloc, "/2.0/")
        with pytest.raises(pylast.WSError, match="Invalid method signature"):
            await asyncio.to_thread(pylast.SessionKeyGenerator(wrong).get_web_auth_url)


def _certify(key: Path, certificate: Path) -> None:
    told = ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *told, *names]
    subprocess.run(command, check=True, capture_output=True)
