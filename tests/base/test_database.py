import asyncio

from base.database import Database


async def test_writers_on_sqlite_come_in_their_order_and_none_is_left_out(sqlite_url: str) -> None:
    database, order = Database(sqlite_url), list[int]()

    async def write(number: int) -> None:
        async with database.begin():
            order.append(number)
            await asyncio.sleep(0.002)

    await asyncio.gather(*(write(number) for number in range(30)))

    assert order == list(range(30))
    await database.close()
