import asyncio
import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from base.errors import Unavailable
from base.storage.disk import DiskStorage
from base.storage.files import translated
from base.storage.port import LocalFiles, Storage, checked

MEBIBYTE = 1 << 20
KEY = checked("masters/aa/song.flac")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write more than `size` bytes into any one file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def left_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def put(storage: Storage, data: bytes) -> None:
    async with storage.writer() as writer:
        await writer.write(data)
        await writer.commit(KEY)


async def test_an_object_is_a_file_of_this_machine(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path / "objects")

    await put(storage, b"music")

    assert isinstance(storage, LocalFiles)
    assert storage.local_path(KEY).read_bytes() == b"music"
    assert left_in(tmp_path) == [storage.local_path(KEY)]


async def test_a_folder_is_no_object(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    await put(storage, b"music")

    assert await storage.stat(checked("masters/aa")) is None
    assert await storage.stat(checked("masters/aa/song.flac/below")) is None


async def test_what_others_left_in_the_folder_is_passed_over(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    await put(storage, b"music")
    for name in (".DS_Store", "masters/aa/.nfs0001", "Thumbs.db"):
        (tmp_path / name).touch()

    assert [found.key async for found in storage.walk("")] == [KEY]


async def test_a_reader_keeps_what_is_deleted_under_it(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    await put(storage, bytes(3 * MEBIBYTE))

    parts = []
    async for part in storage.read(KEY):
        await storage.delete(KEY)
        parts.append(part)

    assert sum(map(len, parts)) == 3 * MEBIBYTE


async def test_a_write_that_the_system_refuses_leaves_nothing(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)

    with files_of_at_most(MEBIBYTE), pytest.raises(Unavailable, match="storage-unavailable"):
        await put(storage, bytes(2 * MEBIBYTE))

    assert left_in(tmp_path) == []


async def test_of_an_unfinished_object_what_was_written_before_the_disk_was_full_counts(
    tmp_path: Path,
) -> None:
    unfinished = DiskStorage(tmp_path).unfinished
    data = bytes(range(256)) * (3 * MEBIBYTE // 256)

    with files_of_at_most(2 * MEBIBYTE), pytest.raises(Unavailable):
        async with unfinished.append(unfinished.begin("full")) as appender:
            for start in range(0, len(data), MEBIBYTE // 4):
                await appender.write(data[start:][: MEBIBYTE // 4])
            await appender.flush()
    kept = appender.kept
    async with unfinished.append(kept) as appender:
        await appender.write(data[kept.size_bytes :])
        sealed = await unfinished.seal(await appender.flush())
    await unfinished.publish(sealed, KEY)

    assert MEBIBYTE <= kept.size_bytes <= 2 * MEBIBYTE
    assert DiskStorage(tmp_path).local_path(KEY).read_bytes() == data


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (errno.ENOSPC, "storage-full", 507),
        (errno.EDQUOT, "storage-full", 507),
        (errno.EIO, "storage-unavailable", 503),
    ],
)
def test_a_full_disk_is_told_from_a_broken_one(number: int, code: str, status: int) -> None:
    with pytest.raises(Unavailable) as said, translated():
        raise OSError(number, "no")

    assert (said.value.code, said.value.status) == (code, status)


async def test_a_place_that_is_no_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable):
        await put(DiskStorage(tmp_path / "file"), b"x")


async def test_a_writer_that_was_swept_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)

    with pytest.raises(Unavailable):
        async with storage.writer() as writer:
            await writer.write(b"x")
            await storage.sweep(timedelta(0))
            await writer.commit(KEY)

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("turns", range(12))
async def test_cancelled_at_any_moment_it_leaves_all_or_nothing(tmp_path: Path, turns: int) -> None:
    storage = DiskStorage(tmp_path)

    task = asyncio.create_task(put(storage, b"music" * 100_000))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert left_in(tmp_path) in ([], [storage.local_path(KEY)])
