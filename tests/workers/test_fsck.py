"""A store that loses, and keeps, and cuts off: what is found of it, and what is mended, live."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from base.clock import ManualClock, system_clock
from base.storage.port import Key, Storage, key_of
from base.tools import open_storage
from catalog.callers import Caller
from catalog.growth import growth_of
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.files import Master, Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.music import renditions_of
from catalog.objects import hold
from catalog.reference import Reference, Role
from catalog.roles import Role as Calling
from catalog.states import JobState, TrackState
from catalog.store_checks import latest_check, note_check
from ingest.accept import Accepted, accept
from tests.support.catalog import person
from tests.support.masters import tone
from tests.support.working import do, objects, sent, workshop
from tests.support.world import SONG, World
from workers.fsck import Fsck, Scope, check
from workers.fsck_contents import fault_in
from workers.fsck_flaws import Flaw
from workers.holding import Holding
from workers.housekeeping import sweep_unneeded

DAY = timedelta(hours=24)
ALL = Scope(share=1.0, decodes=False)
REPAIR = Scope(share=1.0, decodes=False, mends=True)


async def make(folder: Path) -> None:
    """Bring one real master all the way."""
    master = tone(folder / "song.wav", seconds=7.0).read_bytes()
    async with workshop(folder, clock=ManualClock(system_clock()), encodes=True) as holding:
        received = await sent(holding, master)
        artist = await person(holding.tools.database, Calling.ARTIST)
        async with holding.tools.database.begin() as session:
            now = holding.tools.clock()
            await accept(
                session, received, filename="Song.wav", caller=artist, request_id="test", now=now
            )
        await do(holding, Kind.EXAMINE, Kind.LADDER, Kind.COMPARE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(make(folder))
    yield folder
    shutil.rmtree(folder)


@asynccontextmanager
async def copied(made: Path, folder: Path, storage_url: str) -> AsyncIterator[Holding]:
    """Open a house of its own that has what was made, in a storage of any kind."""
    shutil.copy(made / "refrain.db", folder)
    async with (
        open_storage(f"file://{made}/objects") as source,
        open_storage(storage_url) as target,
    ):
        async for one in source.walk(""):
            await put(target, one.key, await got(source, one.key))
    async with workshop(
        folder, clock=ManualClock(system_clock()), encodes=True, storage_url=storage_url
    ) as holding:
        yield holding


@pytest.fixture
async def holding(made: Path, tmp_path: Path, storage_url: str) -> AsyncIterator[Holding]:
    async with copied(made, tmp_path, storage_url) as opened:
        yield opened


@pytest.fixture
async def on_disk(made: Path, tmp_path: Path, disk_url: str) -> AsyncIterator[Holding]:
    async with copied(made, tmp_path, disk_url) as opened:
        yield opened


async def put(storage: Storage, key: Key, data: bytes) -> None:
    async with storage.writer() as writer:
        await writer.write(data)
        await writer.commit(key)


async def got(storage: Storage, key: Key) -> bytes:
    return b"".join([part async for part in storage.read(key)])


async def flip(storage: Storage, key: Key) -> None:
    """Damage one byte in the middle, and leave the size as it is."""
    data = bytearray(await got(storage, key))
    data[len(data) // 2] ^= 0x55
    await put(storage, key, bytes(data))


async def cut(storage: Storage, key: Key) -> None:
    await put(storage, key, (await got(storage, key))[:-7])


async def found(holding: Holding, scope: Scope = ALL) -> list[Flaw]:
    return [flaw async for flaw in Fsck(holding, scope).flaws()]


async def codes(holding: Holding, scope: Scope = ALL) -> list[str]:
    return sorted(flaw.code for flaw in await found(holding, scope))


async def checked(holding: Holding, scope: Scope) -> dict[str, int]:
    """Check the store, write it down, and answer what was counted."""
    noted = await check(holding, scope, tell=lambda _: None)
    async with holding.tools.database.begin() as session:
        await note_check(session, noted)
    # Which check is the latest, its end tells.
    await later(holding, timedelta(seconds=1))
    return noted.codes


async def master_of(holding: Holding) -> Master:
    async with holding.tools.database.read() as session:
        return (await session.scalars(select(Master))).one()


async def rungs(holding: Holding) -> dict[str, Rendition]:
    async with holding.tools.database.read() as session:
        rows = await renditions_of(session, (await master_of(holding)).id)
    return {row.rung: row for row in rows}


async def later(holding: Holding, by: timedelta) -> None:
    clock = holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(by)
    await sweep_unneeded(holding.tools.database, holding.tools.storage, clock)


async def test_a_whole_store_has_no_flaw_and_all_of_it_was_looked_at(on_disk: Holding) -> None:
    fsck = Fsck(on_disk, Scope(share=1.0))

    assert [flaw async for flaw in fsck.flaws()] == []

    tally, there = fsck.tally, await objects(on_disk)
    assert (tally.objects, tally.read, tally.masters) == (len(there), len(there), 1)
    assert tally.decoded == len(await rungs(on_disk))


async def test_what_comes_from_a_master_is_made_again_and_nobody_is_told_of_it_meanwhile(
    holding: Holding,
) -> None:
    storage, before = holding.tools.storage, await rungs(holding)
    there, master = await objects(holding), await master_of(holding)
    await storage.delete(Key(before["aac-128"].storage_key))
    await flip(storage, Key(before["aac-64"].storage_key))
    await cut(storage, Key(before["flac"].storage_key))
    await storage.delete(Key(str(master.spectrogram_key)))
    await flip(storage, Key((master.waveforms or {})["dat"]["1024"]))

    expected = [
        "picture-lost",
        "rendition-damaged",
        "rendition-damaged",
        "rendition-lost",  # of so short a track the preview is the same
        "rendition-lost",
        "waveform-damaged",
    ]
    assert await codes(holding) == expected
    flaws = await found(holding, REPAIR)

    assert all(flaw.is_mended for flaw in flaws)
    assert set(await rungs(holding)) == set(before) - {
        *("aac-128", "preview-aac-128", "aac-64", "flac")
    }
    async with holding.tools.database.read() as session:
        assert (await session.scalars(select(Track.state))).all() == [TrackState.COMPLETE]
    assert await codes(holding) == []  # a job will make them
    assert await do(holding, Kind.LADDER) == 1
    assert await codes(holding) == []
    assert {rung: row.storage_key for rung, row in (await rungs(holding)).items()} == {
        rung: row.storage_key for rung, row in before.items()
    }
    await later(holding, 2 * DAY)
    assert await objects(holding) == there


async def test_only_a_share_is_read_but_what_is_gone_is_always_found(on_disk: Holding) -> None:
    storage, rows = on_disk.tools.storage, await rungs(on_disk)
    await flip(storage, Key(rows["flac"].storage_key))
    await cut(storage, Key(rows["alac"].storage_key))

    assert await codes(on_disk, Scope(share=0.0)) == ["rendition-damaged"]


async def test_what_was_found_damaged_is_told_of_until_it_is_whole(on_disk: Holding) -> None:
    storage, key = on_disk.tools.storage, Key((await master_of(on_disk)).storage_key)
    whole = await got(storage, key)
    await flip(storage, key)
    nothing = Scope(share=0.0, decodes=False)
    assert await checked(on_disk, nothing) == {}

    assert await checked(on_disk, ALL) == {"master-damaged": 1}
    assert await checked(on_disk, nothing) == {"master-damaged": 1}
    assert await checked(on_disk, nothing) == {"master-damaged": 1}

    await put(storage, key, whole)
    assert await checked(on_disk, nothing) == {}


async def test_a_fragment_that_does_not_decode_is_found_though_its_digest_is_right(
    on_disk: Holding,
) -> None:
    rows, storage = await rungs(on_disk), on_disk.tools.storage
    row = rows["aac-64"]
    offset, size_bytes, _ = row.fragments[-1]
    data = bytearray(await got(storage, Key(row.storage_key)))
    data[offset + size_bytes // 2 : offset + size_bytes] = bytes(size_bytes - size_bytes // 2)
    key = key_of("renditions", hashlib.sha256(data).hexdigest(), ".mp4")
    await put(storage, key, bytes(data))
    async with on_disk.tools.database.begin() as session:
        await session.execute(
            update(Rendition).where(Rendition.id == row.id).values(storage_key=key)
        )

    reference = Reference(key=key, role=Role.RENDITION, subject=str(row.id))

    assert "in fragment 2 of 2" in str(await fault_in(on_disk, reference))
    assert await fault_in(on_disk, replace(reference, subject=str(rows["flac"].id))) is None


@pytest.mark.parametrize("harm", ["lost", "damaged"])
async def test_a_master_that_is_gone_is_a_loss_and_its_renditions_stay(
    on_disk: Holding, harm: str
) -> None:
    storage, before = on_disk.tools.storage, await rungs(on_disk)
    key = Key((await master_of(on_disk)).storage_key)
    await (storage.delete(key) if harm == "lost" else flip(storage, key))
    await storage.delete(Key(before["flac"].storage_key))

    flaws = await found(on_disk, REPAIR)

    assert sorted((flaw.code, flaw.is_loss, flaw.is_mended) for flaw in flaws) == [
        (f"master-{harm}", True, False),
        ("rendition-lost", False, False),
    ]
    [advice] = [flaw.advice for flaw in flaws if not flaw.is_loss]
    assert advice.startswith("Its master is lost or damaged itself")
    assert set(await rungs(on_disk)) == set(before)


async def test_what_is_in_the_way_of_one_is_not_in_the_way_of_the_others(
    on_disk: Holding,
) -> None:
    storage, picture = on_disk.tools.storage, str((await master_of(on_disk)).spectrogram_key)
    await storage.delete(Key((await rungs(on_disk))["flac"].storage_key))
    folder = (Path(on_disk.tools.settings.storage_url.removeprefix("file://")) / picture).parent
    shutil.rmtree(folder)
    folder.touch()  # and so nothing can be stored in it

    flaws = {flaw.subject: flaw for flaw in await found(on_disk, REPAIR)}

    assert [flaw.code for flaw in flaws.values() if flaw.is_mended] == ["rendition-lost"]
    assert flaws[picture].advice == "The storage cannot be used now; please try again."


async def test_a_lost_master_is_there_again_when_it_is_sent_again(
    on_disk: Holding, made: Path
) -> None:
    await on_disk.tools.storage.delete(Key((await master_of(on_disk)).storage_key))
    assert await codes(on_disk) == ["master-lost"]

    await sent(on_disk, (made / "song.wav").read_bytes())

    assert await codes(on_disk) == []


async def test_an_orphan_goes_a_day_after_it_was_seen_and_not_before(holding: Holding) -> None:
    storage, there = holding.tools.storage, await objects(holding)
    orphan = key_of("renditions", "ab" * 32, ".mp4")
    await put(storage, orphan, b"nobody's")
    assert await codes(holding) == []  # it is too young

    await later(holding, DAY + timedelta(minutes=5))
    assert await codes(holding) == ["object-unneeded"]
    assert [flaw.is_mended for flaw in await found(holding, REPAIR)] == [True]
    assert await codes(holding, REPAIR) == []  # it is held, and seen to

    await later(holding, DAY - timedelta(minutes=1))
    assert await objects(holding) == there | {orphan}
    await later(holding, timedelta(minutes=1))
    assert await objects(holding) == there


async def test_what_is_held_or_of_a_kind_that_we_do_not_know_is_left_alone(
    on_disk: Holding,
) -> None:
    held, strange = key_of("masters", "ab" * 32), Key("somebody-elses/file")
    for key in (held, strange):
        await put(on_disk.tools.storage, key, b"music")
    await later(on_disk, 2 * DAY)
    async with on_disk.tools.database.begin() as session:
        await hold(session, [held], until=on_disk.tools.clock() + DAY)

    assert await codes(on_disk, REPAIR) == []
    assert {held, strange} <= await objects(on_disk)


async def test_an_orphan_that_is_sent_meanwhile_stays(on_disk: Holding) -> None:
    orphan = key_of("masters", hashlib.sha256(SONG).hexdigest())
    await put(on_disk.tools.storage, orphan, SONG)
    await later(on_disk, 2 * DAY)
    assert await codes(on_disk, REPAIR) == ["object-unneeded"]

    world = World(on_disk, on_disk.tools.clock)  # type: ignore[arg-type] # it is one
    await world.send(SONG, await world.artist())
    await later(on_disk, 2 * DAY)

    assert orphan in await objects(on_disk)
    assert await codes(on_disk) == []


async def test_a_lost_part_is_given_to_nobody_any_more(on_disk: Holding) -> None:
    master = await master_of(on_disk)
    async with on_disk.tools.database.read() as session:
        growth = await growth_of(session, master.id)
    assert growth is not None
    await on_disk.tools.storage.delete(Key(growth.parts[0][0]))

    assert await codes(on_disk, REPAIR) == ["part-lost"]

    async with on_disk.tools.database.read() as session:
        assert await growth_of(session, master.id) is None
    assert await codes(on_disk) == []


async def test_rows_that_contradict_each_other_are_found_and_their_jobs_added(
    on_disk: Holding,
) -> None:
    master = await master_of(on_disk)
    async with on_disk.tools.database.begin() as session:
        await session.execute(delete(Job).where(Job.kind == Kind.LADDER))
        await session.execute(delete(Rendition).where(Rendition.rung == "flac"))
        await session.execute(update(Track).values(state=TrackState.PLAYABLE))
        new = NewJob(kind=Kind.DELIVER, subject="x/1", request_id="test")
        await add(session, new, now=on_disk.tools.clock())
        await session.execute(
            update(Job).where(Job.kind == Kind.DELIVER).values(state=JobState.LEASED)
        )

    assert await codes(on_disk) == ["job-without-lease", "rungs-missing"]
    assert [flaw.is_mended for flaw in await found(on_disk, REPAIR)] == [True, True]
    assert await do(on_disk, Kind.LADDER) == 1

    assert "flac" in await rungs(on_disk)
    async with on_disk.tools.database.read() as session:
        track = (await session.scalars(select(Track))).one()
    assert (track.state, track.master_id) == (TrackState.COMPLETE, master.id)


async def test_a_lease_that_nobody_took_back_is_taken_back_and_one_that_holds_is_not(
    on_disk: Holding,
) -> None:
    now, minute = on_disk.tools.clock(), timedelta(minutes=1)
    ends = {"held": now + minute, "just over": now - minute, "overdue": now - 6 * minute}
    async with on_disk.tools.database.begin() as session:
        for subject in ends:
            new = NewJob(kind=Kind.NOTHING, subject=subject, request_id="test")
            await add(session, new, now=now)
        for job in await session.scalars(select(Job).where(Job.kind == Kind.NOTHING)):
            job.state, job.lease, job.worker = JobState.LEASED, job.id, "gone"
            job.lease_until = ends[job.payload["subject"]]

    assert [flaw.is_mended for flaw in await found(on_disk, REPAIR)] == [True]

    async with on_disk.tools.database.read() as session:
        jobs = (await session.scalars(select(Job).where(Job.kind == Kind.NOTHING))).all()
    assert {job.payload["subject"]: job.state for job in jobs} == {
        "held": JobState.LEASED,
        "just over": JobState.LEASED,
        "overdue": JobState.WAITING,
    }


async def test_a_track_that_nobody_examines_is_examined(on_disk: Holding) -> None:
    world = World(on_disk, on_disk.tools.clock)  # type: ignore[arg-type] # it is one
    song = await world.send(SONG, await world.artist())
    await world.forget_job(Kind.EXAMINE, song.master_id)

    assert await codes(on_disk, REPAIR) == ["track-without-job"]

    assert await do(on_disk, Kind.EXAMINE) == 1


async def test_the_job_of_the_night_writes_down_what_it_found_and_mends_nothing(
    on_disk: Holding,
) -> None:
    rows = await rungs(on_disk)
    await on_disk.tools.storage.delete(Key(rows["flac"].storage_key))
    async with on_disk.tools.database.begin() as session:
        new = NewJob(kind=Kind.FSCK, subject="tonight", request_id="test")
        await add(session, new, now=on_disk.tools.clock())

    await do(on_disk, Kind.FSCK)

    async with on_disk.tools.database.read() as session:
        noted = await latest_check(session)
    assert noted is not None
    assert (noted.codes, noted.losses, noted.masters) == ({"rendition-lost": 1}, 0, 1)
    assert [flaw["subject"] for flaw in noted.flaws] == [rows["flac"].storage_key]
    assert set(await rungs(on_disk)) == set(rows)


@pytest.fixture(params=[("sqlite", "disk"), ("postgres", "s3")])
def places(request: pytest.FixtureRequest) -> dict[str, str]:
    database, storage = request.param
    return {
        "database_url": request.getfixturevalue(f"migrated_{database}_url"),
        "storage_url": request.getfixturevalue(f"{storage}_url"),
    }


async def test_beside_uploads_jobs_and_deletions_nothing_is_said_or_taken(
    tmp_path: Path, places: dict[str, str]
) -> None:
    """Three owners delete and send again over and over; each time all old holds end."""
    clock = ManualClock(system_clock() + 2 * DAY)
    async with workshop(tmp_path, clock=clock, **places) as holding:
        world = World(holding, clock, grace=timedelta(0))
        tracks: dict[Caller, Accepted] = {}
        said: set[str] = set()

        async def act(owner: Caller, turn: int) -> None:
            if owner in tracks:
                await world.delete(tracks[owner])
            await world.sweep()
            tracks[owner] = await world.send(owner.id.bytes + bytes([turn]), owner)
            assert await world.examine(tracks[owner].master_id)

        async def mend(ended: asyncio.Event) -> None:
            while not ended.is_set():
                said.update(await codes(holding, Scope(share=0.0, mends=True)))

        async def act_all(turn: int, ended: asyncio.Event) -> None:
            await asyncio.gather(*(act(owner, turn) for owner in owners))
            ended.set()

        owners = [await world.artist() for _ in range(3)]
        for turn in range(4):
            clock.advance(2 * DAY)
            ended = asyncio.Event()
            await asyncio.gather(act_all(turn, ended), mend(ended), mend(ended))
            await world.require_whole()

        # What grows has no end in that world, and nobody makes the rest of a ladder.
        assert said <= {"growth-without-end", "rungs-missing"}
        await world.later()
        assert len({key for key in await objects(holding) if key.startswith("masters/")}) == 3
