import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from base.storage.port import Key, Storage, key_of, store_file
from base.tools import open_storage
from tests.support.masters import tone
from transcode.tools import Tools
from workers.sources import Copies, Readable


@pytest.fixture
async def s3(s3_url: str) -> AsyncIterator[Storage]:
    async with open_storage(s3_url) as opened:
        yield opened


def name_of(path: Path) -> Key:
    return key_of("masters", hashlib.sha256(path.read_bytes()).hexdigest())


async def stored(storage: Storage, path: Path) -> Key:
    key = name_of(path)
    await store_file(storage, path, key)
    return key


@contextmanager
def made(scratch: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        yield Path(name)


@pytest.fixture
def copies() -> Iterator[Copies]:
    with closing(Copies()) as made_here:
        yield made_here


def folders(scratch: Path) -> set[Path]:
    return set(scratch.iterdir())


async def test_masters_are_fetched_once_and_few_stay(
    tools: Tools, s3: Storage, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    lengths = (0.1, 0.2, 0.3, 0.4)
    keys = [await stored(s3, tone(tmp_path / f"{n}.wav", seconds=n)) for n in lengths]
    copies = Copies(kept=2)
    read = partial(copies.readable, engine=tools, storage=s3, folder=partial(made, scratch))

    async with read(keys[0]) as long_read:
        first, second = await asyncio.gather(*(path_of(read(keys[1])) for _ in range(2)))
        assert first == second
        for key in keys[1:]:
            async with read(key) as readable:
                assert readable.info.sample_rate == 44_100
        # One that is read stays, and of the others those that were read last.
        assert long_read.path.exists()
        assert len(folders(scratch)) == 3
        assert not first.exists()
    assert len(folders(scratch)) == 2
    copies.close()
    assert not folders(scratch)


async def path_of(reading: AbstractAsyncContextManager[Readable]) -> Path:
    async with reading as readable:
        return readable.path


async def test_what_cannot_be_read_from_the_middle_is_unpacked_once(
    tools: Tools, s3: Storage, copies: Copies, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    key = await stored(s3, tone(tmp_path / "tone.mp3", seconds=1, subtype="MPEG_LAYER_III"))
    read = partial(copies.readable, engine=tools, storage=s3, folder=partial(made, scratch))

    async with read(key) as readable:
        [folder] = folders(scratch)
        assert {path.name for path in folder.iterdir()} == {"unpacked.w64"}
    readable.path.unlink()  # whoever cleans up may be mistaken
    async with read(key) as again:
        assert again.path.exists()


async def test_a_master_that_is_gone_leaves_no_copy_that_seems_to_be_one(
    tools: Tools, s3: Storage, copies: Copies, tmp_path: Path
) -> None:
    path = tone(tmp_path / "tone.wav", seconds=0.1)
    read = partial(copies.readable, engine=tools, storage=s3, folder=partial(made, tmp_path))

    with pytest.raises(Exception, match="no object"):
        await path_of(read(name_of(path)))
    key = await stored(s3, path)

    assert (await path_of(read(key))).exists()
