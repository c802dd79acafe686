"""A cache of a storage's bytes, over a real folder: what it answers, keeps and leaves."""

import asyncio
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.errors import Broken, Refused
from base.storage.blocks import Shape
from base.storage.cached import Cached
from base.storage.disk import DiskStorage
from base.storage.port import Key, checked
from tests.support.masters import ROOT

KEY = checked("renditions/aa/song.mp4")
SHAPE = Shape(block_bytes=1 << 12, run_bytes=1 << 15, stretch_bytes=1 << 18)
DATA = random.Random(3).randbytes(900_001)


@asynccontextmanager
async def cache_of(
    folder: Path,
    objects: dict[Key, bytes],
    *,
    limit_bytes: int = 1 << 24,
    shape: Shape = SHAPE,
) -> AsyncIterator[Cached]:
    for key, data in objects.items():
        path = folder / "objects" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    storage = DiskStorage(folder / "objects")
    cache = Cached(storage, folder / "cache", limit_bytes=limit_bytes, shape=shape)
    try:
        yield cache
    finally:
        await cache.close()


async def read(cache: Cached, start: int, length: int, *, key: Key = KEY, size: int) -> bytes:
    pieces = cache.read(key, start=start, length=length, size_bytes=size)
    return b"".join([bytes(piece) async for piece in pieces])


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size: what a full disk says, sooner."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


ranges = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 19_999), st.integers(1, 20_000)),
    min_size=1,
    max_size=12,
)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    block = draw(st.sampled_from([100, 512, 4096]))
    return Shape(
        block_bytes=block,
        run_bytes=draw(st.sampled_from([1, 1000, 5000])),
        stretch_bytes=block * draw(st.integers(1, 40)),
    )


@settings(max_examples=40)
@given(
    asked=ranges,
    shape=shapes(),
    limit=st.sampled_from([1, 5_000, 15_000, 1 << 20]),
    together=st.booleans(),
)
async def test_every_byte_is_the_objects_whatever_is_kept_and_let_go(
    asked: list[tuple[int, int, int]], shape: Shape, limit: int, *, together: bool
) -> None:
    objects = {
        checked(f"renditions/aa/{number}"): random.Random(number).randbytes(20_000)
        for number in range(3)
    }
    keys = list(objects)

    with TemporaryDirectory() as folder:
        async with cache_of(Path(folder), objects, limit_bytes=limit, shape=shape) as cache:

            async def ask(number: int, start: int, length: int) -> None:
                key = keys[number]
                length = min(length, 20_000 - start)
                view = cache.view(key, start, length)
                if view is not None:
                    assert view == objects[key][start : start + length]
                cache.look_ahead(key, start=start, length=length, size_bytes=20_000)
                found = await read(cache, start, length, key=key, size=20_000)
                assert found == objects[key][start : start + length]

            if together:
                await asyncio.gather(*(ask(*one) for one in asked))
            else:
                for one in asked:
                    await ask(*one)


async def test_what_was_read_is_at_hand_and_what_was_not_is_not(tmp_path: Path) -> None:
    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        assert cache.view(KEY, 0, 10) is None
        await read(cache, 5_000, 10_000, size=len(DATA))

        assert cache.view(KEY, 4_096, 100) == DATA[4_096:4_196]
        assert cache.view(KEY, 4_095, 100) is None
        assert cache.view(KEY, 16_300, 100) is None
        assert cache.view(KEY, 5_000, 10_000) == DATA[5_000:15_000]
        assert cache.counts.hits == 2
        assert cache.counts.misses == 1
        assert cache.counts.fetched_bytes == 3 * 4_096 == cache.size_bytes


async def test_an_object_beyond_ten_gibibytes_is_read_where_it_is_asked_for(
    tmp_path: Path,
) -> None:
    size = 11 << 30
    async with cache_of(tmp_path, {KEY: b""}, shape=Shape()) as cache:
        with (tmp_path / "objects" / KEY).open("r+b") as file:
            file.truncate(size)
            file.seek(size - 1_000_000)
            file.write(DATA)

        found = await read(cache, size - 1_000_000, 1_000_000, size=size)

        assert found == DATA + bytes(1_000_000 - len(DATA))
        assert cache.view(KEY, size - 1_000_000, 4) == DATA[:4]
        assert cache.size_bytes < 2 << 20


async def test_it_never_keeps_more_than_it_may_while_readers_read(tmp_path: Path) -> None:
    objects = {checked(f"renditions/aa/{n}"): random.Random(n).randbytes(200_000) for n in range(8)}
    shape = Shape(block_bytes=4096, run_bytes=16_384, stretch_bytes=16_384)

    async with cache_of(tmp_path, objects, limit_bytes=131_072, shape=shape) as cache:

        async def listen(key: Key) -> None:
            got, data = b"", objects[key]
            async for piece in cache.read(key, start=0, length=200_000, size_bytes=200_000):
                assert cache.size_bytes <= 131_072
                got += piece
                await asyncio.sleep(0)
            assert got == data

        await asyncio.gather(*(listen(key) for key in [*objects, *objects]))

        # What was used last is still here.
        assert sum(cache.view(key, 196_608, 100) is not None for key in objects) >= 4


async def test_what_is_let_go_stays_with_who_reads_it(tmp_path: Path) -> None:
    other = checked("renditions/aa/other")
    shape = Shape(block_bytes=4096, run_bytes=1 << 15, stretch_bytes=1 << 15)

    async with cache_of(
        tmp_path, {KEY: DATA, other: DATA[::-1]}, limit_bytes=1 << 15, shape=shape
    ) as cache:
        await read(cache, 0, 1 << 15, size=len(DATA))
        view = cache.view(KEY, 0, 1 << 15)
        await read(cache, 0, len(DATA), key=other, size=len(DATA))

        assert cache.view(KEY, 0, 1) is None
        assert view == DATA[: 1 << 15]


async def test_a_full_disk_takes_nothing_from_who_listens(tmp_path: Path) -> None:
    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        await read(cache, 0, 10, size=len(DATA))
        with files_end_at(100_000):
            found = await asyncio.gather(
                *(read(cache, start, 250_000, size=len(DATA)) for start in (0, 0, 90_000, 500_000))
            )

            assert found == [DATA[at : at + 250_000] for at in (0, 0, 90_000, 500_000)]
            assert cache.view(KEY, 98_304, 4_096) is None
            # And it rests, so that nothing is fetched twice.
            before = cache.counts.fetched_bytes
            await read(cache, 600_000, 1_000, size=len(DATA))
            assert cache.counts.fetched_bytes == before + 1_000


async def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"no folder")

    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        assert await read(cache, 0, len(DATA), size=len(DATA)) == DATA


async def test_an_object_that_is_not_as_its_row_says_is_no_silence(tmp_path: Path) -> None:
    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        with pytest.raises(Broken, match="object-short"):
            await read(cache, 0, len(DATA) + 1, size=len(DATA) + 1)
        with pytest.raises(Refused, match="object-missing"):
            await read(cache, 0, 1, key=checked("renditions/no"), size=1)
        assert await read(cache, 0, len(DATA), size=len(DATA)) == DATA


async def test_what_is_ahead_is_fetched_once_and_counted_when_it_is_used(tmp_path: Path) -> None:
    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        for _ in range(3):
            cache.look_ahead(KEY, start=20_000, length=8_000, size_bytes=len(DATA))
        async with asyncio.timeout(20):
            while (view := cache.view(KEY, 20_000, 8_000)) is None:  # noqa: ASYNC110 - as asked
                await asyncio.sleep(0.01)

        assert view == DATA[20_000:28_000]
        assert (cache.counts.ahead, cache.counts.ahead_used) == (1, 1)
        cache.look_ahead(KEY, start=20_000, length=8_000, size_bytes=len(DATA))
        assert cache.counts.ahead == 1


_VICTIM = """
import asyncio, sys
from pathlib import Path
from base.storage.cached import Cached
from base.storage.disk import DiskStorage

async def main(folder, key):
    cache = Cached(DiskStorage(folder / "objects"), folder / "cache", limit_bytes=1 << 24)
    async for _ in cache.read(key, start=0, length=900_001, size_bytes=900_001):
        pass
    print(hash(bytes(cache.view(key, 0, 900_001))), flush=True)
    await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_two_processes_do_not_meet_and_a_killed_one_leaves_nothing(tmp_path: Path) -> None:
    async with cache_of(tmp_path, {KEY: DATA}) as cache:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _VICTIM, tmp_path, KEY),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert await child.stdout.readline()
        assert await read(cache, 0, len(DATA), size=len(DATA)) == DATA
        child.send_signal(signal.SIGKILL)
        await child.wait()

        assert list((tmp_path / "cache").iterdir()) == []
        assert cache.view(KEY, 0, 1_000) == DATA[:1_000]
