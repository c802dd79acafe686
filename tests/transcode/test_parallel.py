import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import pytest

from base.errors import Broken, Refused
from transcode.parallel import in_thread, together, within

Work = Callable[[], Awaitable[int]]


async def in_parallel(works: Sequence[Work], *, cores: int) -> list[int]:
    slots = asyncio.Semaphore(cores)
    async with together() as group:
        tasks = [group.create_task(within(slots, work)) for work in works]
    return [task.result() for task in tasks]


class Counter:
    """Counts who is at work at the same time."""

    def __init__(self) -> None:
        self.now, self.most, self.ended = 0, 0, 0

    async def work(self, answer: int, seconds: float = 0.01) -> int:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.now -= 1
            self.ended += 1
        return answer


async def fail(error: Exception, after_s: float = 0.0) -> int:
    await asyncio.sleep(after_s)
    raise error


@pytest.mark.parametrize("cores", [1, 2, 5, 100])
async def test_no_more_at_once_than_there_are_cores(cores: int) -> None:
    counter = Counter()

    answers = await in_parallel([partial(counter.work, n) for n in range(12)], cores=cores)

    assert answers == list(range(12))
    assert counter.most == min(cores, 12)


async def test_nothing_to_do_is_done() -> None:
    assert await in_parallel([], cores=2) == []


async def test_the_first_error_is_raised_as_it_is_and_ends_the_others() -> None:
    counter = Counter()
    works = [partial(counter.work, n, 60.0) for n in range(3)]

    with pytest.raises(Refused) as refused:
        await in_parallel([*works, partial(fail, Refused("no", "No."), 0.01)], cores=4)

    assert refused.value.code == "no"
    assert (counter.now, counter.ended) == (0, 3)


async def test_of_several_errors_one_is_raised() -> None:
    works = [partial(fail, Broken("a", "A.")), partial(fail, Broken("b", "B."))]

    with pytest.raises(Broken, match=r"^[ab]: "):
        await in_parallel(works, cores=2)


async def test_an_error_in_the_block_itself_ends_the_tasks() -> None:
    counter = Counter()

    with pytest.raises(Refused):
        async with together() as group:
            group.create_task(counter.work(1, 60.0))
            await asyncio.sleep(0)
            raise Refused("no", "No.")

    assert counter.ended == 1


async def test_whoever_is_cancelled_ends_all() -> None:
    counter = Counter()
    task = asyncio.create_task(
        in_parallel([partial(counter.work, n, 60.0) for n in range(5)], cores=2)
    )
    await asyncio.sleep(0.01)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (counter.now, counter.ended) == (0, 2)


async def test_a_thread_is_waited_for_even_when_nobody_wants_its_answer() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.2)
        ended.set()

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended.is_set()


async def test_an_error_in_a_thread_is_raised_as_it_is() -> None:
    def work() -> None:
        raise Refused("no", "No.")

    with pytest.raises(Refused):
        await in_thread(work)
