import asyncio
import gc
import random
import traceback
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from base.database import Database, make_lasting
from base.errors import Refused, Unavailable


async def test_writers_on_sqlite_come_in_their_order_and_none_is_left_out(sqlite_url: str) -> None:
    database, order = Database(sqlite_url), list[int]()

    async def write(number: int) -> None:
        async with database.begin():
            order.append(number)
            await asyncio.sleep(0.002)

    await asyncio.gather(*(write(number) for number in range(30)))

    assert order == list(range(30))
    await database.close()


async def test_only_what_lasts_is_waited_for_until_it_is_written(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    # The numbers of its levels are in the manual: FULL, then NORMAL.
    assert await settings(database, "PRAGMA synchronous") == [2, 1]
    await database.close()


async def test_so_it_is_on_postgresql(postgres_url: str) -> None:
    database = Database(postgres_url)

    assert await settings(database, "SHOW synchronous_commit") == ["on", "off"]
    await database.close()


async def test_what_turns_out_to_matter_is_made_lasting_by_itself(database_url: str) -> None:
    database = Database(database_url)
    query = "SHOW synchronous_commit" if "postgresql" in database_url else "SELECT 'on'"

    async with database.begin(is_lasting=False) as session:
        await make_lasting(session)
        assert await session.scalar(text(query)) == "on"

    if "postgresql" in database_url:
        assert await settings(database, query) == ["on", "off"]
    await database.close()


async def test_who_is_cancelled_in_the_middle_keeps_nobody_from_writing(sqlite_url: str) -> None:
    database, chance = Database(sqlite_url), random.Random(7)
    async with database.begin() as session:
        await session.execute(text("CREATE TABLE t (n INTEGER)"))

    async def write() -> None:
        async with database.begin() as session:
            for _ in range(3):
                await session.execute(text("INSERT INTO t VALUES (1) RETURNING n"))

    gc.disable()  # what a lock that is left behind waits for, in a process with little to do
    try:
        for _ in range(150):
            writing = asyncio.create_task(write())
            await asyncio.sleep(chance.uniform(0, 0.006))
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            async with asyncio.timeout(10):
                await write()
    finally:
        gc.enable()
        await database.close()


async def settings(database: Database, query: str) -> list[object]:
    found = []
    for is_lasting in (True, False):
        async with database.begin(is_lasting=is_lasting) as session:
            found.append(await session.scalar(text(query)))
    return found


async def test_a_connection_that_broke_in_the_middle_of_a_statement_is_away(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)

    with pytest.raises(Unavailable):
        async with database.begin() as session:
            await session.execute(text("SELECT 1"))
            raw = await (await session.connection()).get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None
            unanswered = asyncio.ensure_future(driver.execute("SELECT pg_sleep(60)"))
            await asyncio.sleep(0)
            # As uvloop says where the other end died between two writes.
            raise RuntimeError("the handler is closed")

    with pytest.raises(asyncpg.PostgresError):
        await unanswered
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_a_database_that_is_set_up_wrong_says_what_to_do(
    tmp_path: Path, sqlite_url: str, postgres_url: str
) -> None:
    wrong = {
        f"sqlite+aiosqlite:///{tmp_path}/none/refrain.db": "database-missing",
        sqlite_url: "database-not-migrated",
        postgres_url: "database-not-migrated",
        f"{postgres_url}x": "database-missing",
        postgres_url.replace("://tests", "://nobody:hunter2"): "database-refuses",
    }

    assert {url: await trouble_of(url) for url in wrong} == wrong


@pytest.mark.parametrize("scheme", ["nonsense", "postgresql", "sqlite", "mysql+nothing"])
def test_an_address_of_another_kind_is_refused_and_not_repeated(scheme: str) -> None:
    with pytest.raises(Refused, match="bad-database-url") as refused:
        Database(f"{scheme}://ada:hunter2@there/refrain")

    assert "hunter2" not in str(refused.value)


async def trouble_of(url: str) -> str:
    database = Database(url)
    with pytest.raises(Unavailable) as found:
        async with database.read() as session:
            await session.execute(text("SELECT * FROM jobs"))
    await database.close()
    assert "hunter2" not in found.value.sentence
    return found.value.code


async def test_an_error_of_the_database_names_no_value_that_it_was_given(
    database: Database,
) -> None:
    query = text("SELECT no_column FROM accounts WHERE name = :name")
    value = "open-sesame"
    with pytest.raises(Unavailable) as failed:
        async with database.begin() as session:
            await session.execute(query, {"name": value})

    told = "".join(traceback.format_exception(failed.value))
    assert "SELECT no_column" in told
    assert value not in told
