import asyncio
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.threads import Follower


@settings(max_examples=30)
@given(data=st.lists(st.binary(max_size=30), max_size=20), most=st.integers(0, 40))
async def test_all_is_done_once_and_in_order(data: list[bytes], most: int) -> None:
    done: list[bytes] = []
    follower = Follower(done.extend, most_bytes=most)

    for one in data:
        await follower.put(one)
    await follower.drain()

    assert done == data


async def test_who_is_faster_waits_when_enough_waits_to_be_done() -> None:
    gate, batches = threading.Event(), list[list[bytes]]()

    def work(batch: Sequence[bytes]) -> None:
        gate.wait()
        batches.append(list(batch))

    follower = Follower(work, most_bytes=10)
    await follower.put(b"first")
    await asyncio.sleep(0.01)
    await follower.put(b"0123456789")
    putting = asyncio.create_task(follower.put(b"more"))
    done, _ = await asyncio.wait([putting], timeout=0.05)
    gate.set()
    await putting
    await follower.drain()

    assert done == set()
    assert batches == [[b"first"], [b"0123456789", b"more"]]


async def test_an_error_is_raised_by_whoever_comes_next_and_nothing_is_done_after_it() -> None:
    done: list[bytes] = []

    def work(batch: Sequence[bytes]) -> None:
        if b"bad" in batch:
            raise ZeroDivisionError
        done.extend(batch)

    follower = Follower(work, most_bytes=2)
    with pytest.raises(ZeroDivisionError):
        for one in (b"good", b"bad", b"never", b"never"):
            await follower.put(one)
    with pytest.raises(ZeroDivisionError):
        await follower.drain()

    assert done == [b"good"]


async def test_a_drain_that_is_cancelled_sees_the_work_end() -> None:
    gate, done = threading.Event(), list[bytes]()

    def work(batch: Sequence[bytes]) -> None:
        gate.wait()
        done.extend(batch)

    follower = Follower(work, most_bytes=2)
    await follower.put(b"x")
    draining = asyncio.create_task(follower.drain())
    await asyncio.sleep(0)
    draining.cancel()
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(draining, return_exceptions=True)

    assert draining.cancelled()
    assert done == [b"x"]
