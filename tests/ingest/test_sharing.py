"""The same bytes of several owners: one master, a track for each, all where the master is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from base.clock import ManualClock
from catalog.events import events_after
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.masters import finish_tracks, move_tracks
from catalog.music import describe_master, track_of
from catalog.releases import create_release
from catalog.states import JobState, TrackEvent
from ingest.accept import Accepted
from tests.support.catalog import NOON
from tests.support.working import workshop
from tests.support.world import GRACE, SONG, World
from workers.leases import finish, take

DAMAGED = "The file is damaged."


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock, database_url=database_url) as holding:
        yield World(holding, clock)


async def come_to(world: World, sent: Accepted, state: str) -> None:
    """Bring a master as far as that, the way its jobs do."""
    tools = world.holding.tools
    if state == "received":
        return
    if state in {"playable", "complete"}:
        assert await world.examine(sent.master_id)
    else:
        leased = await world.lease(sent.master_id)
        assert leased is not None
        if state == "rejected":
            async with tools.database.begin() as session:
                await finish(session, leased, now=NOON, reason="damaged")
                await move_tracks(
                    session, sent.master_id, TrackEvent.REJECT, now=NOON, reason=DAMAGED
                )
    if state == "complete":
        async with tools.database.begin() as session:
            job = await job_of(session, Kind.LADDER, str(sent.master_id))
            assert job is not None
            [leased] = await take(session, [job.id], worker="w", now=NOON, lease=GRACE)
            await finish(session, leased, now=NOON)
            await finish_tracks(session, sent.master_id, now=NOON, reviews=False)


async def state_of(world: World, sent: Accepted) -> tuple[str, str | None]:
    async with world.holding.tools.database.read() as session:
        track = (await track_of(session, sent.track_id)).track
    return track.state, track.reason


@pytest.mark.parametrize("state", ["received", "examining", "playable", "complete", "rejected"])
async def test_who_comes_later_is_where_the_master_is(world: World, state: str) -> None:
    first = await world.send(SONG, await world.artist())
    await come_to(world, first, state)

    later = await world.send(SONG, await world.artist())

    assert (later.master_id, later.is_new) == (first.master_id, True)
    assert later.track_id != first.track_id
    reason = DAMAGED if state == "rejected" else None
    assert await state_of(world, first) == await state_of(world, later) == (state, reason)


async def test_who_comes_later_is_told_what_is_known_of_the_master(world: World) -> None:
    first = await world.send(SONG, await world.artist())
    await come_to(world, first, "complete")
    async with world.holding.tools.database.begin() as session:
        facts = {
            "pcm_sha256": "0" * 64,
            "integrated_lufs": -9.5,
            "findings": [{"code": "loud"}],
        }
        await describe_master(session, first.master_id, facts)

    artist = await world.artist()
    await world.send(SONG, artist)

    async with world.holding.tools.database.read() as session:
        told = {one.kind: one.data for one in await events_after(session, artist.id, 0)}
    assert list(told) == [
        "track.received",
        "track.examining",
        "track.playable",
        "track.measured",
        "track.renditions",
        "track.complete",
    ]
    measured = told["track.measured"]
    assert (measured["integrated_lufs"], measured["findings"]) == (-9.5, ["loud"])
    assert told["track.renditions"]["rungs"] == ["aac-128"]


async def test_what_happens_to_a_master_happens_to_all_its_tracks(world: World) -> None:
    first = await world.send(SONG, await world.artist())
    second = await world.send(SONG, await world.artist())

    await come_to(world, first, "complete")

    assert await state_of(world, second) == ("complete", None)
    async with world.holding.tools.database.read() as session:
        job = await job_of(session, Kind.EXAMINE, str(first.master_id))
    assert job is not None
    assert job.state == JobState.DONE


async def test_the_same_owner_has_one_track_and_one_more_on_each_draft(world: World) -> None:
    artist = await world.artist()
    single = await world.send(SONG, artist)
    async with world.holding.tools.database.begin() as session:
        release = await create_release(session, artist, title="R", artist="A", now=NOON)

    on_draft = await world.send(SONG, artist, release_id=release.id)

    assert (await world.send(SONG, artist)).track_id == single.track_id
    again = await world.send(SONG, artist, release_id=release.id)
    assert (again.track_id, again.is_new) == (on_draft.track_id, False)
    async with world.holding.tools.database.read() as session:
        one, other = [await track_of(session, t.track_id) for t in (single, on_draft)]
    assert one.track.recording_id == other.track.recording_id


async def test_many_owners_at_the_same_time_while_it_is_published(world: World) -> None:
    first = await world.send(SONG, await world.artist())
    owners = [await world.artist() for _ in range(6)]

    sent = await asyncio.gather(
        world.examine(first.master_id), *(world.send(SONG, owner) for owner in owners)
    )

    tracks = [one for one in sent if isinstance(one, Accepted)]
    assert len({one.track_id for one in tracks}) == 6
    assert {await state_of(world, one) for one in tracks} == {("playable", None)}
