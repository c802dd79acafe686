"""Too much is refused with a time to come again, and only of who asks for it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from base.errors import Refused
from base.settings import load_settings
from catalog.people import issue_token
from stream import connection
from stream.presence import Presence
from tests.support.origin import Origin, open_origin
from tests.support.wire import Said, Wire, get, wire

FEW = "20"


@asynccontextmanager
async def hot_origin(folder: Path, **settings: str) -> AsyncIterator[tuple[Origin, Wire]]:
    """Serve a track that was asked for before."""
    async with open_origin(folder, **settings) as origin, wire(origin.url) as opened:
        await opened.get(origin.path(), X_Forwarded_For="192.0.2.99")
        yield origin, opened


async def until_refused(opened: Wire, path: str, **fields: str) -> tuple[int, Said]:
    for number in range(100):
        said = await opened.get(path, **fields)
        if said[0] == 429:
            return number, said
    raise AssertionError("everything was answered")


@pytest.mark.parametrize("path", ["{media}", "{list}", "/healthz"])
async def test_an_address_that_asks_too_often_is_told_when_to_come_again(
    tmp_path: Path, path: str
) -> None:
    async with hot_origin(tmp_path, address_requests_per_minute=FEW) as (origin, opened):
        address = path.format(media=origin.path(), list=f"/media/{origin.ticket}/aac-128.m3u8")

        number, (_, headers, body) = await until_refused(opened, address)

        assert 19 <= number <= 30  # a little is paid for meanwhile
        assert 1 <= int(headers["retry-after"]) <= 4
        assert headers["content-type"].startswith("application/problem+json")
        assert headers["cache-control"] == "no-store"
        assert json.loads(body)["type"] == "urn:refrain:problem:too-many-requests"
        other = await opened.get(address, X_Forwarded_For="192.0.2.7")
        assert other[0] == 200, "somebody else had to pay for it"


async def test_a_page_of_another_origin_may_know_why_it_hears_nothing(tmp_path: Path) -> None:
    async with hot_origin(tmp_path, account_requests_per_minute=FEW) as (origin, opened):
        _, (_, headers, _) = await until_refused(opened, origin.path())

        assert headers["access-control-allow-origin"] == "*"
        assert "Retry-After" in headers["access-control-expose-headers"]


async def test_an_account_is_limited_from_wherever_it_asks(tmp_path: Path) -> None:
    async with hot_origin(tmp_path, account_requests_per_minute=FEW) as (origin, opened):
        statuses = [
            (await opened.get(origin.path(), X_Forwarded_For=f"192.0.2.{n}"))[0] for n in range(40)
        ]

        assert statuses.count(429) >= 10
        assert (await opened.get("/healthz"))[0] == 200


@pytest.mark.parametrize("whose", ["address", "account"])
async def test_who_fetched_too_much_waits(tmp_path: Path, whose: str) -> None:
    # 200 kB at a time, and one of them is half more than a minute's worth.
    settings = {f"{whose}_bytes_per_minute": "130000"}
    async with hot_origin(tmp_path, **settings) as (origin, opened):
        statuses = [(await opened.get(origin.path(), X_Forwarded_For="192.0.2.5"))[0]]
        _, headers, _ = await opened.get(origin.path(), X_Forwarded_For="192.0.2.5")

        assert statuses == ([200] if whose == "address" else [429])
        assert int(headers["retry-after"]) > 20


async def test_what_goes_out_slowly_counts_as_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_SWEEP_S", 0.05)
    limit = {"address_bytes_per_minute": "100000"}
    async with (
        open_origin(tmp_path, fragment_bytes=1_500_000, **limit) as origin,
        wire(origin.url) as slow,
    ):
        sock = slow.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        slow.send(origin.path())
        await slow.reader.readexactly(1)
        await asyncio.sleep(0.3)

        assert (await get(origin.url, "/healthz"))[0] == 429


async def test_who_fetched_too_much_still_says_what_was_heard(tmp_path: Path) -> None:
    limits = dict.fromkeys(("account_bytes_per_minute", "address_bytes_per_minute"), "100000")
    async with hot_origin(tmp_path, **limits) as (origin, opened):
        token = await listener_of(origin)
        assert (await opened.get(origin.path()))[0] == 429

        opened.send(
            f"/api/v1/plays/{origin.session_id}/heartbeat",
            method="POST",
            Authorization=f"Bearer {token}",
            Content_Type="application/json",
            Content_Length="33",
        )
        opened.writer.write(b'{"position_s": 1, "elapsed_s": 1}')

        assert (await opened.answer())[0] == 200


async def play(origin: Origin, token: str, **fields: str) -> Said:
    async with wire(origin.url) as opened:
        body = json.dumps({"track": str(origin.track_id)})
        opened.send(
            "/api/v1/plays",
            method="POST",
            Authorization=f"Bearer {token}",
            Content_Type="application/json",
            Content_Length=str(len(body)),
            **fields,
        )
        opened.writer.write(body.encode())
        return await opened.answer()


async def listener_of(origin: Origin) -> str:
    tools = origin.tools
    async with tools.database.begin() as session:
        return await issue_token(session, origin.listener, label="test", now=tools.clock())


async def test_so_many_plays_at_once_are_enough_until_one_ends(
    tmp_path: Path, valkey_url: str
) -> None:
    async with open_origin(tmp_path, redis_url=valkey_url, account_plays="3") as origin:
        token = await listener_of(origin)
        opened = [await play(origin, token) for _ in range(3)]

        status, headers, body = await play(origin, token, X_Forwarded_For="192.0.2.1")

        assert [said[0] for said in opened] == [201, 201, 201]
        assert (status, json.loads(body)["type"]) == (429, "urn:refrain:problem:too-many-plays")
        assert 60 < int(headers["retry-after"]) <= 90
        ended = json.loads(opened[0][2])["play"]
        async with wire(origin.url) as asked:
            asked.send(f"/api/v1/plays/{ended}", method="DELETE", Authorization=f"Bearer {token}")
            assert (await asked.answer())[0] == 204
        assert (await play(origin, token))[0] == 201


async def test_plays_are_counted_for_all_processes_together(
    tmp_path: Path, valkey_url: str
) -> None:
    async with open_origin(tmp_path, redis_url=valkey_url, address_plays="2") as origin:
        mine, yours = Presence(origin.tools), Presence(origin.tools)
        heard = uuid4()
        # One was not opened here, but is heard.
        yours.note(heard, uuid4(), "192.0.2.1")
        await yours.turn()

        await mine.require_room(uuid4(), uuid4(), "192.0.2.1")

        assert yours.listening == 1
        for presence in (mine, yours):
            with pytest.raises(Refused, match="too-many-plays"):
                await presence.require_room(uuid4(), uuid4(), "192.0.2.1")
            await presence.require_room(uuid4(), uuid4(), f"192.0.2.{2 + (presence is mine)}")


async def test_without_valkey_nobody_is_counted_and_sound_goes_on(tmp_path: Path) -> None:
    async with open_origin(
        tmp_path, redis_url=f"unix://{tmp_path}/nobody.sock", account_plays="1"
    ) as origin:
        token = await listener_of(origin)

        statuses = [(await play(origin, token))[0] for _ in range(3)]
        presence = Presence(origin.tools)
        presence.note(origin.session_id, origin.listener.id, "192.0.2.1")
        await presence.turn()

        assert statuses == [201, 201, 201]
        assert (await get(origin.url, origin.path(), Range="bytes=0-1"))[0] == 206


@pytest.mark.parametrize("name", ["trusted_proxies", "ticket_secrets_before", "edge_secret"])
def test_a_setting_that_cannot_be_meant_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        load_settings(**{name: "10.0.0.0/99"})
