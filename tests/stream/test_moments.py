"""What is the same for everybody is made once in a moment, and never told for longer."""

import asyncio

import pytest

from stream.moments import Moments


class Made:
    """Counts how often it was made, each time when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.may = asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        await self.may.wait()
        return self.times


async def test_who_asks_while_it_is_made_waits_for_the_same() -> None:
    moments, made = Moments(60.0), Made()

    asked = [asyncio.create_task(moments.of("home", made)) for _ in range(5)]
    await asyncio.sleep(0)
    made.may.set()

    assert await asyncio.gather(*asked) == [1] * 5
    assert (moments.hits, moments.misses) == (4, 1)


async def test_it_goes_on_where_whoever_asked_first_goes_away() -> None:
    moments, made = Moments(60.0), Made()
    first = asyncio.create_task(moments.of("home", made))
    second = asyncio.create_task(moments.of("home", made))
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.sleep(0)
    made.may.set()

    assert await second == 1


async def test_what_is_older_than_a_moment_is_made_anew() -> None:
    moments, made = Moments(0.01), Made()
    made.may.set()

    assert await moments.of("home", made) == 1
    await asyncio.sleep(0.02)

    assert await moments.of("home", made) == 2


async def test_what_is_over_goes_as_soon_as_something_else_is_kept() -> None:
    moments, made = Moments(0.01), Made()
    made.may.set()

    for asked in range(9):
        await moments.of(asked, made)
    await asyncio.sleep(0.02)
    await moments.of("home", made)

    assert len(moments) == 1


async def test_none_is_kept_for_no_time_at_all_and_nothing_that_failed() -> None:
    never, always, made = Moments(0.0), Moments(60.0), Made()
    made.may.set()

    async def broken() -> int:
        raise ValueError("nothing")

    assert [await never.of("home", made), await never.of("home", made)] == [1, 2]
    with pytest.raises(ValueError, match="nothing"):
        await always.of("home", broken)
    assert await always.of("home", made) == 3


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    moments, made = Moments(60.0), Made()
    made.may.set()

    for asked in range(2_000):
        await moments.of(asked, made)
    await moments.of(0, made)

    assert moments.misses == 2_001
