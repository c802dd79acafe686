import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from base.clock import ManualClock
from base.storage.port import Key, key_of
from catalog.job_control import replay, set_aside
from catalog.kinds import Kind
from catalog.models.files import Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.models.splits import Piece, Split
from catalog.objects import own_suffix
from catalog.outlooks import outlooks
from catalog.progress import CHANNELS
from catalog.references import FIRST
from catalog.removal import remove_track
from catalog.states import JobState, TrackState
from ingest.accept import Accepted
from tests.support.catalog import NOON
from tests.support.masters import carillon
from tests.support.working import do, objects, waiting, workshop
from tests.support.world import World
from workers.actors import perform
from workers.fsck_rules import RUNGS_MISSING, contradictions
from workers.holding import Holding
from workers.leases import take
from workers.relay import reap

LEASE = timedelta(seconds=12)
#: Everything is long.
SPLIT = {"split_after_s": 0.5}


@asynccontextmanager
async def opened(folder: Path, clock: ManualClock, **settings: object) -> AsyncIterator[World]:
    async with workshop(folder, clock=clock, encodes=True, **SPLIT, **settings) as holding:
        yield World(holding, clock)


async def sent(world: World, folder: Path) -> Accepted:
    """Send a master that sounds, and examine it."""
    path = carillon(folder / "master.flac", samples=44_100 + 7)
    accepted = await world.send(path.read_bytes(), await world.artist())
    await do(world.holding, Kind.EXAMINE)
    return accepted


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the folder of a house with one master that waits for its ladder."""
    folder = tmp_path_factory.mktemp("examined")

    async def make() -> None:
        async with opened(folder, ManualClock(NOON)) as world:
            await sent(world, folder)

    asyncio.run(make())
    shutil.rmtree(folder / "scratch")
    return folder


@pytest.fixture(scope="module")
def alone(examined: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Answer what one worker makes of it alone."""
    folder = tmp_path_factory.mktemp("alone") / "house"
    shutil.copytree(examined, folder)

    async def make() -> dict[str, str]:
        async with workshop(folder, encodes=True, split_after_s=0) as holding:
            await do(holding, Kind.LADDER)
            return await renditions(holding)

    return asyncio.run(make())


@pytest.fixture
async def world(examined: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Answer a house whose ladder is split already."""
    shutil.copytree(examined, tmp_path / "house")
    async with opened(tmp_path / "house", ManualClock(NOON)) as world:
        await do(world.holding, Kind.LADDER)
        yield world


async def renditions(holding: Holding) -> dict[str, str]:
    async with holding.tools.database.read() as session:
        rows = await session.execute(select(Rendition.rung, Rendition.sha256))
        return dict(rows.all())


async def tracks(holding: Holding) -> list[tuple[str, str | None]]:
    async with holding.tools.database.read() as session:
        rows = await session.execute(select(Track.state, Track.reason))
        return [(state, reason) for state, reason in rows]


async def jobs(holding: Holding, kind: Kind) -> list[Job]:
    query = select(Job).where(Job.kind == kind).order_by(Job.created_at)
    async with holding.tools.database.read() as session:
        return list(await session.scalars(query))


async def pieces(holding: Holding) -> set[Key]:
    return {key for key in await objects(holding) if key.startswith("pieces/")}


async def begun(holding: Holding, job: UUID) -> asyncio.Task[None]:
    """Answer when a job is under way."""
    task = asyncio.create_task(perform(holding, [job]))
    while not holding.running:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.01)
    return task


async def require_complete(world: World, alone: dict[str, str]) -> None:
    holding = world.holding
    assert await renditions(holding) == alone
    assert await tracks(holding) == [(TrackState.COMPLETE, None)]
    async with holding.tools.database.read() as session:
        assert list(await session.scalars(select(Split))) == []
        assert list(await session.scalars(select(Piece))) == []
    await world.later()
    assert await pieces(holding) == set()


@pytest.fixture(params=["embedded", "in parts"])
def where(request: pytest.FixtureRequest) -> dict[str, str]:
    """Answer the settings of a place that two workers share."""
    names = {
        "embedded": ("migrated_sqlite_url", "disk_url"),
        "in parts": ("migrated_postgres_url", "s3_url"),
    }
    database_url, storage_url = map(request.getfixturevalue, names[request.param])
    return {"database_url": database_url, "storage_url": storage_url}


async def test_two_workers_make_a_ladder_the_same_to_the_byte(
    tmp_path: Path, where: dict[str, str], alone: dict[str, str]
) -> None:
    clock = ManualClock(NOON)
    async with AsyncExitStack() as stack:
        worlds = [
            await stack.enter_async_context(opened(folder, clock, **where))
            for folder in (tmp_path / "here", tmp_path / "there")
            if folder.mkdir() is None
        ]
        here, there = (world.holding for world in worlds)
        await sent(worlds[0], tmp_path)
        await do(here, Kind.LADDER)
        waits = await waiting(here, Kind.PIECE)
        assert len(waits) == 3

        # Every message is delivered to both.
        works = [perform(one, [job]) for job in waits for one in (here, there)]
        await asyncio.gather(*works)
        assert len(await waiting(here, Kind.JOIN)) == 1
        await asyncio.gather(*(do(one, Kind.JOIN) for one in (here, there)))

        await require_complete(worlds[0], alone)
        for job in (*await jobs(here, Kind.PIECE), *await jobs(here, Kind.JOIN)):
            assert (job.state, job.attempts) == (JobState.DONE, 1)


async def test_jobs_of_a_split_tell_whose_they_are_and_what_they_cost(world: World) -> None:
    [ladder] = await jobs(world.holding, Kind.LADDER)
    made = await jobs(world.holding, Kind.PIECE)
    await do(world.holding, Kind.PIECE)
    [join] = await jobs(world.holding, Kind.JOIN)

    assert {job.owner_id for job in (*made, join)} == {ladder.owner_id} != {None}
    assert all(1 <= job.audio_s < 2 and 0 < job.cost_s < 1 for job in made)
    assert join.audio_s == pytest.approx(1, abs=0.01)
    assert 0 < join.cost_s < sum(job.cost_s for job in made)


async def test_what_a_dead_worker_had_is_made_by_another(
    world: World, alone: dict[str, str]
) -> None:
    for kind in (Kind.PIECE, Kind.JOIN):
        [first, *_] = await waiting(world.holding, kind)
        async with world.holding.tools.database.begin() as session:
            await take(session, [first], worker="dead", now=world.clock(), lease=LEASE)
        await do(world.holding, kind)
        assert await waiting(world.holding, Kind.JOIN) == []
        world.clock.advance(2 * LEASE)
        await reap(world.holding.tools)
        await do(world.holding, kind)

    await require_complete(world, alone)


async def test_who_is_told_to_stop_gives_a_piece_back(world: World, alone: dict[str, str]) -> None:
    [first, *_] = await waiting(world.holding, Kind.PIECE)
    working = await begun(world.holding, first)
    for one in list(world.holding.running.values()):
        one.task.cancel()
    await working

    assert first in await waiting(world.holding, Kind.PIECE)
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    await require_complete(world, alone)


async def again(holding: Holding, kind: Kind) -> None:
    """Let the jobs of a kind that were done be done again."""
    async with holding.tools.database.begin() as session:
        await session.execute(
            update(Job)
            .where(Job.kind == kind, Job.state == JobState.DONE)
            .values(state=JobState.WAITING, sent_at=None)
        )


async def test_jobs_that_are_replayed_at_any_time_change_nothing(
    world: World, alone: dict[str, str]
) -> None:
    await perform(world.holding, (await waiting(world.holding, Kind.PIECE))[:1])
    await again(world.holding, Kind.PIECE)
    await again(world.holding, Kind.LADDER)
    before = await pieces(world.holding)

    # What was made stays; what was planned before finds nothing to do.
    await do(world.holding, Kind.LADDER)
    assert await pieces(world.holding) == before
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    await again(world.holding, Kind.LADDER)
    await again(world.holding, Kind.PIECE)
    await again(world.holding, Kind.JOIN)
    await do(world.holding, Kind.LADDER, Kind.PIECE, Kind.JOIN)

    assert len(before) > 0
    await require_complete(world, alone)


async def lose(holding: Holding, key: Key) -> None:
    await holding.tools.storage.delete(key)


async def spoil(holding: Holding, key: Key) -> None:
    await holding.tools.storage.delete(key)
    async with holding.tools.storage.writer() as writer:
        await writer.write(b"not what it was")
        await writer.commit(key)


@pytest.mark.parametrize("harm", [lose, spoil])
async def test_a_part_that_was_lost_is_made_again(
    world: World, alone: dict[str, str], harm: Callable[[Holding, Key], object]
) -> None:
    await do(world.holding, Kind.PIECE)
    key, *_ = sorted(await pieces(world.holding))
    await harm(world.holding, key)  # type: ignore[misc] # it is one of the two above

    [join] = await waiting(world.holding, Kind.JOIN)
    await perform(world.holding, [join])
    assert len(await waiting(world.holding, Kind.PIECE)) == 1
    await do(world.holding, Kind.PIECE, Kind.JOIN)

    await require_complete(world, alone)


@pytest.mark.parametrize("number", [0, 2])
async def test_pieces_that_are_no_good_are_not_published_but_made_again(
    world: World, alone: dict[str, str], number: int
) -> None:
    await do(world.holding, Kind.PIECE)
    rubbish = b"what a broken worker made"
    digest = hashlib.sha256(rubbish).hexdigest()
    async with world.holding.tools.database.begin() as session:
        piece = (await session.scalars(select(Piece).where(Piece.number == number))).one()
        [rung, _, _, _], *others = piece.files
        key = key_of("pieces", digest, own_suffix(UUID(int=1), ".mp4"))
        piece.files = [[rung, key, digest, len(rubbish)], *others]
    await world.holding.claims.store(key, rubbish)

    await perform(world.holding, await waiting(world.holding, Kind.JOIN))

    assert await renditions(world.holding) != alone
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    await require_complete(world, alone)


async def test_storage_that_keeps_nothing_is_noticed(world: World) -> None:
    await do(world.holding, Kind.PIECE)
    for key in await pieces(world.holding):
        await lose(world.holding, key)
    async with world.holding.tools.database.begin() as session:
        await session.execute(update(Split).values(rounds=3))  # as often as it is made again

    await perform(world.holding, await waiting(world.holding, Kind.JOIN))

    [join] = await jobs(world.holding, Kind.JOIN)
    assert (join.state, "lost again" in (join.reason or "")) == (JobState.WAITING, True)
    assert await waiting(world.holding, Kind.PIECE) == []


async def test_another_encoder_leaves_pieces_to_its_like_and_plans_anew_where_there_is_none(
    world: World, alone: dict[str, str]
) -> None:
    newer = replace(world.holding, engine=replace(world.holding.engine, version="newer"))
    first, *rest = await waiting(world.holding, Kind.PIECE)
    await perform(world.holding, [first])
    made = await pieces(world.holding)

    await perform(newer, rest[:1])
    assert [job.state for job in await jobs(newer, Kind.PIECE)] == ["done", "waiting", "waiting"]
    world.clock.advance(timedelta(minutes=16))
    await perform(newer, rest[:1])
    assert len(await waiting(newer, Kind.PIECE)) == 1 + 3
    await do(newer, Kind.PIECE, Kind.JOIN)

    assert await renditions(newer) == alone  # its name is new, not what it does
    async with newer.tools.database.read() as session:
        found = await session.scalars(select(Rendition.certificate).where(Rendition.rung == "flac"))
        assert found.one()["encoder"] == newer.engine.encoder
    assert made
    await require_complete(world, alone)


async def test_what_is_deleted_meanwhile_leaves_nothing_behind(world: World) -> None:
    [first, second, _] = await waiting(world.holding, Kind.PIECE)
    await perform(world.holding, [first])
    working = await begun(world.holding, second)

    async with world.holding.tools.database.begin() as session:
        track = (await session.scalars(select(Track.id))).one()
        until = world.clock() + world.grace
        state = await remove_track(session, track, now=world.clock(), until=until)
    assert state is TrackState.REMOVED
    await working

    assert await waiting(world.holding, Kind.PIECE, Kind.JOIN) == []
    await world.later()
    assert await objects(world.holding) == set()


async def contradicting(world: World) -> set[str]:
    async with world.holding.tools.database.read() as session:
        [outlook] = await outlooks(session, FIRST)
    return {flaw.code for flaw in contradictions(outlook)}


async def test_a_split_ladder_is_in_order_while_a_job_of_it_is_to_come(
    world: World, alone: dict[str, str]
) -> None:
    assert await contradicting(world) == set()

    async with world.holding.tools.database.begin() as session:
        await session.execute(delete(Job).where(Job.kind == Kind.PIECE))
    assert await contradicting(world) == {RUNGS_MISSING}
    await again(world.holding, Kind.LADDER)
    await do(world.holding, Kind.LADDER)

    assert await contradicting(world) == set()
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    assert await contradicting(world) == set()
    await require_complete(world, alone)


async def test_a_track_that_comes_meanwhile_is_complete_with_the_others(
    world: World, examined: Path
) -> None:
    data = (examined / "master.flac").read_bytes()
    await world.send(data, await world.artist())

    assert {state for state, _ in await tracks(world.holding)} == {TrackState.PLAYABLE}
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    assert await tracks(world.holding) == [(TrackState.COMPLETE, None)] * 2


async def test_a_piece_that_is_set_aside_tells_its_track_and_can_be_freed(
    world: World, alone: dict[str, str]
) -> None:
    [first, *_] = await waiting(world.holding, Kind.PIECE)
    async with world.holding.tools.database.begin() as session:
        await set_aside(session, first, reason="a hand did it", now=NOON)

    [(state, reason)] = await tracks(world.holding)
    assert (state, "set aside" in (reason or "")) == (TrackState.PLAYABLE, True)
    async with world.holding.tools.database.begin() as session:
        await replay(session, first, now=NOON)
    await do(world.holding, Kind.PIECE, Kind.JOIN)
    await require_complete(world, alone)


async def test_its_artist_is_told_which_part_of_the_whole_is_done(
    examined: Path, tmp_path: Path, valkey_url: str
) -> None:
    shutil.copytree(examined, tmp_path / "house")
    async with opened(tmp_path / "house", ManualClock(NOON), redis_url=valkey_url) as world:
        await do(world.holding, Kind.LADDER)
        async with world.holding.tools.valkey.pubsub() as listening:
            await listening.psubscribe(CHANNELS)
            await do(world.holding, Kind.PIECE, Kind.JOIN)
            told = []
            while (said := await listening.get_message(timeout=1)) is not None:
                told += [json.loads(said["data"])] if said["type"] == "pmessage" else []

    parts = [one["part"] for one in told]
    assert parts == sorted(parts)
    assert parts[2] == pytest.approx(0.8)
    assert (parts[-1], {one["phase"] for one in told}) == (1.0, {"encoding"})
    assert set(told[-1]["rungs"].values()) == {1.0}
