"""The way of evidence: from a file of the server through a real Valkey into the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from base.clock import ManualClock
from base.streams import Backlog, Reader, backlog, put
from base.tools import Tools
from catalog.notes import STREAM
from catalog.plays import play_session
from catalog.roles import Role
from stream.evidence import Deliveries
from stream.objects import Timing
from stream.spool import new_spool
from tests.support.catalog import NOON, accepted, opened, person
from tests.support.working import workshop
from workers.evidence import take_entries, take_evidence

#: Ten seconds in ten bytes.
TIMING = Timing(fragments=[(0, 10, 10_000)], timescale=1_000)


@pytest.fixture
async def tools(tmp_path: Path, valkey_url: str) -> AsyncIterator[Tools]:
    async with workshop(tmp_path, redis_url=valkey_url) as holding:
        yield holding.tools


@pytest.fixture
async def play(tools: Tools) -> UUID:
    track = (await accepted(tools.database, await person(tools.database, Role.ARTIST))).track_id
    listener = await person(tools.database, Role.LISTENER)
    return await opened(tools.database, ManualClock(NOON), listener=listener, track_id=track)


async def test_what_waits_is_counted_and_how_long(tools: Tools) -> None:
    assert await backlog(tools.valkey, STREAM) == Backlog(entries=0, oldest_s=None)

    for body in (b"one", b"two"):
        await put(tools.valkey, STREAM, body, most=10)
    waiting = await backlog(tools.valkey, STREAM)
    newest = await put(tools.valkey, STREAM, b"three", most=10)

    assert (waiting.entries, (await backlog(tools.valkey, STREAM)).entries) == (2, 3)
    assert waiting.oldest_s is not None
    assert 0 < waiting.oldest_s <= int(newest.partition(b"-")[0]) / 1000


@asynccontextmanager
async def beside(*work: object) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one) for one in work]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def handing_on(deliveries: Deliveries, tools: Tools) -> AsyncIterator[None]:
    """As a server does while it lives, and when it ends."""
    async with beside(deliveries.run(tools)):
        yield
    await deliveries.end(tools)


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(20):
        while not await is_so():  # noqa: ASYNC110 - of another
            await asyncio.sleep(0.02)


async def delivered(tools: Tools, play: UUID, expected: list[list[int]]) -> None:
    async def is_so() -> bool:
        async with tools.database.read() as session:
            return (await play_session(session, play)).delivered == expected

    await until(is_so)


def spools(folder: Path) -> int:
    return len(list((folder / "spool").iterdir()))


async def test_what_was_served_arrives_and_leaves_nothing_behind(
    tools: Tools, play: UUID, tmp_path: Path
) -> None:
    deliveries = Deliveries(tmp_path / "spool")
    deliveries.note(play, TIMING, 0, 4)
    assert deliveries.of_late(play) == [(0, 4000)]

    async with beside(take_evidence(tools)), handing_on(deliveries, tools):
        await delivered(tools, play, [[0, 4000]])
        deliveries.note(play, TIMING, 4, 2)
        deliveries.note(play, TIMING, 9, 1)
        await delivered(tools, play, [[0, 6000], [9000, 10_000]])
        await until(lambda: asyncio.sleep(0, not deliveries.of_late(play)))

    assert spools(tmp_path) == 0
    assert await tools.valkey.xlen(STREAM) == 0


async def test_what_valkey_forgot_is_sent_again(tools: Tools, play: UUID, tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path / "spool")
    deliveries.note(play, TIMING, 0, 4)

    async with handing_on(deliveries, tools):
        await until(lambda: tools.valkey.xlen(STREAM))
        await tools.valkey.flushall()
        async with beside(take_evidence(tools)):
            await delivered(tools, play, [[0, 4000]])


async def test_what_a_dead_worker_had_taken_goes_to_another(
    tools: Tools, play: UUID, tmp_path: Path
) -> None:
    deliveries = Deliveries(tmp_path / "spool")
    deliveries.note(play, TIMING, 0, 4)
    dead, other = (Reader(tools.valkey, STREAM, name=name) for name in ("dead", "other"))
    async with handing_on(deliveries, tools):
        await until(lambda: dead.new(most=10, wait_ms=100))
        assert await other.new(most=10, wait_ms=1) == []

        taken = await other.left(most=10, idle_ms=0)
        await take_entries(tools, other, taken)

        await delivered(tools, play, [[0, 4000]])
        assert await other.left(most=10, idle_ms=0) == []


async def test_what_a_dead_server_left_is_handed_on_by_the_next(
    tools: Tools, play: UUID, tmp_path: Path
) -> None:
    dead = new_spool(tmp_path / "spool")
    dead.add(play.bytes, 0, 4000)
    dead.close(is_done=False)

    async with beside(take_evidence(tools)), handing_on(Deliveries(tmp_path / "spool"), tools):
        await delivered(tools, play, [[0, 4000]])
        await until(lambda: asyncio.sleep(0, spools(tmp_path) == 1))

    assert spools(tmp_path) == 0


async def test_what_is_no_evidence_stops_nobody(tools: Tools, play: UUID, tmp_path: Path) -> None:
    await put(tools.valkey, STREAM, b"a poem", most=10)
    deliveries = Deliveries(tmp_path / "spool")
    deliveries.note(play, TIMING, 0, 4)

    async with beside(take_evidence(tools)), handing_on(deliveries, tools):
        await delivered(tools, play, [[0, 4000]])


async def test_without_valkey_evidence_waits_in_its_files(
    tmp_path: Path, play: UUID, tools: Tools
) -> None:
    (tmp_path / "away").mkdir()
    async with workshop(tmp_path / "away") as away:
        deliveries = Deliveries(tmp_path / "spool")
        async with handing_on(deliveries, away.tools):
            deliveries.note(play, TIMING, 0, 4)
            await asyncio.sleep(0.6)

    async with beside(take_evidence(tools)), handing_on(Deliveries(tmp_path / "spool"), tools):
        await delivered(tools, play, [[0, 4000]])


async def test_a_session_that_breaks_us_is_set_aside_and_the_others_are_taken_in(
    tools: Tools, play: UUID, tmp_path: Path
) -> None:
    async with tools.database.begin() as session:
        track_id = (await play_session(session, play)).track_id
    listener = await person(tools.database, Role.LISTENER)
    broken = await opened(tools.database, ManualClock(NOON), listener=listener, track_id=track_id)
    async with tools.database.begin() as session:
        (await play_session(session, broken)).told = {"no": "sense"}
    deliveries = Deliveries(tmp_path / "spool")
    for one in (broken, play):
        deliveries.note(one, TIMING, 0, 4)

    with capture_logs() as logs:
        async with beside(take_evidence(tools), deliveries.run(tools)):
            await delivered(tools, play, [[0, 4000]])
            await until(lambda: asyncio.sleep(0, not deliveries.of_late(play)))

    aside = [one for one in logs if one["event"] == "evidence set aside"]
    assert [(one["play"], one["stretches"]) for one in aside] == [(str(broken), [(0, 4000)])]
    assert await tools.valkey.xlen(STREAM) == 0


async def test_readers_that_are_gone_are_forgotten(tools: Tools) -> None:
    names = ("done", "not done", "here")
    done, not_done, here = (Reader(tools.valkey, STREAM, name=name) for name in names)
    await here.left(most=1, idle_ms=0)  # which founds their group
    for _ in names:
        await put(tools.valkey, STREAM, b"something", most=10)
    await done.done(await done.new(most=1, wait_ms=100))
    assert await not_done.new(most=1, wait_ms=100)
    await asyncio.sleep(0.3)
    await here.done(await here.new(most=1, wait_ms=100))

    await here.forget_others(idle_ms=200)

    left = await tools.valkey.xinfo_consumers(STREAM, "readers")
    assert {one["name"] for one in left} == {b"not done", b"here"}
