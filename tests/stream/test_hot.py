from datetime import UTC, datetime
from pathlib import Path

import pytest

from base.storage.disk import DiskStorage
from base.storage.port import Key, checked
from stream.hot import HotFiles
from stream.objects import Served, Timing
from stream.ranges import Resource

KEYS = [checked(f"renditions/aa/{name}") for name in "abc"]


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "objects")


async def warmed(storage: DiskStorage, files: HotFiles, key: Key) -> Served:
    async with storage.writer() as writer:
        await writer.write(b"sound")
        await writer.commit(key)
    resource = Resource(
        etag='"a"', size_bytes=5, modified_at=datetime.now(UTC), content_type="audio/mp4"
    )
    one = Served(key=key, resource=resource, timing=Timing(fragments=[], timescale=1))
    assert [bytes(part) async for part in files.read(one, 0, 5)] == [b"sound"]
    return one


async def test_what_was_not_asked_for_longest_is_closed_first(storage: DiskStorage) -> None:
    files = HotFiles(storage, storage, most=2)

    first, second = [await warmed(storage, files, key) for key in KEYS[:2]]
    assert files.view(first, 0, 5) == b"sound"
    third = await warmed(storage, files, KEYS[2])

    views = [files.view(one, 0, 5) for one in (first, second, third)]
    assert views == [b"sound", None, b"sound"]


async def test_what_was_deleted_is_closed_and_nobody_is_cut_off(storage: DiskStorage) -> None:
    files = HotFiles(storage, storage)
    gone, there = [await warmed(storage, files, key) for key in KEYS[:2]]
    being_sent = files.view(gone, 1, 3)
    await storage.delete(gone.key)

    await files.let_go()

    assert [files.view(one, 0, 5) for one in (gone, there)] == [None, b"sound"]
    assert being_sent == b"oun"
