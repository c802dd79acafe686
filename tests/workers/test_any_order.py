"""In whatever order things happen to jobs, each takes effect once, and none is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
import redis
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from base.clock import ManualClock
from base.errors import Refused
from base.valkey import NAMESPACE
from catalog.fleet import report
from catalog.job_control import cancel, replay, set_aside
from catalog.jobs import NewJob, add
from catalog.kinds import LANES, Kind, Lane
from catalog.models.jobs import Job, JobAttempt, Worker
from catalog.retrying import Patience, Trouble
from catalog.states import Cause, JobState
from tests.support.catalog import NOON
from tests.support.working import workshop
from workers.broker import make_broker, send
from workers.holding import Holding
from workers.leases import (
    Leased,
    extend,
    fail,
    finish,
    finish_all,
    give_back,
    put_off,
    take,
)
from workers.relay import reap, send_waiting

T = TypeVar("T")
LEASE = timedelta(seconds=10)
ATTEMPTS = 3
PATIENCE = Patience(faults=ATTEMPTS, kills=ATTEMPTS)
#: Some whose messages tell of one job, and some of many; about nothing that would have to be there.
KINDS = [Kind.FSCK, Kind.TIDY, Kind.NOTHING]
LANES_USED = sorted({LANES[kind] for kind in KINDS})
ENDS = {JobState.DONE, JobState.QUARANTINED, JobState.CANCELLED}

pick = st.integers(0, 1 << 16)


class Workshop:
    """A database, a queue and a clock, and a loop to ask them in."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.clock = ManualClock(NOON)
        opening = workshop(folder, clock=self.clock, redis_url=redis_url, job_attempts=ATTEMPTS)
        self.holding: Holding = self.run(self.stack.enter_async_context(opening))
        self.broker = make_broker(self.holding.tools.settings)
        self.valkey = redis.Redis.from_url(redis_url)
        self.consumers = {
            lane: self.broker.consume(lane, prefetch=1, timeout=1) for lane in LANES_USED
        }

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()
        for consumer in self.consumers.values():
            consumer.close()
        self.broker.close()
        self.valkey.close()

    async def clear(self) -> None:
        self.valkey.flushall()
        async with self.holding.tools.database.begin() as session:
            for model in (JobAttempt, Job, Worker):
                await session.execute(delete(model))


class Fate(RuleBasedStateMachine):
    """Jobs, whoever holds them or believes to, and what was seen of their effects."""

    def __init__(self, shop: Workshop) -> None:
        super().__init__()
        self.shop, self.clock, self.tools = shop, shop.clock, shop.holding.tools
        shop.run(shop.clear())
        #: All that was ever leased: who was paused comes back with what it had.
        self.leases: list[Leased] = []
        self.effects: Counter[UUID] = Counter()
        #: Attempts that came to an end, and those that were taken back without one.
        self.ended: Counter[UUID] = Counter()
        self.spared: Counter[UUID] = Counter()
        #: What was counted before a job was replayed.
        self.forgiven: Counter[UUID] = Counter()

    def begin(self) -> Any:  # noqa: ANN401 - a session, for as long as a block lasts
        return self.tools.database.begin()

    @rule(kind=st.sampled_from(KINDS), subject=st.integers(0, 4))
    def add(self, kind: Kind, subject: int) -> None:
        owner = UUID(int=subject % 2 + 1)
        job = NewJob(kind=kind, subject=str(subject), request_id="test", owner_id=owner)

        async def added() -> None:
            async with self.begin() as session:
                await add(session, job, now=self.clock())

        self.shop.run(added())

    @rule()
    def a_worker_says_it_lives(self) -> None:
        async def said() -> None:
            async with self.begin() as session:
                await report(session, self.shop.holding.post, is_draining=False, now=self.clock())

        self.shop.run(said())

    @rule()
    def the_relay_sends(self) -> None:
        self.shop.run(send_waiting(self.tools, self.shop.broker))

    @rule(lane=st.sampled_from(LANES_USED))
    def a_message_is_lost(self, lane: Lane) -> None:
        self.shop.valkey.lpop(f"{NAMESPACE}:{lane}")

    @rule()
    def the_queue_is_emptied(self) -> None:
        self.shop.valkey.flushall()

    @rule(at=pick)
    def a_message_comes_that_nobody_sent(self, at: int) -> None:
        if (job := self.one_of(at)) is not None:
            send(self.shop.broker, job.lane, [[job.id]], now=self.clock())

    @rule(lane=st.sampled_from(LANES_USED), name=st.sampled_from("ab"))
    def a_worker_takes(self, lane: Lane, name: str) -> None:
        self.taken(lane, name)

    def taken(self, lane: str, name: str) -> list[Leased] | None:
        """Do what a message says; answer nothing when there is none."""
        consumer = self.shop.consumers[Lane(lane)]
        message = next(consumer)
        if message is None:
            return None
        consumer.ack(message)
        ids = [UUID(one) for one in message.args[0]]

        async def took() -> list[Leased]:
            async with self.begin() as session:
                return await take(session, ids, worker=name, now=self.clock(), lease=LEASE)

        leased = self.shop.run(took())
        self.leases += leased
        return leased

    @rule(at=pick)
    def a_lease_is_extended(self, at: int) -> None:
        async def extended() -> None:
            async with self.begin() as session:
                leases = [one.lease for one in self.leases[at % 3 :]]
                await extend(session, leases, until=self.clock() + LEASE)

        self.shop.run(extended())

    @precondition(lambda self: self.leases)
    @rule(at=pick)
    def work_takes_effect(self, at: int) -> None:
        leased = self.leases[at % len(self.leases)]
        if self.may(partial(finish, leased=leased, now=self.clock())):
            self.effects[leased.id] += 1
            self.ended[leased.id] += 1

    @precondition(lambda self: self.leases)
    @rule()
    def much_work_ends_together(self) -> None:
        async def ended() -> set[UUID]:
            async with self.begin() as session:
                return await finish_all(session, self.leases, now=self.clock())

        for job in self.shop.run(ended()):
            self.effects[job] += 1
            self.ended[job] += 1

    @precondition(lambda self: self.leases)
    @rule(at=pick)
    def work_fails(self, at: int) -> None:
        leased = self.leases[at % len(self.leases)]
        rain = Trouble(cause=Cause.FAULT, reason="it rained", at=self.clock())
        if self.may(partial(fail, leased=leased, trouble=rain, patience=PATIENCE, output=None)):
            self.ended[leased.id] += 1

    @precondition(lambda self: self.leases)
    @rule(at=pick, is_tried=st.booleans())
    def work_is_given_back(self, at: int, *, is_tried: bool) -> None:
        leased = self.leases[at % len(self.leases)]
        until = self.clock() + timedelta(seconds=30)
        work = (
            partial(give_back, leased=leased, now=self.clock())
            if is_tried
            else partial(put_off, leased=leased, until=until)
        )
        if self.may(work):
            self.spared[leased.id] += 1
            self.ended[leased.id] += is_tried

    @rule(at=pick, how=st.sampled_from([cancel, set_aside]))
    def somebody_takes_a_job_away(self, at: int, how: Callable[..., Any]) -> None:
        if (job := self.one_of(at)) is None:
            return
        if self.may(partial(how, job_id=job.id, reason="wished", now=self.clock()), "job-over"):
            self.ended[job.id] += job.state == JobState.LEASED

    @rule(at=pick)
    def somebody_replays_a_job(self, at: int) -> None:
        if (job := self.one_of(at)) is None:
            return
        if self.may(partial(replay, job_id=job.id, now=self.clock()), "job-running"):
            self.effects[job.id] = 0
            self.forgiven[job.id] += job.attempts

    def one_of(self, at: int) -> Job | None:
        jobs = sorted(self.jobs(), key=lambda job: job.dedupe_key)
        return jobs[at % len(jobs)] if jobs else None

    def may(
        self, work: Callable[..., Coroutine[Any, Any, object]], code: str = "lease-lost"
    ) -> bool:
        """Try to write; answer whether it was not refused, for the lease no longer held."""

        async def tried() -> bool:
            try:
                async with self.begin() as session:
                    await work(session)
            except Refused as refused:
                if refused.code != code:
                    raise
                return False
            return True

        return self.shop.run(tried())

    @rule(seconds=st.sampled_from([1, 4, 6, 11, 40]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule()
    def the_reaper_comes(self) -> None:
        before = self.leased_now()
        self.shop.run(reap(self.tools))
        for job in before - self.leased_now():
            self.ended[job] += 1

    def leased_now(self) -> set[UUID]:
        return {job.id for job in self.jobs() if job.state == JobState.LEASED}

    def jobs(self) -> list[Job]:
        return self.rows()[0]

    def rows(self) -> tuple[list[Job], list[JobAttempt]]:
        async def found() -> tuple[list[Job], list[JobAttempt]]:
            async with self.tools.database.read() as session:
                jobs = list(await session.scalars(select(Job)))
                return jobs, list(await session.scalars(select(JobAttempt)))

        return self.shop.run(found())

    @invariant()
    def each_took_effect_once_if_it_is_done_and_every_attempt_is_accounted_for(self) -> None:
        jobs, attempts = self.rows()
        taken = Counter(one.id for one in self.leases)
        kept = Counter(one.job_id for one in attempts)
        for job in jobs:
            assert self.effects[job.id] == (job.state == JobState.DONE)
            assert (job.lease is not None) is (job.state == JobState.LEASED)
            assert job.attempts == taken[job.id] - self.spared[job.id] - self.forgiven[job.id]
            assert kept[job.id] == self.ended[job.id]
            assert job.kills == 0  # of workers that fall silent nobody knows that it was the job

    def teardown(self) -> None:
        """Whatever happened: with workers that work, every job comes to an end in minutes."""
        for _ in range(60):
            if all(job.state in ENDS for job in self.jobs()):
                break
            self.the_reaper_comes()
            self.the_relay_sends()
            for lane in LANES_USED:
                while (leased := self.taken(lane, "c")) is not None:
                    for one in leased:
                        self.work_takes_effect(self.leases.index(one))
            self.clock.advance(timedelta(seconds=6))
        assert all(job.state in ENDS for job in self.jobs())
        self.each_took_effect_once_if_it_is_done_and_every_attempt_is_accounted_for()


@pytest.mark.parametrize(
    "examples", [25, pytest.param(1_000, marks=pytest.mark.chaos)], ids=["few", "many"]
)
def test_in_any_order_each_job_takes_effect_once_and_none_is_lost(
    tmp_path: Path, valkey_server: str, examples: int
) -> None:
    shop = Workshop(tmp_path, valkey_server)
    try:
        run_state_machine_as_test(
            lambda: Fate(shop),
            settings=settings(max_examples=examples, stateful_step_count=30, deadline=None),
        )
    finally:
        shop.close()
