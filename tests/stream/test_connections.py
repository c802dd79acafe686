"""What a connection may do to us: bombs, trickles, and going on when we end."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from stream import app, connection
from stream.app import serving
from stream.http_head import too_large
from tests.support.origin import Origin, open_origin
from tests.support.wire import Wire, get, wire

REQUEST = b"GET / HTTP/1.1\r\n"


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    async with open_origin(tmp_path) as opened:
        await get(opened.url, opened.path(), Range="bytes=0-1")
        yield opened


async def until_hot(origin: Origin) -> None:
    for _ in range(500):
        _, headers, _ = await get(origin.url, origin.path(), Range="bytes=0-1")
        if headers["server-timing"] == "hot":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was never at hand")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(REQUEST + b"A: b\r\n" * 5 + b"\r\n", None, id="as usual"),
        pytest.param(REQUEST + b"A: b\r\n" * 99 + b"\r\n", 431, id="too many fields"),
        pytest.param(REQUEST + b"A: " + b"b" * 9_000 + b"\r\n\r\n", 431, id="too long a field"),
        pytest.param(REQUEST + (b"A: " + b"b" * 4_000 + b"\r\n") * 9, 431, id="too long in all"),
        pytest.param(REQUEST + b"A: " + b"b" * 40_000, 431, id="a field that does not end"),
        pytest.param(b"GET /" + b"a" * 9_000, 414, id="too long an address"),
        pytest.param(b"\0" * 40_000, 414, id="nothing at all, and much of it"),
    ],
)
def test_a_head_has_an_end(head: bytes, status: int | None) -> None:
    assert too_large(head) == status


@pytest.mark.parametrize("bomb", [b"A: b\r\n" * 5_000, b"A: " + b"b" * 100_000, b"\0" * 100_000])
async def test_a_bomb_is_refused_and_the_connection_ends(origin: Origin, bomb: bytes) -> None:
    async with wire(origin.url) as opened:
        opened.writer.write(REQUEST + bomb)

        status, headers, _ = await opened.answer()

        assert (status, headers["connection"]) == (431, "close")
        assert await opened.reader.read() == b""
    assert (await get(origin.url, "/healthz"))[0] == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"b" * 9_000 + b"\r\n\r\n", 431),
    ],
)
async def test_what_is_too_long_is_refused_alike_on_a_connection_that_is_left_to_aiohttp(
    origin: Origin, head: bytes, status: int
) -> None:
    async with wire(origin.url) as opened:
        assert (await opened.get("/healthz", Connection="upgrade, keep-alive"))[0] == 200
        opened.writer.write(head)

        assert (await opened.answer())[0] == status
        assert await opened.reader.read() == b""


async def test_the_first_request_of_a_connection_is_answered_as_quickly(origin: Origin) -> None:
    await until_hot(origin)
    for _ in range(10):
        _, headers, _ = await get(origin.url, origin.path(), Range="bytes=0-1")
        assert headers["server-timing"] == "hot"


@pytest.mark.parametrize(
    ("line", "field", "status"),
    [
        (b"HTTP/1.1", b"Host: b", 400),
        (b"HTTP/1.1", b"A: \0", 400),
        (b"HTTP/1.1", b"A(b: c", 400),
        (b"HTTP/2.0", b"A: b", 505),
        (b"HTTP/0.9", b"A: b", 505),
    ],
)
async def test_a_wrong_head_is_refused_though_what_it_asks_for_is_at_hand(
    origin: Origin, line: bytes, field: bytes, status: int
) -> None:
    await until_hot(origin)
    async with wire(origin.url) as opened:
        asked = f"GET {origin.path()} ".encode() + line + b"\r\nHost: a\r\n"
        opened.writer.write(asked + field + b"\r\n\r\n")

        assert (await opened.answer())[0] == status
        assert await opened.reader.read() == b""


async def test_many_ranges_are_refused_and_so_are_ten_thousand(origin: Origin) -> None:
    async with wire(origin.url) as opened:
        many = ",".join(f"{at}-{at}" for at in range(0, 1_600, 2))
        status, headers, content = await opened.get(origin.path(), Range=f"bytes={many}")
        assert (status, headers["content-range"]) == (416, "bytes */200800")
        assert b"too many ranges" in content

        many = ",".join(f"{at}-{at}" for at in range(0, 20_000, 2))
        assert (await opened.get(origin.path(), Range=f"bytes={many}"))[0] == 431


async def test_who_trickles_is_let_go_and_who_waits_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_HEAD_S", 0.2)
    monkeypatch.setattr(connection, "_SWEEP_S", 0.05)
    async with open_origin(tmp_path) as origin, wire(origin.url) as idle:
        async with wire(origin.url) as trickling:
            await idle.get(origin.path(), Range="bytes=0-1")
            trickling.writer.write(REQUEST)

            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(trickling.reader.readexactly(1), 20)

        assert (await idle.get(origin.path(), Range="bytes=0-1"))[0] == 206


async def test_a_byte_now_and_then_does_not_keep_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_HEAD_S", 0.3)
    monkeypatch.setattr(connection, "_TAKE_S", 0.3)
    monkeypatch.setattr(connection, "_SWEEP_S", 0.05)
    async with open_origin(tmp_path, fragment_bytes=1_500_000) as origin:
        for asks in (False, True):
            async with wire(origin.url) as slow:
                if asks:  # and takes nothing of it
                    slow.writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16
                    )
                    slow.writer.transport.pause_reading()
                    slow.send(origin.path())

                with pytest.raises(ConnectionError):
                    async with asyncio.timeout(10):
                        while True:
                            slow.writer.write(b"G")
                            await slow.writer.drain()
                            await asyncio.sleep(0.05)


async def test_there_are_as_many_connections_as_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "room_for_connections", lambda: 2)
    async with open_origin(tmp_path) as origin, wire(origin.url) as first:
        async with wire(origin.url) as second:
            assert (await first.get("/healthz"))[0] == 200
            assert (await second.get("/healthz"))[0] == 200

            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await get(origin.url, "/healthz")

        assert (await first.get("/healthz"))[0] == 200
        await asyncio.sleep(0.1)
        _, _, said = await get(origin.url, "/metrics")
        assert b"refrain_refused_connections_total 1.0" in said


async def test_one_address_has_so_many_connections_until_one_ends(tmp_path: Path) -> None:
    few = {"address_connections": "2", "trusted_proxies": "192.0.2.0/24"}
    async with open_origin(tmp_path, **few) as origin, wire(origin.url) as first:
        async with wire(origin.url) as second:
            assert (await first.get("/healthz"))[0] == 200
            assert (await second.get("/healthz"))[0] == 200
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await get(origin.url, "/healthz")

        await asyncio.sleep(0.1)
        assert (await get(origin.url, "/healthz"))[0] == 200


async def test_what_a_slow_reader_does_not_take_is_neither_held_for_them_nor_delivered(
    tmp_path: Path,
) -> None:
    async with open_origin(tmp_path, fragment_bytes=1_500_000) as origin:
        await until_hot(origin)
        async with wire(origin.url) as slow:
            sock = slow.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            slow.send(origin.path())
            await asyncio.sleep(0.5)

            _, _, said = await get(origin.url, "/metrics")

        handed = re.search(rb"response_bytes_total\S+object\S+ ([0-9.e+]+)", said)
        assert handed is not None
        # The buffers of both systems hold some of it; the rest stays where it is.
        assert float(handed[1]) < 1_000_000


async def test_an_answer_may_take_longer_than_a_connection_is_kept_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEEPALIVE_S", 0.3)
    async with open_origin(tmp_path, fragment_bytes=1_500_000) as origin:
        await until_hot(origin)
        async with wire(origin.url) as slow:
            sock = slow.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            slow.send(origin.path())
            await asyncio.sleep(0.8)

            _, headers, content = await slow.answer()

            assert headers["server-timing"] == "hot"
            assert len(content) == len(origin.bodies["aac-128"])
            assert await asyncio.wait_for(slow.reader.read(), 20) == b"", "it is kept for nothing"


async def test_what_went_out_of_a_cold_object_is_noted_before_its_end(tmp_path: Path) -> None:
    async with open_origin(tmp_path, fragment_bytes=1_500_000) as origin, wire(origin.url) as slow:
        sock = slow.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        slow.send(origin.path())
        await slow.reader.readexactly(1)
        await asyncio.sleep(0.3)

        noted = [path.read_bytes() for path in (tmp_path / "spool").rglob("*.notes")]

        assert any(origin.session_id.bytes in notes for notes in noted)


async def test_who_asks_in_the_last_moment_is_answered_and_told_that_it_was(
    tmp_path: Path,
) -> None:
    async with open_origin(tmp_path, fragment_bytes=1_000_000, drain_s="20") as origin:
        address, end = asyncio.get_running_loop().create_future(), asyncio.Event()
        server = asyncio.create_task(_serving(origin, address, end))
        async with wire(await address) as slow:
            await slow.get(origin.path(), Range="bytes=0-1")
            await asyncio.sleep(0.2)
            sock = slow.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            slow.send(origin.path())
            slow.send(origin.path(), Range="bytes=0-3")
            await asyncio.sleep(0.2)

            end.set()
            await asyncio.sleep(0.2)
            with pytest.raises(ConnectionError):
                await get(await address, "/healthz")
            _, headers, content = await slow.answer()
            _, last, piece = await slow.answer()

            assert "connection" not in headers
            assert content == origin.bodies["aac-128"]
            assert (last["connection"], piece) == ("close", content[:4])
            assert await slow.reader.read() == b""
        await server


async def test_who_came_in_at_the_last_moment_is_answered(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_FIRST_S", 10.0)
    address, end = asyncio.get_running_loop().create_future(), asyncio.Event()
    server = asyncio.create_task(_serving(origin, address, end))
    url = await address
    socks = [socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))]
    async with wire(url) as known:
        await known.get("/healthz")
        socks += [socket.create_connection(socks[0].getpeername()) for _ in range(10)]

        end.set()  # and they are taken, and the door is shut, in the turns that follow
        await asyncio.sleep(0.1)

        for sock in socks:
            one = Wire(*await asyncio.open_connection(sock=sock))
            assert (await one.get("/healthz"))[0] == 200
            one.writer.close()
        assert await known.reader.read() == b"", "it had been answered, and is not waited for"
    await server


async def _serving(origin: Origin, address: asyncio.Future[str], end: asyncio.Event) -> None:
    async with serving(origin.tools, host="127.0.0.1", port=0) as url:
        address.set_result(url)
        await end.wait()
