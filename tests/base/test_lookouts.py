"""A look that can find nothing new is spared, and none that can is."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from base.database import Database
from base.lookouts import Lookout


class Seconds:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def lookout(database: Database, seconds: Seconds) -> Iterator[Lookout]:
    with closing(Lookout(database, seconds)) as opened:
        yield opened


async def write(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS noted (n INTEGER)"))
        await session.execute(text("INSERT INTO noted VALUES (1)"))


async def test_whatever_is_written_is_looked_at(database: Database, lookout: Lookout) -> None:
    for _ in range(5):
        await write(database)
        assert lookout.is_due()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_is_looked_at_twice(database: Database, lookout: Lookout) -> None:
    await write(database)
    looked = [lookout.is_due() for _ in range(3)]
    async with database.read() as session:
        await session.execute(text("SELECT count(*) FROM noted"))

    assert [*looked, lookout.is_due()] == [True, False, False, False]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_database_that_does_not_count_is_looked_at_each_time(lookout: Lookout) -> None:
    assert [lookout.is_due() for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_becomes_due_by_the_time_is_seen_within_a_second(
    lookout: Lookout, seconds: Seconds
) -> None:
    looked = []
    for _ in range(101):
        seconds.now_s += 0.1
        looked += [seconds.now_s] if lookout.is_due() else []

    assert max(later - earlier for earlier, later in pairwise(looked)) < 1
    assert len(looked) < 25


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_could_not_look_does_so_again(lookout: Lookout) -> None:
    assert lookout.is_due()
    lookout.again()

    assert [lookout.is_due(), lookout.is_due()] == [True, False]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "refrain.db"
    with closing(Lookout(Database(f"sqlite+aiosqlite:///{path}"))) as lookout:
        assert [lookout.is_due(), lookout.is_due()] == [True, True]

    assert not path.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_looks_keeps_nobody_from_writing(
    database: Database, lookout: Lookout, seconds: Callable[[], float]
) -> None:
    others = [Lookout(database, seconds) for _ in range(3)]
    async with database.begin() as session:
        await session.execute(text("CREATE TABLE noted (n INTEGER)"))
        during = [one.is_due() for one in (lookout, *others)]
        assert not any(one.is_due() for one in (lookout, *others))

    assert all(during)
    assert all(one.is_due() for one in (lookout, *others))
    for one in others:
        one.close()
