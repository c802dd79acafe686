import random
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import aioboto3
import pytest

from base.errors import Broken, Refused, Unavailable
from base.storage import s3_multipart
from base.storage.port import Storage, checked
from base.storage.resumable import Resumable
from base.storage.s3 import open_s3
from tests.support.lines import Line, line_to

MEBIBYTE = 1 << 20
KEY = checked("masters/aa/song.flac")


@pytest.fixture
async def line(s3_endpoint: str) -> AsyncIterator[Line]:
    port = urlsplit(s3_endpoint).port
    assert port is not None
    async with line_to(port) as line:
        yield line


@pytest.fixture
async def over_the_line(s3_url: str, s3_endpoint: str, line: Line) -> AsyncIterator[Storage]:
    port = str(urlsplit(s3_endpoint).port)
    async with open_s3(s3_url.replace(port, str(line.port))) as storage:
        yield storage


@pytest.fixture
async def direct(s3_url: str) -> AsyncIterator[Storage]:
    async with open_s3(s3_url) as storage:
        yield storage


async def put(storage: Storage, data: bytes) -> None:
    async with storage.writer() as writer:
        await writer.write(data)
        await writer.commit(KEY)


async def get(storage: Storage, *, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([part async for part in storage.read(KEY, start=start, length=length)])


async def names(storage: Storage) -> list[str]:
    return [found.key async for found in storage.walk("")]


async def test_a_read_goes_on_after_the_line_broke(
    direct: Storage, over_the_line: Storage, line: Line
) -> None:
    data = random.Random(1).randbytes(5 * MEBIBYTE)
    await put(direct, data)
    line.cut_after, line.cuts = MEBIBYTE, 3

    found = await get(over_the_line, start=10, length=4 * MEBIBYTE)

    assert found == data[10 : 10 + 4 * MEBIBYTE]
    assert line.cuts == 0


async def test_a_read_that_gets_nowhere_is_unavailable(
    direct: Storage, over_the_line: Storage, line: Line
) -> None:
    await put(direct, bytes(MEBIBYTE))
    line.cut_after, line.cuts = 0, 1_000

    with pytest.raises(Unavailable):
        await get(over_the_line)


async def test_when_cleaning_up_fails_the_first_error_is_told_and_a_sweep_helps(
    direct: Storage, over_the_line: Storage, line: Line
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with over_the_line.writer() as writer:
            await writer.write(bytes(9 * MEBIBYTE))
            line.down = True
            line.break_now()
            raise ZeroDivisionError

    assert await names(direct) == []
    assert await direct.sweep(timedelta(0)) == 1
    assert await direct.sweep(timedelta(0)) == 0


async def test_an_upload_whose_line_breaks_once_is_whole(
    direct: Storage, over_the_line: Storage, line: Line
) -> None:
    data = random.Random(2).randbytes(20 * MEBIBYTE)

    async with over_the_line.writer() as writer:
        await writer.write(data[: 9 * MEBIBYTE])
        line.break_now()
        await writer.write(data[9 * MEBIBYTE :])
        await writer.commit(KEY)

    assert await get(direct) == data
    assert await direct.sweep(timedelta(0)) == 0


async def test_an_unfinished_upload_whose_line_breaks_goes_on_from_its_last_part(
    direct: Storage, over_the_line: Storage, line: Line
) -> None:
    assert isinstance(direct, Resumable)
    assert isinstance(over_the_line, Resumable)
    data = random.Random(5).randbytes(17 * MEBIBYTE)
    kept = over_the_line.unfinished.begin("broken")

    with pytest.raises(Unavailable):
        async with over_the_line.unfinished.append(kept) as appender:
            await appender.write(data[: 11 * MEBIBYTE])
            line.down = True
            line.break_now()
            await appender.write(data[11 * MEBIBYTE :])
            await appender.flush()
    kept = appender.kept
    async with direct.unfinished.append(kept) as appender:
        await appender.write(data[kept.size_bytes :])
        sealed = await direct.unfinished.seal(await appender.flush())
    await direct.unfinished.publish(sealed, KEY)

    assert kept.size_bytes in (5 * MEBIBYTE, 10 * MEBIBYTE)
    # What broke off in the middle may still land; its number is not used again.
    assert kept.next_number > kept.pieces[-1].number + 1
    assert await get(direct) == data


async def test_what_is_too_large_for_one_copy_is_copied_in_parts(
    direct: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five gibibytes would take minutes; five mebibytes are the least a part may have.
    monkeypatch.setattr(s3_multipart, "_COPY_BYTES", 5 * MEBIBYTE)
    data = random.Random(3).randbytes(12 * MEBIBYTE + 1)

    await put(direct, data)

    assert await get(direct) == data
    assert await direct.sweep(timedelta(0)) == 0


async def test_a_copy_that_died_is_swept(direct: Storage, s3_url: str, s3_endpoint: str) -> None:
    async with aioboto3.Session().client("s3", endpoint_url=s3_endpoint) as client:
        bucket = urlsplit(s3_url).netloc
        await client.create_multipart_upload(Bucket=bucket, Key=f"music/{KEY}")
        await client.create_multipart_upload(Bucket=bucket, Key=f"others/{KEY}")

    assert await direct.sweep(timedelta(0)) == 1


async def test_what_others_keep_in_the_bucket_is_not_ours(
    direct: Storage, s3_url: str, s3_endpoint: str
) -> None:
    async with aioboto3.Session().client("s3", endpoint_url=s3_endpoint) as client:
        for name in (f"others/{KEY}", "incoming/x", "music/", "music/Thumbs.db"):
            await client.put_object(Bucket=urlsplit(s3_url).netloc, Key=name)

    assert await names(direct) == []
    assert await direct.sweep(timedelta(0)) == 0


async def test_a_server_that_is_not_there_is_unavailable(line: Line, s3_url: str) -> None:
    line.down = True
    nowhere = s3_url.partition("?")[0] + f"?endpoint=http://127.0.0.1:{line.port}"

    async with open_s3(nowhere) as storage:
        with pytest.raises(Unavailable):
            await storage.stat(KEY)


async def test_a_bucket_that_is_not_there_is_broken(s3_url: str) -> None:
    async with open_s3(s3_url.replace("s3://", "s3://not-")) as storage:
        with pytest.raises(Broken, match="storage-refused"):
            await get(storage)
        with pytest.raises(Broken, match="storage-refused"):
            await put(storage, b"x")


async def test_wrong_credentials_are_broken(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")

    async with open_s3(s3_url) as storage:
        with pytest.raises(Broken, match="storage-refused"):
            await storage.stat(KEY)


@pytest.mark.parametrize("url", ["s3://", "s3:///prefix", "s3://bucket/x?endpont=http://a"])
async def test_an_address_with_a_slip_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="unknown-storage"):
        async with open_s3(url):
            pass
