"""Every job can be done again: what is missing is made, and what listeners have stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from base.clock import ManualClock
from base.errors import Refused
from catalog.job_control import cancel, prioritise, replay
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.files import Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.music import renditions_of
from catalog.states import Cause, JobState, TrackState
from ingest.accept import Accepted
from tests.support.catalog import NOON
from tests.support.masters import tone
from tests.support.working import do, objects, workshop
from tests.support.world import World

ALL = (Kind.EXAMINE, Kind.LADDER, Kind.COMPARE)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with workshop(tmp_path, encodes=True, clock=ManualClock(NOON)) as holding:
        yield World(holding, ManualClock(NOON))


async def sent_in(world: World, folder: Path) -> Accepted:
    data = tone(folder / "tone.wav", seconds=1.0).read_bytes()
    return await world.send(data, await world.artist())


async def again(world: World, kind: Kind, subject: UUID) -> None:
    async with world.holding.tools.database.begin() as session:
        job = await job_of(session, kind, str(subject))
        assert job is not None
        await replay(session, job.id, now=NOON)


async def a_job(world: World, kind: Kind, subject: UUID) -> Job:
    async with world.holding.tools.database.read() as session:
        job = await job_of(session, kind, str(subject))
    assert job is not None
    return job


async def renditions(world: World, master_id: UUID) -> dict[str, UUID]:
    async with world.holding.tools.database.read() as session:
        return {one.rung: one.id for one in await renditions_of(session, master_id)}


async def track(world: World, sent: Accepted) -> Track:
    async with world.holding.tools.database.read() as session:
        return await session.get_one(Track, sent.track_id)


async def test_a_track_is_as_it_was_when_all_its_jobs_are_done_again(
    world: World, tmp_path: Path
) -> None:
    sent = await world.send(
        tone(tmp_path / "tone.wav", seconds=1.0).read_bytes(), await world.artist()
    )
    await do(world.holding, *ALL)
    before, stored = await renditions(world, sent.master_id), await objects(world.holding)
    was = await track(world, sent)
    assert was.state == TrackState.COMPLETE

    for kind in ALL:
        await again(world, kind, sent.master_id)
    await do(world.holding, *ALL)

    now = await track(world, sent)
    assert (now.state, now.reason) == (TrackState.COMPLETE, None)
    assert (now.playable_at, now.completed_at) == (was.playable_at, was.completed_at)
    assert await renditions(world, sent.master_id) == before
    await world.later()
    assert await objects(world.holding) == stored
    for kind in ALL:
        job = await a_job(world, kind, sent.master_id)
        assert (job.state, job.attempts, job.cause) == (JobState.DONE, 1, None)

    # A rung that is missing is made; nothing else is.
    async with world.holding.tools.database.begin() as session:
        await session.delete(await session.get_one(Rendition, before["flac"]))
    await again(world, Kind.LADDER, sent.master_id)
    await do(world.holding, *ALL)
    after = await renditions(world, sent.master_id)
    assert {rung for rung in before if before[rung] != after[rung]} == {"flac"}

    # A master that cannot be read any more is no reason to take away what can be heard.
    await overwrite_master(world, b"rotten")
    await again(world, Kind.EXAMINE, sent.master_id)
    await do(world.holding, *ALL)
    job = await a_job(world, Kind.EXAMINE, sent.master_id)
    assert (job.state, job.cause) == (JobState.QUARANTINED, Cause.BAD_INPUT)
    assert (await track(world, sent)).state == TrackState.COMPLETE


async def overwrite_master(world: World, data: bytes) -> None:
    storage = world.holding.tools.storage
    [key] = [key for key in await objects(world.holding) if key.startswith("masters/")]
    await storage.delete(key)
    async with storage.writer() as writer:
        await writer.write(data)
        await writer.commit(key)


async def test_a_track_that_was_rejected_gets_another_chance(world: World, tmp_path: Path) -> None:
    sent = await sent_in(world, tmp_path)
    await overwrite_master(world, b"rotten")
    await do(world.holding, *ALL)
    assert (await track(world, sent)).state == TrackState.REJECTED

    await overwrite_master(world, (tmp_path / "tone.wav").read_bytes())
    await again(world, Kind.EXAMINE, sent.master_id)
    await do(world.holding, Kind.EXAMINE)

    assert (await track(world, sent)).state == TrackState.PLAYABLE


async def test_a_cancelled_ladder_says_so_and_is_completed_by_a_replay(
    world: World, tmp_path: Path
) -> None:
    sent = await world.send(
        tone(tmp_path / "tone.wav", seconds=1.0).read_bytes(), await world.artist()
    )
    await do(world.holding, Kind.EXAMINE)
    job = await a_job(world, Kind.LADDER, sent.master_id)
    async with world.holding.tools.database.begin() as session:
        await cancel(session, job.id, reason="cancelled by a test", now=NOON)
    said = await track(world, sent)
    assert said.state == TrackState.PLAYABLE
    assert (said.reason or "").startswith("This track can be heard, but not in every quality.")

    await again(world, Kind.LADDER, sent.master_id)
    assert (await track(world, sent)).reason is None
    await do(world.holding, Kind.LADDER)

    assert (await track(world, sent)).state == TrackState.COMPLETE


async def test_what_was_deleted_is_not_replayed(world: World) -> None:
    artist = await world.artist()
    sent = await world.send(b"song", artist)
    job = await a_job(world, Kind.EXAMINE, sent.master_id)
    async with world.holding.tools.database.begin() as session:
        (await session.get_one(Track, sent.track_id)).state = TrackState.REMOVED

    with pytest.raises(Refused, match="subject-gone"):
        async with world.holding.tools.database.begin() as session:
            await replay(session, job.id, now=NOON)


async def test_what_was_raised_stays_so_at_its_next_step(world: World, tmp_path: Path) -> None:
    sent = await sent_in(world, tmp_path)
    first = await a_job(world, Kind.EXAMINE, sent.master_id)
    async with world.holding.tools.database.begin() as session:
        await prioritise(session, first.id, 7)

    await do(world.holding, Kind.EXAMINE)

    assert (await a_job(world, Kind.LADDER, sent.master_id)).priority == 7
