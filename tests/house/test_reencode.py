import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from base.clock import ManualClock, system_clock
from base.errors import Refused
from base.settings import Settings
from catalog.generations import supersede
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.files import Master, Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.music import renditions_of
from catalog.reencoding import Target, load_of, subject_of
from ingest.accept import Accepted
from refrain.reencode import Start, pause, speed, start, status, take_back
from tests.support.catalog import NOON
from tests.support.commands import refrain
from tests.support.working import workshop
from tests.support.world import SONG, TUNE, World, rendition_of
from workers.campaign import announce, begin_some
from workers.leases import finish, take

OLD = Target(encoder="ffmpeg 7", recipes={"aac-128": "one"})
NEW = Target(encoder="ffmpeg 8", recipes={"aac-128": "one"})


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock) as holding:
        yield World(holding, clock)


@pytest.fixture
def settings(world: World) -> Settings:
    return world.holding.tools.settings


@pytest.fixture
async def tracks(world: World) -> list[Accepted]:
    """Answer two complete tracks of ten minutes: of one nobody knows how it was made."""
    ada = await world.artist()
    sent = [await world.send(data, ada) for data in (SONG, TUNE)]
    for one in sent:
        assert await world.examine(one.master_id)
    async with world.holding.tools.database.begin() as session:
        await session.execute(update(Track).values(completed_at=NOON))
        await session.execute(update(Job).values(state="done"))
        await session.execute(update(Master).values(samples=600 * 44_100, sample_rate=44_100))
        known = update(Rendition).where(Rendition.master_id == sent[0].master_id)
        await session.execute(known.values(encoder=OLD.encoder, recipe="one"))
    await announce(world.holding.tools, OLD)
    return sent


async def upgraded(world: World) -> None:
    world.clock.advance(world.grace)
    await announce(world.holding.tools, NEW)


async def swapped(world: World, track: Accepted) -> None:
    async with world.holding.tools.database.begin() as session:
        row = rendition_of(track.master_id, hashlib.sha256(b"new").hexdigest())
        await supersede(session, track.master_id, [row], clock=system_clock)


async def key(world: World, track: Accepted) -> str:
    async with world.holding.tools.database.read() as session:
        [row] = await renditions_of(session, track.master_id)
    return row.storage_key


@pytest.mark.usefixtures("tracks")
async def test_it_is_told_how_much_is_out_of_date_and_why(world: World, settings: Settings) -> None:
    now = await status(settings)
    assert (now["state"], now["encoder"], now["masters"]) == ("off", OLD.encoder, 0)
    assert now["renditions"] == {"recipe": 0, "encoder": 0, "unknown": 1}

    await upgraded(world)

    now = await status(settings)
    assert (now["encoder"], now["masters"]) == (NEW.encoder, 1)
    assert now["renditions"] == {"recipe": 0, "encoder": 1, "unknown": 1}
    assert now["masters_with_unknown"] == 2
    # A second and a half, and 0.23 of a second of each.
    assert now["core_hours"] == pytest.approx((1.5 + 0.23 * 600) / 3600, abs=0.005)


@pytest.mark.usefixtures("tracks")
async def test_nothing_begins_until_it_is_started_nor_after_it_was_paused(
    world: World, settings: Settings
) -> None:
    await upgraded(world)
    assert await begin_some(world.holding.tools) == 0

    assert (await start(settings, Start(throttle=2.0)))["masters"] == 1
    assert (await pause(settings))["state"] == "paused"
    assert await begin_some(world.holding.tools) == 0

    assert (await start(settings, Start(with_unknown=True)))["state"] == "running"
    assert await begin_some(world.holding.tools) == 2
    assert await begin_some(world.holding.tools) == 0
    assert (await status(settings))["jobs"] == {"waiting": 2}


@pytest.mark.parametrize(("state", "begun"), [("done", 1), ("cancelled", 1), ("quarantined", 0)])
async def test_what_is_out_of_date_is_begun_though_it_had_a_job_once(
    world: World, settings: Settings, tracks: list[Accepted], state: str, begun: int
) -> None:
    await upgraded(world)
    await start(settings, Start(tracks=[tracks[0].track_id]))
    async with world.holding.tools.database.begin() as session:
        long_ago = world.clock() - timedelta(days=1)
        values = {"state": state, "created_at": long_ago, "not_before": long_ago}
        await session.execute(update(Job).where(Job.kind == Kind.REENCODE).values(values))
    await start(settings, Start())

    assert await begin_some(world.holding.tools) == begun
    assert await begin_some(world.holding.tools) == 0
    async with world.holding.tools.database.read() as session:
        assert (await load_of(session, now=world.clock())).begun == begun
    await start(settings, Start(tracks=[tracks[0].track_id]))
    assert (await status(settings))["jobs"] == {"waiting": 1}


@pytest.mark.usefixtures("tracks")
async def test_nothing_begins_while_somebody_waits_for_other_work(
    world: World, settings: Settings
) -> None:
    await upgraded(world)
    await start(settings, Start())
    await world.send(b"a new song", await world.artist())

    assert await begin_some(world.holding.tools) == 0


@pytest.mark.usefixtures("tracks")
async def test_a_worker_that_came_with_auto_begins_by_itself(
    world: World, settings: Settings
) -> None:
    tools = world.holding.tools
    automatic = settings.model_copy(update={"reencode": "auto"})
    world.clock.advance(world.grace)
    await announce(replace(tools, settings=automatic), NEW)

    assert (await status(settings))["state"] == "running"
    assert await begin_some(tools) == 1


async def test_one_track_is_begun_at_once_and_once(
    world: World, settings: Settings, tracks: list[Accepted]
) -> None:
    wanted = Start(tracks=[tracks[1].track_id])

    assert await start(settings, wanted) == {"jobs": 1, "left": []}
    again = await start(settings, wanted)
    assert again["jobs"] == 0
    assert "already" in again["left"][0]
    async with world.holding.tools.database.read() as session:
        job = (await session.scalars(select(Job).where(Job.kind == Kind.REENCODE))).one()
    assert job.payload["subject"] == f"{tracks[1].master_id}:{OLD.name}"


async def test_a_track_that_is_still_encoded_is_not_made_twice(
    world: World, settings: Settings, tracks: list[Accepted]
) -> None:
    both = [one.track_id for one in tracks]
    async with world.holding.tools.database.begin() as session:
        ladder = await job_of(session, Kind.LADDER, str(tracks[0].master_id))
        assert ladder is not None
        ladder.state = "waiting"

    said = await start(settings, Start(tracks=both))

    assert said["jobs"] == 1
    assert [str(both[0]) in one for one in said["left"]] == [True]
    assert (await status(settings))["jobs"] == {"waiting": 1}


async def test_what_was_swapped_is_taken_back(
    world: World, settings: Settings, tracks: list[Accepted]
) -> None:
    before = [await key(world, one) for one in tracks]
    await start(settings, Start())
    for one in tracks:
        await swapped(world, one)

    said = await take_back(settings, tracks=[tracks[0].track_id], since_hours=None)
    assert said == {"taken_back": 1, "cancelled": 0, "left": []}
    assert await key(world, tracks[0]) == before[0]
    assert await key(world, tracks[1]) != before[1]

    said = await take_back(settings, tracks=[], since_hours=None)
    assert said == {"taken_back": 1, "cancelled": 0, "left": []}
    assert [await key(world, one) for one in tracks] == before
    assert (await status(settings))["state"] == "paused"
    said = await take_back(settings, tracks=[tracks[0].track_id], since_hours=None)
    assert said["taken_back"] == 0
    assert said["left"] == [f"track {tracks[0].track_id}: There are no renditions of before."]


@pytest.mark.usefixtures("tracks")
async def test_a_target_that_nobody_told_of_is_named(settings: Settings) -> None:
    with pytest.raises(Refused, match="'abc'"):
        await start(settings, Start(target="abc"))


async def test_what_is_taken_back_is_not_swapped_by_what_was_begun(
    world: World, settings: Settings, tracks: list[Accepted]
) -> None:
    tools = world.holding.tools
    for one in tracks:
        await start(settings, Start(tracks=[one.track_id]))
    async with tools.database.begin() as session:
        subject = subject_of(tracks[1].master_id, OLD.name)
        job = await job_of(session, Kind.REENCODE, subject)
        assert job is not None
        lease = timedelta(hours=1)
        [leased] = await take(session, [job.id], worker="w", now=system_clock(), lease=lease)

    said = await take_back(settings, tracks=[tracks[0].track_id], since_hours=None)
    assert (said["cancelled"], said["taken_back"]) == (1, 0)
    assert (await status(settings))["jobs"] == {"cancelled": 1, "leased": 1}
    said = await take_back(settings, tracks=[], since_hours=None)
    assert (said["cancelled"], said["taken_back"]) == (1, 0)
    assert (await status(settings))["jobs"] == {"cancelled": 2}
    with pytest.raises(Refused, match="lease-lost"):
        async with tools.database.begin() as session:
            await finish(session, leased, now=world.clock())


@pytest.mark.parametrize(("text", "times"), [("2x", 2.0), ("0.5x", 0.5), ("3", 3.0)])
def test_a_throttle_is_read(text: str, times: float) -> None:
    assert speed(text) == times


@pytest.mark.parametrize("text", ["", "0x", "-1x", "x", "9999x", "1e3"])
def test_what_is_no_throttle_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="bad-throttle"):
        speed(text)


async def test_the_commands_say_what_they_did(
    world: World, tracks: list[Accepted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(world.holding.tools.settings.data_dir))

    async def said(*arguments: str, status: int = 0) -> Any:  # noqa: ANN401 - a document
        done = await asyncio.to_thread(refrain, "reencode", *arguments)
        assert done.status == status, done.errors
        return json.loads(done.said)

    assert (await said("start", "--throttle", "2x"))["throttle"] == 2.0
    assert (await said("pause"))["state"] == "paused"
    assert (await said("status"))["state"] == "paused"
    track = str(tracks[0].track_id)
    assert await said("start", "--track", track) == {"jobs": 1, "left": []}
    assert (await said("rollback", "--track", track, status=1))["taken_back"] == 0
    assert await said("start", "--track", track, "--force") == {"jobs": 1, "left": []}
    since = ["rollback", "--track", track, "--since", "3"]
    for wrong in (["rollback"], since, ["start", "--force"]):
        assert (await asyncio.to_thread(refrain, "reencode", *wrong)).status == 2
