"""What other servers got wrong about ranges, each by its name, on the wire; cold, and then hot."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.origin import Origin, open_origin
from tests.support.wire import Said, wire

SIZE = 700 + 100 + 10 * 20_000


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    async with open_origin(tmp_path) as opened:
        yield opened


async def twice(origin: Origin, *, method: str = "GET", **fields: str) -> Said:
    """Ask before the object was ever opened, and again; answer what is said both times."""
    said = []
    async with wire(origin.url) as opened:
        for _ in range(2):
            opened.send(origin.path(), method=method, **fields)
            status, headers, body = await opened.answer(has_body=method != "HEAD")
            for name in ("server", "date", "server-timing", "x-request-id", "connection"):
                headers.pop(name, None)
            said.append((status, headers, body))
            await opened.get(origin.path(), Range="bytes=0-0")
            await asyncio.sleep(0.1)
    assert said[0] == said[1]
    return said[0]


async def test_an_end_past_the_file_is_clamped_not_refused(origin: Origin) -> None:
    status, headers, body = await twice(origin, Range=f"bytes={SIZE - 4}-{SIZE + 1000}")

    assert (status, body) == (206, origin.bodies["aac-128"][-4:])
    assert headers["content-range"] == f"bytes {SIZE - 4}-{SIZE - 1}/{SIZE}"
    assert headers["content-length"] == "4"


async def test_nothing_is_read_past_the_range(origin: Origin) -> None:
    _, headers, body = await twice(origin, Range="bytes=10-10")

    assert body == origin.bodies["aac-128"][10:11]
    assert headers["content-range"] == f"bytes 10-10/{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=5-4", "bytes=-0", "bytes=200800-"])
async def test_a_range_of_no_length_is_never_a_206(origin: Origin, asked: str) -> None:
    async with wire(origin.url) as opened:
        status, headers, _ = await opened.get(origin.path(), Range=asked)

    assert (status, headers.get("content-range")) in {(200, None), (416, f"bytes */{SIZE}")}


async def test_head_says_what_get_says(origin: Origin) -> None:
    _, get, _ = await twice(origin)
    status, head, body = await twice(origin, method="HEAD")

    assert (status, head, body) == (200, get, b"")


async def test_the_first_answer_says_already_that_ranges_may_be_asked(origin: Origin) -> None:
    _, headers, _ = await twice(origin)

    assert headers["accept-ranges"] == "bytes"
    assert headers["content-length"] == str(SIZE)


async def test_a_strong_tag_holds_a_range_together(origin: Origin) -> None:
    _, headers, _ = await twice(origin)
    etag = headers["etag"]

    assert etag.startswith('"')
    assert (await twice(origin, Range="bytes=3-5", If_Range=etag))[0] == 206
    assert (await twice(origin, Range="bytes=3-5", If_Range=f"W/{etag}"))[0] == 200
    assert (await twice(origin, Range="bytes=3-5", If_Range='"of before"'))[2] == (
        origin.bodies["aac-128"]
    )
