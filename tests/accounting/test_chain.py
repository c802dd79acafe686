"""What is booked is chained, each once, whoever does it and whenever it was committed."""

import asyncio
from datetime import UTC, date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from accounting.chain import FAR, NEAR, Head, head_of, is_any_unchained, require_clock
from accounting.ledger import leaf_of, micros_since_epoch
from accounting.links import BEGINNING, link_hash
from accounting.merkle import root_of
from accounting.roots import leaves_of, next_root, root_of_day, root_over, roots, write_root
from base.database import Database
from base.errors import Unavailable
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink
from tests.support.chained import DAY, NOON, chained, posted, rooted, sale

SECOND = timedelta(seconds=1)


async def links(database: Database) -> list[tuple[int, int]]:
    async with database.read() as session:
        query = select(ChainLink.position, ChainLink.txn_id).order_by(ChainLink.position)
        return [(position, number) for position, number in await session.execute(query)]


async def test_each_link_covers_its_transaction_and_the_link_before(database: Database) -> None:
    first, second = await posted(database, [sale(1), sale(2)])

    assert await chained(database) == 2

    before = BEGINNING
    for number, one in ((first, sale(1)), (second, sale(2))):
        at = micros_since_epoch(NOON)
        leaf = leaf_of(txn_id=number, booked_us=at, payload=one.payload)
        before = link_hash(before, leaf=leaf, chained_us=at)
    async with database.read() as session:
        assert await head_of(session) == Head(position=2, hash=before, chained_at=NOON)


async def test_nothing_is_chained_twice_and_nothing_left(database: Database) -> None:
    numbers = await posted(database, [sale(number) for number in range(10)])

    await asyncio.gather(*(chained(database, limit=3) for _ in range(6)))
    while await chained(database, limit=3):
        pass

    assert sorted(number for _, number in await links(database)) == numbers
    assert [position for position, _ in await links(database)] == list(range(1, 11))
    async with database.read() as session:
        assert not await is_any_unchained(session, above=0)


async def test_what_was_committed_late_is_found_by_who_looks_far_enough(
    database: Database,
) -> None:
    late, *others = await posted(database, [sale(number) for number in range(3)])
    # As if the first had not been there yet.
    async with database.begin() as session:
        rows = [
            {"position": position, "txn_id": number, "hash": BEGINNING, "chained_at": NOON}
            for position, number in enumerate(others, start=1)
        ]
        await session.execute(insert(table_of(ChainLink)), rows)

    now = NOON + 60 * SECOND
    assert await chained(database, now=now, reach=NEAR) == 0
    assert await chained(database, now=now, reach=FAR) == 1
    assert (await links(database))[-1] == (3, late)
    [newest] = await posted(database, [sale(7)], now=now)
    assert await chained(database, now=now, reach=NEAR) == 1
    assert (await links(database))[-1] == (4, newest)


async def test_a_clock_that_goes_back_brings_no_link_before_another(database: Database) -> None:
    await posted(database, [sale(1)])
    await chained(database)
    await posted(database, [sale(2)])

    await chained(database, now=NOON - DAY)

    async with database.read() as session:
        assert (await head_of(session)).chained_at == NOON


async def test_a_clock_that_is_ahead_of_the_database_chains_nothing(database: Database) -> None:
    async with database.read() as session:
        now = (await session.scalar(select(func.now()))).replace(tzinfo=UTC)
        await require_clock(session, now=now)
        if database.engine.dialect.name == "postgresql":
            with pytest.raises(Unavailable, match="clock"):
                await require_clock(session, now=now + DAY)


async def test_a_day_gets_its_root_once_it_is_over_and_days_without_links_none(
    database: Database,
) -> None:
    await posted(database, [sale(number) for number in range(5)])
    await chained(database)
    assert not await rooted(database, now=NOON + 11 * SECOND)
    await posted(database, [sale(7)])
    await chained(database, now=NOON + 2 * DAY)

    first, second = await rooted(database, now=NOON + 3 * DAY)

    assert (first.day, first.first, first.size) == (date(2026, 11, 24), 1, 5)
    assert (second.day, second.first, second.size) == (date(2026, 11, 26), 6, 1)
    async with database.read() as session:
        leaves = b"".join([some async for some in leaves_of(session, first=1, size=5)])
        assert first.root == root_of(leaves)
        assert second.head == (await head_of(session)).hash
        assert await roots(session) == [first, second]
        assert await root_of_day(session, date(2026, 11, 25)) is None
        found = [await root_over(session, position) for position in (1, 5, 6, 7)]
    assert found == [first, first, second, None]


async def test_nothing_comes_into_a_day_that_has_its_root(database: Database) -> None:
    await posted(database, [sale(1)])
    await chained(database)
    async with database.read() as session:
        early = await next_root(session, now=NOON + DAY)
    assert early is not None
    await posted(database, [sale(2)])
    await chained(database)

    assert not await database.run(partial(write_root, root=early))
    [root] = await rooted(database, now=NOON + DAY)
    assert not await database.run(partial(write_root, root=root))
    await posted(database, [sale(3)])
    await chained(database)

    async with database.read() as session:
        assert (await head_of(session)).chained_at == NOON + DAY / 2
        assert await root_over(session, 3) is None


@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
@pytest.mark.parametrize(("table", "column"), [("ledger_chain", "hash"), ("ledger_roots", "root")])
async def test_links_and_roots_are_only_added(
    database: Database, table: str, column: str, change: str
) -> None:
    await posted(database, [sale(1)])
    await chained(database)
    await rooted(database, now=NOON + DAY)

    with pytest.raises(DBAPIError, match="only ever added"):
        async with database.begin() as session:
            await session.execute(text(change.format(table, column, column)))
