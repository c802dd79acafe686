import asyncio
import hashlib
import random
from datetime import timedelta
from pathlib import Path

import pytest

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
    assert await names(storage, "renditions/") == []


async def test_a_file_goes_there_and_back(storage: Storage, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(random.Random(5).randbytes(2 * MEBIBYTE + 1))

    await store_file(storage, there, checked("masters/aa/there"))
    await fetch_file(storage, checked("masters/aa/there"), back)

    assert back.read_bytes() == there.read_bytes()


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../up", "a/../b", "a//b", "A", "a b", "a/.hidden", "x" * 201]
)
def test_a_key_means_nothing_to_a_file_system(key: str) -> None:
    with pytest.raises(Broken, match="bad-key"):
        checked(key)
