import asyncio
import hashlib
import random
import sys
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.clock import system_clock
from base.errors import Broken, Refused
from base.storage.port import Key, Storage, checked, fetch_file, key_of, store_file

MEBIBYTE = 1 << 20


async def put(storage: Storage, data: bytes, *, chunk: int = 70_000) -> Key:
    key = key_of("masters", hashlib.sha256(data).hexdigest())
    async with storage.writer() as writer:
        for start in range(0, len(data), chunk):
            await writer.write(data[start : start + chunk])
        await writer.commit(key)
    return key


async def get(storage: Storage, key: Key, *, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([part async for part in storage.read(key, start=start, length=length)])


async def names(storage: Storage, prefix: str = "") -> list[str]:
    return [found.key async for found in storage.walk(prefix)]


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE, 17 * MEBIBYTE + 5])
async def test_what_goes_in_comes_out(storage: Storage, size: int) -> None:
    data = random.Random(size).randbytes(size)

    key = await put(storage, data)

    assert await get(storage, key) == data
    found = await storage.stat(key)
    assert found is not None
    assert found.size_bytes == size


async def test_any_range_equals_the_slice(storage: Storage) -> None:
    dice = random.Random(11)
    data = dice.randbytes(3 * MEBIBYTE)
    key = await put(storage, data)

    for _ in range(25):
        start = dice.randrange(len(data))
        length = dice.randrange(len(data) - start + 1)

        assert await get(storage, key, start=start, length=length) == data[start : start + length]


@pytest.mark.parametrize(("start", "length"), [(3, None), (3, 1), (700, 5), (0, 0), (2, 9)])
async def test_past_the_end_there_is_nothing(
    storage: Storage, start: int, length: int | None
) -> None:
    key = await put(storage, b"abc")

    found = await get(storage, key, start=start, length=length)

    assert found == b"abc"[start:][:length]


@pytest.mark.parametrize("length", [None, 0, 5])
async def test_an_empty_object_has_every_range_and_they_are_empty(
    storage: Storage, length: int | None
) -> None:
    key = await put(storage, b"")

    assert await get(storage, key, length=length) == b""


async def test_a_missing_object_has_not_even_an_empty_range(storage: Storage) -> None:
    with pytest.raises(Refused, match="object-missing"):
        await get(storage, checked("masters/00/nothing"), length=0)


#: The storage is the same for all examples; each object has a key of its own.
on_one_storage = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@on_one_storage
@given(pieces=st.lists(st.binary(max_size=300), max_size=12), data=st.data())
async def test_how_it_was_written_and_read_makes_no_difference(
    storage: Storage, pieces: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(pieces)
    start = data.draw(st.integers(0, len(whole) + 5))
    length = data.draw(st.none() | st.integers(0, len(whole) + 5))
    key = key_of("masters", hashlib.sha256(whole).hexdigest())

    async with storage.writer() as writer:
        for piece in pieces:
            await writer.write(piece)
        stored = await writer.commit(key)

    assert stored == await storage.stat(key)
    assert stored.size_bytes == len(whole)
    assert await get(storage, key) == whole
    assert (
        await get(storage, key, start=start, length=length)
        == whole[start : None if length is None else start + length]
    )


@pytest.mark.parametrize("size", [8 * MEBIBYTE, 8 * MEBIBYTE + 1, 24 * MEBIBYTE])
@pytest.mark.parametrize("chunk", [MEBIBYTE - 3, 24 * MEBIBYTE])
async def test_sizes_about_a_part_are_whole(storage: Storage, size: int, chunk: int) -> None:
    data = random.Random(size).randbytes(size)

    key = await put(storage, data, chunk=chunk)

    assert await get(storage, key) == data
    assert await storage.sweep(timedelta(0)) == 0


async def test_memory_stays_bounded_however_much_is_written(storage: Storage) -> None:
    chunk = bytes(MEBIBYTE)
    tracemalloc.start()

    async with storage.writer() as writer:
        for _ in range(128):
            await writer.write(chunk)
        await writer.commit(checked("masters/aa/large"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 64 * MEBIBYTE


async def test_no_chunk_is_larger_than_a_mebibyte(storage: Storage) -> None:
    key = await put(storage, bytes(3 * MEBIBYTE))

    assert max([len(part) async for part in storage.read(key)]) <= MEBIBYTE


@pytest.mark.parametrize("size", [10, 20 * MEBIBYTE])
async def test_what_is_not_committed_leaves_nothing(storage: Storage, size: int) -> None:
    with pytest.raises(ZeroDivisionError):
        async with storage.writer() as writer:
            await writer.write(bytes(size))
            raise ZeroDivisionError

    assert await names(storage) == []
    assert await storage.sweep(timedelta(0)) == 0


async def test_a_cancelled_writer_leaves_nothing(storage: Storage) -> None:
    begun = asyncio.Event()

    async def write_for_ever() -> None:
        async with storage.writer() as writer:
            await writer.write(bytes(9 * MEBIBYTE))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await names(storage) == []
    assert await storage.sweep(timedelta(0)) == 0


async def test_a_killed_writer_leaves_what_a_sweep_removes(
    storage: Storage, storage_url: str
) -> None:
    script = """
import asyncio, sys
from base.tools import open_storage
async def write():
    async with open_storage(sys.argv[1]) as storage, storage.writer() as writer:
        await writer.write(bytes(20 << 20))
        print("written", flush=True)
        await asyncio.Event().wait()
asyncio.run(write())
"""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, storage_url, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"written\n"

    child.kill()
    await child.wait()

    assert await names(storage) == []
    assert await storage.sweep(timedelta(hours=1)) == 0
    assert await storage.sweep(timedelta(0)) == 1
    assert await storage.sweep(timedelta(0)) == 0


async def test_a_sweep_spares_what_is_being_written(storage: Storage) -> None:
    data = bytes(9 * MEBIBYTE)
    key = key_of("masters", hashlib.sha256(data).hexdigest())

    async with storage.writer() as writer:
        await writer.write(data)
        swept = await storage.sweep(timedelta(minutes=1))
        await writer.commit(key)

    assert swept == 0
    assert await get(storage, key) == data


async def test_the_same_object_may_be_committed_at_the_same_time(storage: Storage) -> None:
    data = random.Random(3).randbytes(9 * MEBIBYTE)

    keys = await asyncio.gather(*(put(storage, data, chunk=MEBIBYTE) for _ in range(4)))

    assert len(set(keys)) == 1
    assert await get(storage, keys[0]) == data


async def test_what_is_missing_is_said(storage: Storage) -> None:
    key = checked("masters/00/nothing")

    assert await storage.stat(key) is None
    with pytest.raises(Refused, match="object-missing") as refused:
        await get(storage, key)
    assert refused.value.status == 404


async def test_what_is_deleted_twice_is_gone(storage: Storage) -> None:
    key = await put(storage, b"x")

    await storage.delete(key)
    await storage.delete(key)

    assert await storage.stat(key) is None


async def test_objects_are_walked_by_prefix(storage: Storage) -> None:
    mine = sorted([await put(storage, bytes([n])) for n in range(5)])

    assert await names(storage, "masters/") == mine
    assert await names(storage, mine[2][:11]) == [key for key in mine if key[:11] == mine[2][:11]]
    assert await names(storage, "renditions/") == []
    assert await names(storage, "../") == []


async def test_more_objects_than_a_page_holds_are_all_walked(storage: Storage) -> None:
    keys = [checked(f"masters/{n % 7}/{n:04}") for n in range(1_003)]

    async def put_some(some: list[Key]) -> None:
        for key in some:
            async with storage.writer() as writer:
                await writer.commit(key)

    await asyncio.gather(*(put_some(keys[n::8]) for n in range(8)))

    assert await names(storage) == sorted(keys)


async def test_a_listing_tells_how_large_objects_are_and_since_when_they_lie_there(
    storage: Storage,
) -> None:
    before = system_clock()
    key = await put(storage, b"abc")

    [found] = [one async for one in storage.walk("")]

    assert (found.key, found.size_bytes) == (key, 3)
    assert abs(found.stored_at - before) < timedelta(minutes=1)


async def test_a_file_goes_there_and_back(storage: Storage, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(random.Random(5).randbytes(2 * MEBIBYTE + 1))

    await store_file(storage, there, checked("masters/aa/there"))
    await fetch_file(storage, checked("masters/aa/there"), back)

    assert back.read_bytes() == there.read_bytes()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../up",
        "a/../b",
        "a//b",
        "A",
        "a b",
        "a/.hidden",
        "a\n",
        "incoming/a",
        "x" * 201,
    ],
)
def test_a_key_means_nothing_to_a_file_system(key: str) -> None:
    with pytest.raises(Broken, match="bad-key"):
        checked(key)
