"""Bytes on the wire: hot and cold, in any order, from either storage, they are the object's."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from catalog.plays import play_session
from stream.http_head import parse_head
from tests.support.origin import Origin, open_origin
from tests.support.wire import Wire


@pytest.fixture
def settings(storage_url: str, migrated_sqlite_url: str) -> dict[str, str]:
    return {"storage_url": storage_url, "database_url": migrated_sqlite_url}


@pytest.fixture
async def origin(tmp_path: Path, settings: dict[str, str]) -> AsyncIterator[Origin]:
    async with open_origin(tmp_path, **settings) as opened:
        yield opened


_WIRES: list[Wire] = []


async def connect(origin: Origin) -> Wire:
    host, _, port = origin.url.removeprefix("http://").partition(":")
    _WIRES.append(Wire(*await asyncio.open_connection(host, int(port))))
    return _WIRES[-1]


@pytest.fixture(autouse=True)
async def hung_up() -> AsyncIterator[None]:
    yield
    while _WIRES:
        writer = _WIRES.pop().writer
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_hot_and_cold_say_the_same(origin: Origin) -> None:
    wire, body = await connect(origin), origin.bodies["aac-128"]
    questions: list[dict[str, str]] = [
        {},
        {"Range": "bytes=0-699"},
        {"Range": "bytes=1000-1000"},
        {"Range": "bytes=-5"},
        {"Range": "bytes=5-999999999"},
        {"Range": "bytes=999999999-"},
        {"Range": "bytes=0-0,5-5"},
        {"If_None_Match": "*"},
        {"Range": "bytes=3-9", "If_Range": '"another"'},
    ]

    await wire.get(origin.path())
    await asyncio.sleep(0.2)
    hot = [await wire.get(origin.path(), **asked) for asked in questions]
    # Who says how the connection goes on is answered by the application.
    cold = [
        await (await connect(origin)).get(origin.path(), Connection="close", **asked)
        for asked in questions
    ]

    unlike = {"date", "server", "server-timing", "x-request-id", "connection"}
    for (status, headers, content), (again, later, same) in zip(cold, hot, strict=True):
        assert status == again
        assert content == same or status == 416
        assert {n: v for n, v in headers.items() if n not in unlike} == {
            n: v for n, v in later.items() if n not in unlike
        }
    assert "server" in cold[0][1]
    assert hot[0][2] == body
    assert "server" not in hot[0][1], "the application answered what was hot"
    assert hot[1][2] == body[:700]
    assert hot[3][2] == body[-5:]
    assert [status for status, _, _ in hot] == [200, 206, 206, 206, 206, 416, 206, 304, 200]


async def test_pipelined_requests_are_answered_in_their_order(origin: Origin) -> None:
    wire, body = await connect(origin), origin.bodies["aac-128"]
    await wire.get(origin.path(), Range="bytes=0-1")
    await asyncio.sleep(0.2)

    for at in (0, 10, 20):
        wire.send(origin.path(), Range=f"bytes={at}-{at + 4}")
        wire.send("/healthz")
        wire.send(origin.path(), method="HEAD")

    for at in (0, 10, 20):
        assert (await wire.answer())[2] == body[at : at + 5]
        assert (await wire.answer())[2] == b'{"status": "up"}'
        _, headers, _ = await wire.answer(has_body=False)
        assert headers["content-length"] == str(len(body))


async def test_a_head_may_come_a_byte_at_a_time_and_a_body_after_it(origin: Origin) -> None:
    wire = await connect(origin)
    await wire.get(origin.path(), Range="bytes=0-1")
    await asyncio.sleep(0.2)
    report = b"{}"
    text = (
        "POST /api/v1/plays HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(report)}\r\n\r\n".encode()
        + report
        + f"GET {origin.path()} HTTP/1.1\r\nHost: t\r\nRange: bytes=7-8\r\n\r\n".encode()
    )

    for byte in text:
        wire.writer.write(bytes([byte]))
        await wire.writer.drain()

    assert (await wire.answer())[0] == 401
    assert (await wire.answer())[2] == origin.bodies["aac-128"][7:9]


async def test_who_reads_slowly_gets_every_byte(tmp_path: Path, settings: dict[str, str]) -> None:
    async with open_origin(tmp_path, fragments=20, fragment_bytes=200_000, **settings) as origin:
        wire = await connect(origin)
        await wire.get(origin.path())
        await asyncio.sleep(0.2)
        # A small window, so that the server has to wait for the reader.
        sock = wire.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)

        wire.send(origin.path())
        wire.send(origin.path(), Range="bytes=0-3")
        await asyncio.sleep(0.5)
        _, headers, content = await wire.answer()

        assert "server" not in headers
        assert content == origin.bodies["aac-128"]
        assert (await wire.answer())[2] == content[:4]


async def test_who_goes_away_in_the_middle_disturbs_nobody(origin: Origin) -> None:
    for _ in range(20):
        wire = await connect(origin)
        wire.send(origin.path())
        linger = struct.pack("ii", 1, 0)  # a reset instead of an orderly end
        wire.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        wire.writer.close()

    status, _, content = await (await connect(origin)).get(origin.path())

    assert (status, content) == (200, origin.bodies["aac-128"])


async def test_what_was_taken_back_is_served_no_more_though_it_is_hot(origin: Origin) -> None:
    wire = await connect(origin)
    await wire.get(origin.path())
    await asyncio.sleep(0.2)
    assert (await wire.get(origin.path()))[0] == 200

    async with origin.tools.database.begin() as session:
        play = await play_session(session, origin.session_id)
        play.revoked_at = origin.tools.clock()

    async with asyncio.timeout(20):
        while (await wire.get(origin.path()))[0] == 200:  # noqa: ASYNC110 - of the server
            await asyncio.sleep(0.1)
    assert (await wire.get(origin.path()))[0] == 403


async def test_what_the_storage_has_lost_is_said_and_is_not_half_an_answer(origin: Origin) -> None:
    storage = origin.tools.storage
    for key in [found.key async for found in storage.walk("renditions/")]:
        await storage.delete(key)

    status, headers, content = await (await connect(origin)).get(origin.path())

    assert (status, headers["content-type"]) == (404, "application/problem+json; charset=utf-8")
    assert b"object-missing" in content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/AAAA/aac-128.mp4", 403),
        ("{ticket}/preview-aac-128.mp4", 404),
        ("{ticket}/flac.7.mp4", 404),
        ("{ticket}/../../etc/passwd", 404),
        # What a front would log in letters of its own is no address.
        ("{ticket}/aac%2d128.mp4", 404),
        ("{ticket}/aac-128.mp4#f", 404),
    ],
)
async def test_what_was_not_granted_is_not_served(origin: Origin, path: str, status: int) -> None:
    wire = await connect(origin)
    await wire.get(origin.path())
    await asyncio.sleep(0.2)

    found = await wire.get(path.replace("{ticket}", f"/media/{origin.ticket}"))

    assert found[0] == status


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nA: \xff\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\r\n\r\n",
        *(
            b"GET / HTTP/1.1\r\nHost: a\r\n" + field + b"\r\n\r\n"
            for field in (b"Host: a", b"A: \0", b"A: \x7f", b"A: b\x1bc", b"A\0: b", b"A(b: c")
        ),
        *(
            b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
            for host in (b"a b", b"a@b", b"a/b", b"a:b", b"[::1", b"http://a")
        ),
    ],
)
def test_a_head_that_is_not_plain_is_left_to_a_full_parser(head: bytes) -> None:
    assert parse_head(head) is None


@pytest.mark.parametrize("host", [b"a", b"a.example:8780", b"", b"[::1]:80", b"127.0.0.1", b"a_b"])
def test_a_host_is_read_as_it_may_be_written(host: bytes) -> None:
    head = parse_head(b"GET /a HTTP/1.1\r\nA:\tb\tc\r\nHost:" + host + b"\r\n\r\n")

    assert head is not None
    assert head.headers == {"a": "b\tc", "host": host.decode()}


def test_fields_of_one_name_are_one() -> None:
    head = parse_head(b"GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nrAnge: 3-4\r\n\r\n")

    assert head is not None
    assert head.headers["range"] == "bytes=0-1, 3-4"
