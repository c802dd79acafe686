"""Evidence from the log of an nginx that sends the bytes itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.plays import play_session
from refrain.synthetic import INDEX_BYTES, INIT_BYTES
from stream.logged import follow
from stream.nginx_log import Sent, parse_line
from tests.support.house import until
from tests.support.nginx import nginx
from tests.support.origin import Origin, open_origin
from tests.support.wire import wire
from workers.evidence import take_evidence

_FIRST = INIT_BYTES + INDEX_BYTES
_FRAGMENT = 20_000
T = "a" * 43


def line(**fields: object) -> bytes:
    said = {"uri": f"/media/{T}/flac.mp4", "status": 206, "bytes": 10, "range": "bytes 5-14/99"}
    return json.dumps({**said, "id": "1f", **fields}).encode()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (line(), (5, 10)),
        (line(bytes=4), (5, 4)),
        (line(bytes=5_000), (5, 10)),
        (line(status=200, range="", bytes=99), (0, 99)),
        (line(uri=f"/media/{T}/aac-128.7.mp4?x=1"), (5, 10)),
        (line(uri=f"/edge/{T}/1764100000/aB-_9/preview-{'0f' * 32}/flac.mp4"), (5, 10)),
        (line(bytes=0), None),
        (line(status=304, range=""), None),
        (line(status=206, range=""), None),
        (line(range="bytes */99", status=416), None),
        (line(uri=f"/media/{T}/aac-128.m3u8"), None),
        (line(uri="/media/../../etc/passwd"), None),
        (line(bytes="many"), None),
        (b'{"uri": "/", "status": 200, "bytes": 7}', None),
        (b"[]", None),
        (b'"poem"', None),
        (b"127.0.0.1 - - GET /", None),
        (b"", None),
    ],
)
def test_what_a_line_says(said: bytes, expected: tuple[int, int] | None) -> None:
    found = parse_line(said)

    assert (found and (found.start, found.length)) == expected


@given(st.binary(max_size=100) | st.builds(lambda one: json.dumps(one).encode(), st.text()))
def test_whatever_a_line_is_it_stops_nobody(said: bytes) -> None:
    assert isinstance(parse_line(said), Sent | None)


@pytest.fixture
async def origin(tmp_path: Path, valkey_url: str) -> AsyncIterator[Origin]:
    (tmp_path / "house").mkdir()
    settings = {"offload": "nginx", "redis_url": valkey_url}
    async with open_origin(tmp_path / "house", **settings) as opened:
        taking = asyncio.create_task(take_evidence(opened.tools))
        yield opened
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking


def sent(origin: Origin, *fragments: int) -> bytes:
    lines = [
        line(
            uri=origin.path(),
            bytes=_FRAGMENT,
            range=f"bytes {_FIRST + n * _FRAGMENT}-{_FIRST + (n + 1) * _FRAGMENT - 1}/9",
            id=str(n),
        )
        for n in fragments
    ]
    return b"".join(one + b"\n" for one in lines)


async def delivered(origin: Origin) -> list[list[int]] | None:
    async with origin.tools.database.read() as session:
        return (await play_session(session, origin.session_id)).delivered


async def test_a_log_is_read_to_its_end_and_gone_on_with(origin: Origin, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(sent(origin, 0, 1) + b"a poem\n" + sent(origin, 4) + b'{"uri": "/half')

    await follow(origin.tools, log, to_the_end=True)
    assert await delivered(origin) == [[0, 12_000], [24_000, 30_000]]
    log.write_bytes(log.read_bytes() + b'"}\n' + sent(origin, 2))
    await follow(origin.tools, log, to_the_end=True)

    assert await delivered(origin) == [[0, 18_000], [24_000, 30_000]]


async def test_who_follows_goes_on_with_the_log_that_takes_its_place(
    origin: Origin, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    following = asyncio.create_task(follow(origin.tools, log, to_the_end=False))
    for number in range(2):
        log.write_bytes(sent(origin, number))
        async with asyncio.timeout(20):
            while await delivered(origin) != [[0, (number + 1) * 6_000]]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        log.rename(tmp_path / f"access.log.{number}")

    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_what_a_real_nginx_sent_is_evidence(origin: Origin, tmp_path: Path) -> None:
    log = tmp_path / "sent.log"
    changes = {
        "127.0.0.1:8780": origin.url.removeprefix("http://"),
        "/var/lib/refrain/objects/": f"{tmp_path}/house/objects/",
        "/var/log/nginx/refrain.log": str(log),
    }
    with nginx(tmp_path, "front.conf", changes) as url:
        async with wire(url) as opened:
            await opened.get(origin.path(), Range=f"bytes=0-{_FIRST + _FRAGMENT - 1}")
            await opened.get(origin.path(), Range=f"bytes={_FIRST + 2 * _FRAGMENT}-")
            opened.send(origin.path(), method="HEAD")
            await opened.answer(has_body=False)
        until(lambda: log.exists() and len(log.read_text().splitlines()) == 3, seconds=10)

    await follow(origin.tools, log, to_the_end=True)

    assert await delivered(origin) == [[0, 6_000], [12_000, 60_000]]
