from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from base.clock import ManualClock
from base.database import Database
from base.storage.port import Key, Storage, key_of
from base.tools import open_storage
from catalog.growth import GrownPart, add_part, end_growth, growth_of
from catalog.models.files import GrowingRendition
from catalog.models.plays import PlaySession
from catalog.objects import own_suffix
from catalog.roles import Role
from ingest.accept import Accepted
from tests.support.catalog import NOON, accepted, person, qualified
from workers.housekeeping import remove_parts, sweep_unneeded

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def disk(disk_url: str) -> AsyncIterator[Storage]:
    async with open_storage(disk_url) as opened:
        yield opened


@pytest.fixture
async def track(database: Database, disk: Storage) -> Accepted:
    """Answer a track that has begun to grow."""
    sent = await accepted(database, await person(database, Role.ARTIST))
    async with disk.writer() as writer:
        await writer.write(b"music")
        await writer.commit(part_of(sent))
    row = GrowingRendition(
        id=uuid4(),
        master_id=sent.master_id,
        rung="aac-128",
        codec="aac",
        codecs="mp4a.40.2",
        channels=2,
        nominal_bps=128_000,
        timescale=44_100,
        edit=1_536,
        init_bytes=2,
        parts=[],
        created_at=NOON,
    )
    part = GrownPart(storage_key=part_of(sent), size_bytes=5, fragments=[(2, 3, 264_600)])
    async with database.begin() as session:
        await add_part(session, row, 0, part)
    return sent


def part_of(track: Accepted) -> Key:
    return key_of("parts", "ab" * 32, own_suffix(track.master_id, ".mp4"))


async def tidied(database: Database, disk: Storage, *, idle_since: datetime) -> None:
    clock = ManualClock(idle_since)
    await remove_parts(database, clock, idle_since=idle_since)
    await sweep_unneeded(database, disk, clock)


async def ends(database: Database, track: Accepted, at: datetime) -> None:
    async with database.begin() as session:
        await end_growth(session, track.master_id, ManualClock(at))


async def listens(
    database: Database, track: Accepted, *, opened_at: datetime, active_at: datetime
) -> None:
    listener = await person(database, Role.LISTENER)
    clock = ManualClock(opened_at)
    play = await qualified(database, clock, listener=listener, track_id=track.track_id)
    async with database.begin() as session:
        (await session.get_one(PlaySession, play)).active_at = active_at


async def is_kept(database: Database, disk: Storage, track: Accepted) -> bool:
    async with database.read() as session:
        row = await growth_of(session, track.master_id)
    assert (row is not None) == (await disk.stat(part_of(track)) is not None)
    return row is not None


async def test_parts_stay_while_one_who_began_with_them_may_come_back(
    database: Database, disk: Storage, track: Accepted
) -> None:
    await listens(database, track, opened_at=NOON - A_MINUTE, active_at=NOON + AN_HOUR)
    await ends(database, track, NOON)

    await tidied(database, disk, idle_since=NOON + AN_HOUR)
    assert await is_kept(database, disk, track)

    await tidied(database, disk, idle_since=NOON + AN_HOUR + A_MINUTE)
    assert not await is_kept(database, disk, track)


async def test_who_came_when_all_was_there_needs_no_parts(
    database: Database, disk: Storage, track: Accepted
) -> None:
    await ends(database, track, NOON)
    await listens(database, track, opened_at=NOON, active_at=NOON + AN_HOUR)

    await tidied(database, disk, idle_since=NOON)
    assert await is_kept(database, disk, track)

    await tidied(database, disk, idle_since=NOON + A_MINUTE)
    assert not await is_kept(database, disk, track)


async def test_what_still_grows_is_never_removed(
    database: Database, disk: Storage, track: Accepted
) -> None:
    await tidied(database, disk, idle_since=NOON + 1000 * AN_HOUR)

    assert await is_kept(database, disk, track)
