"""Old and new workers side by side, as while machines are upgraded one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID, uuid4

from dramatiq import Message
from sqlalchemy import select, text

from base.settings import Settings
from catalog.jobs import NewJob, add
from catalog.kinds import Kind, Lane
from catalog.models.jobs import Job, JobAttempt
from catalog.states import JobState
from tests.support.working import waiting, workshop
from workers.actors import perform
from workers.broker import make_broker
from workers.consuming import _next
from workers.holding import Holding
from workers.relay import reap, send_waiting

#: What a version wrote that knew of no owners, costs and causes.
_OF_BEFORE = text(
    "INSERT INTO jobs (id, kind, lane, payload, dedupe_key, state, attempts, not_before, "
    "request_id, created_at) VALUES (:id, 'nothing', 'background', :payload, 'nothing:old', "
    "'waiting', 0, :now, 'r', :now)"
)


async def job_from_the_future(holding: Holding, lane: str = Lane.BACKGROUND) -> UUID:
    async with holding.tools.database.begin() as session:
        job = NewJob(kind=Kind.NOTHING, subject=uuid4().hex, request_id="r")
        await add(session, job, now=holding.tools.clock())
        row = (await session.scalars(select(Job))).one()
        row.kind, row.lane = "from-the-future", lane
        return row.id


async def row_of(holding: Holding, job: UUID) -> Job:
    async with holding.tools.database.read() as session:
        return await session.get_one(Job, job)


async def test_a_kind_that_a_newer_version_added_is_left_to_it(tmp_path: Path) -> None:
    async with workshop(tmp_path) as holding:
        job = await job_from_the_future(holding)

        for _ in range(3):
            await perform(holding, [job])
            await reap(holding.tools)

        row = await row_of(holding, job)
        assert (row.state, row.attempts, row.kills) == (JobState.WAITING, 0, 0)
        assert holding.left_kinds == {"from-the-future"}
        async with holding.tools.database.read() as session:
            assert (await session.scalars(select(JobAttempt))).all() == []


async def test_a_lane_that_a_newer_version_added_is_told_of(
    tmp_path: Path, valkey_url: str
) -> None:
    async with workshop(tmp_path, redis_url=valkey_url) as holding:
        await job_from_the_future(holding, lane="from-the-future")
        broker = make_broker(holding.tools.settings)

        assert await send_waiting(holding.tools, broker) == 1

        [told] = broker.consume("from-the-future", timeout=1).__next__().args  # type: ignore[union-attr]
        assert len(told) == 1
        broker.close()


async def test_a_row_of_an_older_version_is_done(tmp_path: Path) -> None:
    async with workshop(tmp_path) as holding:
        values = {"id": uuid4().hex, "payload": json.dumps({"subject": "old"})}
        async with holding.tools.database.begin() as session:
            now = holding.tools.clock().replace(tzinfo=None)
            await session.execute(_OF_BEFORE, {**values, "now": str(now)})
        [job] = await waiting(holding, Kind.NOTHING)

        await perform(holding, [job])

        assert (await row_of(holding, job)).state == JobState.DONE


def test_messages_of_either_version_are_understood(valkey_url: str) -> None:
    broker = make_broker(Settings.model_validate({"redis_url": valkey_url}))
    jobs = [uuid4(), uuid4()]
    for args in ((str(jobs[0]),), ([str(job) for job in jobs],)):
        message = Message(queue_name="first", actor_name="first", args=args, kwargs={}, options={})
        broker.enqueue(message)
    consumer = broker.consume("first", prefetch=1, timeout=1)

    told = [_next(consumer), _next(consumer)]

    assert told == [jobs[:1], jobs]
    consumer.close()
    broker.close()
