"""Two workers take messages at the same moment, on PostgreSQL: nobody waits in a ring, or twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text

from base.clock import ManualClock
from base.database import Database
from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.models.ddex import ErnMessage, Partner, SuppliedRelease
from catalog.models.jobs import Job, JobAttempt
from catalog.states import Cause, Outcome
from catalog.supplied import lock_partner
from tests.support.catalog import NOON
from tests.support.delivering import a_partner, deliver, message_of, statuses_of
from tests.support.ern import SENDER, US
from tests.support.ern_album import Album, Song, purge
from tests.support.locks import wait_for_locks
from tests.support.projected import examine, projected
from tests.support.working import do, waiting, workshop
from workers.actors import perform
from workers.holding import Holding

OTHER = "PADPIDA9"
ONE, TWO = Song(number=1, data=b"1"), Song(number=2, data=b"2", title="Another")


class Workers:
    """Two workers of one house, each with connections of its own."""

    def __init__(self, one: Holding, other: Holding, clock: ManualClock) -> None:
        self.one, self.both, self.clock = one, (one, other), clock

    @property
    def database(self) -> Database:
        return self.one.tools.database

    async def do(self) -> None:
        """Let both do what waits, every other job each, until nothing does."""
        while jobs := await waiting(self.one, Kind.INGEST):
            turns = ((self.both[0], jobs[::2]), (self.both[1], jobs[1::2]))
            await asyncio.gather(*(perform(worker, some) for worker, some in turns))
            self.clock.advance(timedelta(seconds=10))

    async def end(self) -> None:
        """Let all be looked into, and do what there is to do then."""
        await self.do()
        await examine(self.one)
        await self.do()

    async def outcomes(self) -> list[tuple[str, str | None]]:
        """Answer how all attempts ended, and of what."""
        query = select(JobAttempt.outcome, JobAttempt.cause).join(Job, Job.id == JobAttempt.job_id)
        query = query.where(Job.kind == Kind.INGEST).order_by(JobAttempt.ended_at)
        async with self.database.read() as session:
            return [(outcome, cause) for outcome, cause in await session.execute(query)]


@pytest.fixture
async def workers(tmp_path: Path, migrated_postgres_url: str) -> AsyncIterator[Workers]:
    quick = await asyncpg.connect(migrated_postgres_url.replace("+asyncpg", ""))
    name = migrated_postgres_url.rpartition("/")[2]
    await quick.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '100ms'")
    await quick.close()
    clock = ManualClock(NOON)
    given = {"clock": clock, "database_url": migrated_postgres_url, "ddex_party_id": US}
    (tmp_path / "two").mkdir()
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(workshop(tmp_path, **given))
        two = await stack.enter_async_context(
            workshop(tmp_path / "two", **given | {"data_dir": tmp_path})
        )
        yield Workers(one, two, clock)


def story(dpid: str) -> list[tuple[bytes, dict[str, bytes]]]:
    """Two releases that share recordings, of which files come with one message alone; and more."""
    other = "<ICPN>4006381333948</ICPN>"
    told = {"sender": dpid}
    albums = [
        Album(songs=(ONE, TWO), message_id="M1", created="2024-03-01T10:01:00Z", **told),
        Album(songs=(ONE,), message_id="M2", created="2024-03-01T10:02:00Z", names=other, **told),
        Album(songs=(TWO, ONE), message_id="M3", created="2024-03-01T10:03:00Z", **told),
        Album(songs=(TWO,), message_id="M4", created="2024-03-01T10:04:00Z", names=other, **told),
    ]
    gone = purge(
        "<ISRC>QZTST2400001</ISRC>", message_id="P", created="2024-03-01T10:05:00Z", sender=dpid
    )
    files = [{}, albums[1].files(), {}, albums[3].files()]
    return [*((one.xml(), some) for one, some in zip(albums, files, strict=True)), (gone, {})]


async def seen(holding: Holding, partner: Partner) -> list[dict[str, Any]]:
    async with holding.tools.database.read() as session:
        return await projected(session, now=NOON, partner_id=partner.id)


async def test_what_one_label_sends_is_taken_by_two_as_by_one_and_nobody_has_to_begin_again(
    workers: Workers, tmp_path: Path
) -> None:
    partner = await a_partner(workers.one)
    for xml, files in story(SENDER):
        await deliver(workers.one, partner, xml, files)

    await workers.end()

    assert {outcome for outcome, _ in await workers.outcomes()} == {Outcome.DONE}
    (tmp_path / "alone").mkdir()
    async with workshop(tmp_path / "alone", ddex_party_id=US) as alone:
        mine = await a_partner(alone)
        for xml, files in story(SENDER):
            await deliver(alone, mine, xml, files)
            await do(alone, Kind.INGEST)
        await examine(alone)
        await do(alone, Kind.INGEST)
        assert await seen(workers.one, partner) == await seen(alone, mine)


async def test_one_label_does_not_wait_for_another(workers: Workers) -> None:
    slow, quick = await a_partner(workers.one), await a_partner(workers.one, OTHER)
    held = await deliver(workers.one, slow, Album(songs=(ONE,)).xml(), {ONE.path: b"1"})
    [waits] = await waiting(workers.one, Kind.INGEST)
    async with workers.database.begin() as session:
        await lock_partner(session, slow.id)
        under_way = asyncio.create_task(perform(workers.one, [waits]))
        await wait_for_locks(workers.database, 1)
        album = Album(songs=(TWO,), sender=OTHER)
        free = await deliver(workers.one, quick, album.xml(), album.files())
        jobs = await waiting(workers.one, Kind.INGEST)
        async with asyncio.timeout(20):
            await perform(workers.both[1], jobs)

        assert (await message_of(workers.one, free)).state == MessageState.WAITING
        assert (await message_of(workers.one, held)).state == MessageState.RECEIVED
    await under_way
    assert (await message_of(workers.one, held)).state == MessageState.WAITING


async def at_once(workers: Workers, *messages: UUID) -> Sequence[ErnMessage]:
    """Let two messages be taken at one moment: both are read before either is taken."""
    jobs = await waiting(workers.one, Kind.INGEST)
    partners = {(await message_of(workers.one, one)).partner_id for one in messages}
    async with workers.database.begin() as session:
        for one in sorted(partners):
            await lock_partner(session, one)
        under_way = [
            asyncio.create_task(perform(worker, [job]))
            for worker, job in zip(workers.both, jobs, strict=True)
        ]
        await wait_for_locks(workers.database, 2)
    await asyncio.gather(*under_way)
    return [await message_of(workers.one, one) for one in messages]


async def test_of_two_messages_with_one_number_at_once_one_is_taken(workers: Workers) -> None:
    partner = await a_partner(workers.one)
    albums = Album(songs=(ONE,)), Album(songs=(TWO,), title="Something Else")
    sent = [await deliver(workers.one, partner, one.xml(), one.files()) for one in albums]

    ended = await at_once(workers, *sent)

    assert sorted(one.state for one in ended) == [MessageState.CONFLICT, MessageState.WAITING]
    assert {outcome for outcome, _ in await workers.outcomes()} == {Outcome.DONE}


async def test_of_two_labels_that_send_one_recording_at_once_one_has_it(workers: Workers) -> None:
    albums = Album(songs=(ONE, TWO)), Album(songs=(TWO, ONE), sender=OTHER)
    partners = [await a_partner(workers.one, one.sender) for one in albums]
    sent = [
        await deliver(workers.one, partner, one.xml(), one.files())
        for partner, one in zip(partners, albums, strict=True)
    ]

    ended = await at_once(workers, *sent)

    assert sorted(one.state for one in ended) == [MessageState.REFUSED, MessageState.WAITING]
    found = [await statuses_of(workers.one, one) for one in sent]
    assert sorted(found)[1] == ["RightsConflict", "RightsConflict"]
    assert {outcome for outcome, _ in await workers.outcomes()} == {Outcome.DONE}


async def test_who_is_chosen_to_break_a_ring_of_locks_begins_again_and_nothing_is_lost(
    workers: Workers,
) -> None:
    partner = await a_partner(workers.one)
    first = Album(songs=(ONE, TWO))
    await deliver(workers.one, partner, first.xml(), first.files())
    await workers.do()
    newer = Album(songs=(TWO,), message_id="M-2", created="2024-03-02T10:00:00Z", title="Newer")
    message_id = await deliver(workers.one, partner, newer.xml())
    [job] = await waiting(workers.one, Kind.INGEST)

    async with workers.both[1].tools.database.begin() as rival:
        await rival.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        await rival.scalars(select(SuppliedRelease).with_for_update())
        async with workers.database.begin() as pausing:
            await pausing.get_one(ErnMessage, message_id, with_for_update=True)
            under_way = asyncio.create_task(perform(workers.one, [job]))
            await wait_for_locks(workers.database, 1)
            ring = asyncio.create_task(lock_partner(rival, partner.id))
            await wait_for_locks(workers.database, 2)
        await under_way
        await ring

    assert (await workers.outcomes())[-1] == (Outcome.FAILED, Cause.UNAVAILABLE)
    assert (await message_of(workers.one, message_id)).state == MessageState.RECEIVED
    workers.clock.advance(timedelta(minutes=1))
    await workers.end()
    assert (await message_of(workers.one, message_id)).state == MessageState.TAKEN
    [release] = await seen(workers.one, partner)
    assert release["release"]["title"] == "Newer"
    assert [one["title"] for one in release["release"]["tracks"]] == ["Another"]
