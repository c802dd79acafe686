from datetime import datetime, timedelta
from uuid import UUID

import pytest

from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused, Unavailable
from catalog.generations import (
    all_renditions,
    forget,
    outlived_generations,
    roll_back,
    supersede,
    swapped_since,
)
from catalog.models.files import Rendition
from catalog.models.plays import PlaySession
from catalog.music import add_rendition, renditions_of
from catalog.periods import NOTICE, covers
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, opened, person
from tests.support.world import rendition_of

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def row(master_id: UUID, key: str, rung: str = "aac-128") -> Rendition:
    made = rendition_of(master_id, key)
    made.rung = rung
    return made


async def keys(session: Session, master_id: UUID, at: datetime | None = None) -> set[str]:
    return {one.storage_key for one in await renditions_of(session, master_id, at=at)}


@pytest.fixture
async def master(database: Database) -> UUID:
    """Answer a master that has two renditions, the second of which came later."""
    sent = await accepted(database, await person(database, Role.ARTIST))
    async with database.begin() as session:
        for key, rung in (("one", "aac-128"), ("two", "aac-64")):
            assert await add_rendition(session, row(sent.master_id, key, rung))
    return sent.master_id


async def swapped(database: Database, master: UUID, *new: str, at: datetime) -> datetime:
    rungs = ("aac-128", "aac-64", "opus-96")
    async with database.begin() as session:
        rows = [row(master, key, rung) for key, rung in zip(new, rungs, strict=False)]
        return await supersede(session, master, rows, clock=ManualClock(at))


async def test_who_came_before_keeps_the_old_and_who_comes_later_finds_the_new(
    database: Database, master: UUID
) -> None:
    since = await swapped(database, master, "1", "2", "3", at=NOON)

    assert since == NOON + NOTICE
    async with database.read() as session:
        assert await keys(session, master, NOON - A_DAY) == {"one", "two"}
        assert await keys(session, master, since - timedelta(milliseconds=1)) == {"one", "two"}
        assert await keys(session, master, since) == {"1", "2", "3"}
        assert await keys(session, master) == {"1", "2", "3"}


async def test_the_rule_and_its_question_agree(database: Database, master: UUID) -> None:
    for minute in (1, 2, 2, 0):  # one machine's clock is behind
        await swapped(database, master, str(minute), at=NOON + timedelta(minutes=minute))

    async with database.read() as session:
        rows = await all_renditions(session, master)
        for second in range(0, 200, 5):
            at = NOON + timedelta(seconds=second)
            expected = {one.storage_key for one in rows if covers(one, at)}
            assert await keys(session, master, at) == expected
            assert len({one.generation for one in rows if covers(one, at)}) == 1


async def test_a_rung_that_is_added_later_stands_beside_the_current_ones(
    database: Database, master: UUID
) -> None:
    since = await swapped(database, master, "1", at=NOON)

    async with database.begin() as session:
        assert await add_rendition(session, row(master, "2", "aac-64"))
        assert not await add_rendition(session, row(master, "other", "aac-128"))

    async with database.read() as session:
        assert await keys(session, master, since) == {"1", "2"}
        assert await keys(session, master, NOON) == {"one", "two"}


async def test_where_all_current_ones_were_lost_those_made_again_follow_the_old(
    database: Database, master: UUID
) -> None:
    since = await swapped(database, master, "1", at=NOON)

    async with database.begin() as session:
        [lost] = await renditions_of(session, master)
        await session.delete(lost)
        await session.flush()
        assert await add_rendition(session, row(master, "again"))

    async with database.read() as session:
        assert await keys(session, master, NOON) == {"one", "two"}
        assert await keys(session, master, since) == await keys(session, master) == {"again"}


async def test_a_swap_that_takes_too_long_changes_nothing(database: Database, master: UUID) -> None:
    times = iter((NOON, NOON + NOTICE))

    with pytest.raises(Unavailable, match="swap-late"):
        async with database.begin() as session:
            await supersede(session, master, [row(master, "1")], clock=lambda: next(times))

    async with database.read() as session:
        assert await keys(session, master) == {"one", "two"}


async def test_what_was_swapped_can_be_taken_back_once_for_each_swap(
    database: Database, master: UUID
) -> None:
    await swapped(database, master, "1", at=NOON)
    await swapped(database, master, "2", at=NOON + AN_HOUR)
    clock = ManualClock(NOON + 2 * AN_HOUR)

    for expected in ({"1"}, {"one", "two"}):
        async with database.begin() as session:
            since = await roll_back(session, master, clock=clock)
            assert await keys(session, master) == expected
        clock.advance(AN_HOUR)

    with pytest.raises(Refused, match="nothing-before"):
        async with database.begin() as session:
            await roll_back(session, master, clock=clock)
    async with database.read() as session:
        assert await keys(session, master, NOON + NOTICE) == {"1"}
        assert await keys(session, master, NOON + AN_HOUR + NOTICE) == {"2"}
        assert await keys(session, master, since) == {"one", "two"}
        assert await swapped_since(session, NOON) == []


async def test_the_old_ones_stay_while_one_who_began_with_them_may_come_back(
    database: Database, master: UUID
) -> None:
    await listens(database, opened_at=NOON, active_at=NOON + 9 * AN_HOUR)
    await swapped(database, master, "1", at=NOON + AN_HOUR)
    await listens(database, opened_at=NOON + 2 * AN_HOUR, active_at=NOON + 30 * AN_HOUR)

    async def gone(*, retired_before: datetime, idle_since: datetime) -> set[int]:
        async with database.read() as session:
            found = await outlived_generations(
                session, retired_before=retired_before, idle_since=idle_since
            )
        return {one.generation for one in found}

    # Its rollback window is over, but its listener may come back; and the other way around.
    assert await gone(retired_before=NOON + A_DAY, idle_since=NOON + 9 * AN_HOUR) == set()
    assert await gone(retired_before=NOON, idle_since=NOON + A_DAY) == set()
    assert await gone(retired_before=NOON + A_DAY, idle_since=NOON + 10 * AN_HOUR) == {0}


async def test_what_is_forgotten_is_one_generation(database: Database, master: UUID) -> None:
    await swapped(database, master, "1", at=NOON)
    async with database.begin() as session:
        [old] = await outlived_generations(
            session, retired_before=NOON + A_DAY, idle_since=NOON + A_DAY
        )
        assert await forget(session, old, until=NOON) == 2

    async with database.read() as session:
        assert [one.storage_key for one in await all_renditions(session, master)] == ["1"]


async def listens(database: Database, *, opened_at: datetime, active_at: datetime) -> None:
    listener, artist = await person(database, Role.LISTENER), await person(database, Role.ARTIST)
    sent = await accepted(database, artist)  # the same bytes: the same master
    clock = ManualClock(opened_at)
    play = await opened(database, clock, listener=listener, track_id=sent.track_id)
    async with database.begin() as session:
        (await session.get_one(PlaySession, play)).active_at = active_at
