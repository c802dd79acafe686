"""A machine whose clock is off goes by the time of the database, which all have in common."""

from datetime import datetime, timedelta

import pytest

from base.clock import system_clock
from base.database import Database
from base.true_time import true_clock

NEARLY = timedelta(seconds=1.5)


@pytest.mark.parametrize("minutes", [-7, 7])
async def test_a_clock_that_is_minutes_off_is_not_gone_by(postgres_url: str, minutes: int) -> None:
    database = Database(postgres_url)

    async with true_clock(database, lambda: system_clock() + timedelta(minutes=minutes)) as clock:
        assert abs(clock() - system_clock()) < NEARLY
    await database.close()


async def test_a_clock_that_is_right_is_left_alone(postgres_url: str) -> None:
    database = Database(postgres_url)

    async with true_clock(database, system_clock) as clock:
        before, told, after = system_clock(), clock(), system_clock()
    assert before <= told <= after
    await database.close()


async def test_a_start_goes_on_where_the_database_is_away() -> None:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")

    async with true_clock(database, system_clock) as clock:
        assert abs(clock() - system_clock()) < NEARLY
    await database.close()


async def test_an_answer_that_took_long_moves_no_clock(postgres_url: str) -> None:
    database, half_a_minute = Database(postgres_url), timedelta(seconds=30)
    passed = iter([timedelta(0)])

    def slow() -> datetime:
        # As if the question had waited for so long, where all connections are in use.
        return system_clock() + next(passed, half_a_minute)

    async with true_clock(database, slow) as clock:
        assert abs(clock() - system_clock() - half_a_minute) < NEARLY
    await database.close()
