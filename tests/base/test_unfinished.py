import asyncio
import hashlib
import random
import tracemalloc
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.errors import Broken
from base.storage.kept import Kept
from base.storage.port import Key, Storage, key_of
from base.storage.resumable import Resumable, Unfinished

MEBIBYTE = 1 << 20


@pytest.fixture
def unfinished(storage: Storage) -> Unfinished:
    assert isinstance(storage, Resumable)
    return storage.unfinished


async def add(unfinished: Unfinished, kept: Kept, data: bytes) -> Kept:
    async with unfinished.append(kept) as appender:
        for start in range(0, len(data), 200_000):
            await appender.write(data[start : start + 200_000])
        return await appender.flush()


async def publish(unfinished: Unfinished, kept: Kept, data: bytes) -> Key:
    key = key_of("masters", hashlib.sha256(data).hexdigest())
    stored = await unfinished.publish(await unfinished.seal(kept), key)
    assert stored.size_bytes == len(data)
    return key


async def get(storage: Storage, key: Key) -> bytes:
    return b"".join([part async for part in storage.read(key)])


async def leftovers(storage: Storage) -> list[str]:
    return [found.key async for found in storage.walk("")]


@pytest.mark.parametrize(
    "cuts",
    [
        [1],
        [5 * MEBIBYTE],
        [3 * MEBIBYTE, 9 * MEBIBYTE, 9 * MEBIBYTE + 1],
        [1, 2, 17 * MEBIBYTE],
    ],
)
async def test_what_came_in_several_requests_is_one_object(
    storage: Storage, unfinished: Unfinished, cuts: list[int]
) -> None:
    data = random.Random(1).randbytes(18 * MEBIBYTE + 7)
    kept = unfinished.begin("one")

    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        kept = await add(unfinished, kept, data[start:end])
        assert kept.size_bytes == end

    key = await publish(unfinished, kept, data)
    await unfinished.discard("one")
    assert await get(storage, key) == data
    assert await leftovers(storage) == [key]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.binary(min_size=1, max_size=50), st.booleans(), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
async def test_takeovers_and_bytes_that_do_not_count_leave_no_trace(
    storage: Storage, unfinished: Unfinished, steps: list[tuple[bytes, bool, bool]]
) -> None:
    kept, whole = unfinished.begin("traces"), b""

    for data, counts, interrupted in steps:
        with suppress(ZeroDivisionError):
            async with unfinished.append(kept) as appender:
                await appender.write(data)
                after = await appender.flush()
                if not counts:
                    raise ZeroDivisionError
            kept, whole = after, whole + data
        if interrupted:
            kept = kept.interrupted()

    if whole:
        key = await publish(unfinished, kept, whole)
        assert await get(storage, key) == whole
    await unfinished.discard("traces")


async def test_whoever_was_taken_over_can_write_on_without_harm(
    storage: Storage, unfinished: Unfinished
) -> None:
    first, second = bytes(7 * MEBIBYTE), b"\1" * 12 * MEBIBYTE
    kept = await add(unfinished, unfinished.begin("duel"), first)

    async with unfinished.append(kept) as stale:
        await stale.write(b"\2" * MEBIBYTE)
        kept = await add(unfinished, kept.interrupted(), second[: 6 * MEBIBYTE])
        await stale.write(b"\2" * 9 * MEBIBYTE)
        await stale.flush()
        kept = await add(unfinished, kept, second[6 * MEBIBYTE :])
        key = await publish(unfinished, kept, first + second)
        await stale.write(b"\2")
        with_tail = await asyncio.gather(stale.flush(), return_exceptions=True)

    assert len(with_tail) == 1
    assert await get(storage, key) == first + second


async def test_sealing_and_publishing_can_be_done_again(
    storage: Storage, unfinished: Unfinished
) -> None:
    data = random.Random(2).randbytes(11 * MEBIBYTE)
    kept = await add(unfinished, unfinished.begin("twice"), data)

    # Whoever died said nothing of what they had done; the next one begins where the row stands.
    await unfinished.seal(kept)
    sealed = await unfinished.seal(kept.interrupted())
    key = await publish(unfinished, sealed, data)
    again = await publish(unfinished, sealed.interrupted(), data)

    assert again == key
    assert await get(storage, key) == data
    await unfinished.discard("twice")
    await unfinished.discard("twice")


async def test_what_is_sealed_can_be_read(unfinished: Unfinished) -> None:
    data = random.Random(3).randbytes(6 * MEBIBYTE)
    kept = await add(unfinished, unfinished.begin("read"), data[:MEBIBYTE])
    kept = await unfinished.seal(await add(unfinished, kept.interrupted(), data[MEBIBYTE:]))

    whole = [part async for part in unfinished.read(kept)]
    some = [part async for part in unfinished.read(kept, start=MEBIBYTE - 1, length=2)]

    assert b"".join(whole) == data
    assert max(map(len, whole)) <= MEBIBYTE
    assert b"".join(some) == data[MEBIBYTE - 1 : MEBIBYTE + 1]


async def test_the_first_bytes_can_be_read_before_it_is_sealed(unfinished: Unfinished) -> None:
    kept = await add(unfinished, unfinished.begin("head"), b"RIFF")

    assert [part async for part in unfinished.read(kept)] == [b"RIFF"]
    assert [part async for part in unfinished.read(unfinished.begin("none"))] == []


async def test_it_grows_durably_while_it_is_written(unfinished: Unfinished) -> None:
    async with unfinished.append(unfinished.begin("grows")) as appender:
        for _ in range(40):
            await appender.write(bytes(MEBIBYTE))
            await asyncio.sleep(0.01)
        durable = appender.kept

        assert 16 * MEBIBYTE <= durable.size_bytes <= 40 * MEBIBYTE
    kept = await add(unfinished, durable.interrupted(), b"more")
    assert kept.size_bytes == durable.size_bytes + 4
    await unfinished.discard("grows")


async def test_no_sweep_takes_what_is_unfinished(storage: Storage, unfinished: Unfinished) -> None:
    data = random.Random(4).randbytes(6 * MEBIBYTE)
    kept = await add(unfinished, unfinished.begin("spared"), data)

    swept = await storage.sweep(timedelta(0))

    assert swept == 0
    assert await leftovers(storage) == []
    assert await get(storage, await publish(unfinished, kept, data)) == data


async def test_what_is_discarded_is_gone(unfinished: Unfinished) -> None:
    kept = await add(unfinished, unfinished.begin("gone"), bytes(11 * MEBIBYTE))

    await unfinished.discard("gone")

    with pytest.raises(Exception, match=r"upload-lost|storage-refused|storage-unavailable"):
        await publish(unfinished, kept, bytes(11 * MEBIBYTE))


async def test_memory_stays_within_eight_mebibytes(unfinished: Unfinished) -> None:
    chunk = bytes(MEBIBYTE // 4)
    tracemalloc.start()

    async with unfinished.append(unfinished.begin("memory")) as appender:
        for _ in range(200):
            await appender.write(bytes(chunk))
        await appender.flush()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # The S3 client's own modules and buffers are in it, too.
    assert peak < 14 * MEBIBYTE
    await unfinished.discard("memory")


async def test_what_is_published_is_never_replaced(
    storage: Storage, unfinished: Unfinished
) -> None:
    data = random.Random(4).randbytes(6 * MEBIBYTE)
    key = await publish(unfinished, await add(unfinished, unfinished.begin("first"), data), data)

    for name, other in (("same", bytes(len(data))), ("less", b"\0")):
        kept = await unfinished.seal(await add(unfinished, unfinished.begin(name), other))
        with suppress(Broken):
            await unfinished.publish(kept, key)
        await unfinished.discard(name)

    assert await get(storage, key) == data
