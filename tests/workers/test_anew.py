"""Renditions are made anew, by a real encoder, while somebody listens."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import delete

from base.clock import ManualClock
from catalog.generations import all_renditions, roll_back
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.masters import lock_master
from catalog.models.files import UNKNOWN, Rendition
from catalog.models.jobs import Job
from catalog.music import renditions_of
from catalog.people import issue_token
from catalog.periods import NOTICE
from catalog.reencoding import Target, Why, faults, made_by, newest_target, subject_of
from catalog.roles import Role
from ingest.accept import accept
from stream.app import serving
from stream.playlists import parse_media
from tests.support.catalog import NOON, person
from tests.support.masters import carillon
from tests.support.working import do, objects, sent, waiting, workshop
from transcode.ladder import REST, Codec
from transcode.recipe import RULES
from workers import anew, media
from workers.actors import perform
from workers.anew import own_target
from workers.campaign import announce, begin_some
from workers.holding import Holding
from workers.housekeeping import sweep_unneeded, tidy

SAMPLES = 8 * 44_100


@dataclass
class House:
    holding: Holding
    clock: ManualClock
    http: aiohttp.ClientSession
    url: str
    track: str
    master: UUID
    token: str

    async def renditions(self) -> dict[str, Rendition]:
        async with self.holding.tools.database.read() as session:
            return {one.rung: one for one in await renditions_of(session, self.master)}

    async def open(self) -> "Play":
        headers = {"Authorization": f"Bearer {self.token}"}
        said = {"track": self.track}
        async with self.http.post(f"{self.url}/api/v1/plays", json=said, headers=headers) as answer:
            opened = await answer.json()
        return Play(self, opened["hls"].rpartition("/")[0])

    async def start(self) -> None:
        """Do what the command does: what this worker makes, the catalogue shall be made of."""
        target = own_target(self.holding.engine)
        await announce(self.holding.tools, target)
        async with self.holding.tools.database.begin() as session:
            row = await newest_target(session, lock=True)
            assert row is not None
            assert row.target == target.name
            row.started_at = self.clock()


@dataclass
class Play:
    house: House
    root: str

    async def get(self, name: str, part: tuple[int, int] | None = None) -> bytes:
        headers = {} if part is None else {"Range": f"bytes={part[0]}-{sum(part) - 1}"}
        async with self.house.http.get(
            f"{self.house.url}{self.root}/{name}", headers=headers
        ) as got:
            assert got.status in {200, 206}, await got.text()
            return await got.read()

    async def tag(self, rung: str) -> str:
        async with self.house.http.head(f"{self.house.url}{self.root}/{rung}.mp4") as got:
            return got.headers["ETag"].strip('"')

    async def lists(self) -> list[bytes]:
        """Answer all that tells what there is."""
        return [
            await self.get(name) for name in ("multivariant.m3u8", "manifest.mpd", "aac-128.m3u8")
        ]


@asynccontextmanager
async def opened(folder: Path, **settings: object) -> AsyncIterator[House]:
    """Open a house with a complete track, a worker at hand and a listener."""
    clock = ManualClock(NOON)
    given = {"ticket_secret": "s" * 40, **settings}
    async with (
        workshop(folder, clock=clock, encodes=True, **given) as holding,
        serving(holding.tools, host="127.0.0.1", port=0) as url,
        aiohttp.ClientSession() as http,
    ):
        database = holding.tools.database
        artist, listener = [
            await person(database, role, millicredits=1_000)
            for role in (Role.ARTIST, Role.LISTENER)
        ]
        received = await sent(holding, carillon(folder / "Bells.wav", samples=SAMPLES).read_bytes())
        async with database.begin() as session:
            accepted = await accept(
                session,
                received,
                filename="Bells.wav",
                caller=artist,
                request_id="test",
                now=clock(),
            )
            token = await issue_token(session, listener, label="test", now=NOON)
        assert await do(holding, Kind.EXAMINE, Kind.LADDER) == 2
        yield House(
            holding=holding,
            clock=clock,
            http=http,
            url=url,
            track=str(accepted.track_id),
            master=accepted.master_id,
            token=token,
        )


def tomorrow(monkeypatch: pytest.MonkeyPatch, *, gain_db: float | None = None) -> None:
    """Change the recipe of AAC; with a gain, other bytes come of it."""
    monkeypatch.setitem(RULES, Codec.AAC, 2)  # type: ignore[arg-type] # it is a dict
    if gain_db is not None:
        monkeypatch.setattr(anew, "headroom_db", lambda _: gain_db)


def sums(rows: Sequence[Rendition]) -> dict[str, str]:
    return {one.rung: one.sha256 for one in rows}


@pytest.fixture(autouse=True)
def ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ladder be short, and nobody stand back: tests have no listeners beside them."""
    monkeypatch.setattr(anew, "IDLE", 0)
    rest = tuple(rung for rung in REST if rung.name in {"aac-64", "opus-96"})
    for module in (anew, media):
        monkeypatch.setattr(module, "REST", rest)


@pytest.fixture(params=["sqlite and disk", "postgresql and s3"])
def services(request: pytest.FixtureRequest) -> dict[str, str]:
    names = {"database_url": "migrated_postgres_url", "storage_url": "s3_url"}
    has_services = request.param == "postgresql and s3"
    return {k: request.getfixturevalue(v) for k, v in names.items()} if has_services else {}


@pytest.fixture
async def house(tmp_path: Path, services: dict[str, str]) -> AsyncIterator[House]:
    async with opened(tmp_path, **services) as made:
        yield made


async def test_who_listens_notices_nothing_and_who_comes_next_hears_the_new(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await house.renditions()
    old = await house.open()
    lists = await old.lists()
    playlist = parse_media(lists[2].decode())
    assert len(playlist.segments) > 1
    first = playlist.segments[0].bytes
    heard = await old.get("aac-128.mp4", (0, first.offset + first.length))
    whole = await old.get("aac-128.mp4")

    tomorrow(monkeypatch, gain_db=-1.0)
    await house.start()
    assert await begin_some(house.holding.tools) == 1
    assert await do(house.holding, Kind.REENCODE) == 1
    late = await house.open()  # it was swapped already, and holds in a moment
    house.clock.advance(NOTICE)
    new = await house.open()

    for one in playlist.segments[1:]:
        heard += await old.get("aac-128.mp4", (one.bytes.offset, one.bytes.length))
    assert heard == whole
    assert await old.lists() == lists
    after = await house.renditions()
    assert after.keys() == before.keys()
    for play, rows in ((old, before), (late, before), (new, after)):
        assert {rung: await play.tag(rung) for rung in ("aac-128", "aac-64", "opus-96")} == {
            rung: rows[rung].sha256 for rung in ("aac-128", "aac-64", "opus-96")
        }
    assert await new.lists() != lists
    changed = {rung for rung, row in after.items() if row.sha256 != before[rung].sha256}
    assert changed == {"aac-64", "aac-128", "preview-aac-128"}
    assert await begin_some(house.holding.tools) == 0

    async with house.holding.tools.database.begin() as session:
        await lock_master(session, house.master)
        await roll_back(session, house.master, clock=house.clock)
    house.clock.advance(NOTICE)
    again = await house.open()

    assert await again.tag("aac-128") == before["aac-128"].sha256
    assert await new.tag("aac-128") == after["aac-128"].sha256
    assert await old.tag("aac-128") == before["aac-128"].sha256
    # It is out of date again, and was taken back by hand: nobody makes it anew by itself, also
    # when the job is long forgotten.
    async with house.holding.tools.database.begin() as session:
        await session.execute(delete(Job))
    assert await begin_some(house.holding.tools) == 0


async def test_the_old_ones_go_when_nobody_can_hear_them_or_take_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as house:
        tools = house.holding.tools
        await house.open()
        before = {one.storage_key for one in (await house.renditions()).values()}
        tomorrow(monkeypatch, gain_db=-1.0)
        await house.start()
        await begin_some(tools)
        await do(house.holding, Kind.REENCODE)
        after = {one.storage_key for one in (await house.renditions()).values()}

        for days, there in ((6, before | after), (2, after)):
            house.clock.advance(timedelta(days=days))
            await tidy(tools)
            await sweep_unneeded(tools.database, tools.storage, tools.clock)
            stored = {key for key in await objects(house.holding) if key.startswith("renditions")}
            assert stored == there


async def test_what_comes_out_the_same_is_written_down_and_nothing_is_swapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as house:
        database, target = house.holding.tools.database, own_target(house.holding.engine)
        async with database.read() as session:
            assert faults(await made_by(session), target) == dict.fromkeys(Why, 0)
        # Of one rung nobody knows how it was made: it is made with the others.
        async with database.begin() as session:
            [row] = [
                one for one in await renditions_of(session, house.master) if one.rung == "opus-96"
            ]
            row.recipe = row.encoder = UNKNOWN
        before = sums(list((await house.renditions()).values()))
        await house.start()
        assert await begin_some(house.holding.tools) == 0

        tomorrow(monkeypatch)
        house.clock.advance(timedelta(hours=1))
        await house.start()
        assert await begin_some(house.holding.tools) == 1
        assert await do(house.holding, Kind.REENCODE) == 1

        async with database.read() as session:
            rows = await all_renditions(session, house.master)
            target = own_target(house.holding.engine)
            assert faults(await made_by(session), target) == dict.fromkeys(Why, 0)
        assert sums(rows) == before
        assert {one.generation for one in rows} == {0}


async def test_a_worker_that_makes_something_else_leaves_it_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as house:
        with monkeypatch.context() as patched:
            tomorrow(patched)
            house.clock.advance(timedelta(hours=1))
            await house.start()
            wanted = own_target(house.holding.engine).name
            assert await begin_some(house.holding.tools) == 1

        # Of yesterday again, as one that was not upgraded yet; to come back makes it no newer.
        await announce(house.holding.tools, own_target(house.holding.engine))
        await perform(house.holding, await waiting(house.holding, Kind.REENCODE))

        async with house.holding.tools.database.read() as session:
            job = await job_of(session, Kind.REENCODE, subject_of(house.master, wanted))
            newest = await newest_target(session)
        assert job is not None
        assert (job.state, job.attempts) == ("waiting", 0)
        assert job.not_before > house.clock()
        assert newest is not None
        assert newest.target == wanted

        # Nor do they wait for ever for those who made it, when something newer has come.
        house.clock.advance(timedelta(hours=1))
        await announce(house.holding.tools, Target(encoder="ffmpeg 99", recipes={}))
        await perform(house.holding, [job.id])

        async with house.holding.tools.database.read() as session:
            job = await job_of(session, Kind.REENCODE, subject_of(house.master, wanted))
        assert job is not None
        assert job.state == "done"
