from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from base.database import Database
from catalog.jobs import NewJob, add
from catalog.kinds import Kind, Lane
from catalog.models.jobs import Job
from tests.support.catalog import NOON
from workers.dispatch import (
    Chosen,
    Load,
    bundles,
    lanes_to_send,
    loads,
    mark_sent,
    next_jobs,
    room,
)
from workers.leases import take

AGO = NOON - timedelta(seconds=5)
LEASE = timedelta(seconds=10)
LABEL, SINGLE = UUID(int=1), UUID(int=2)

costs = st.lists(st.floats(0.002, 100), max_size=60)


def chosen(costs_s: list[float]) -> list[Chosen]:
    return [Chosen(id=uuid4(), cost_s=cost_s) for cost_s in costs_s]


@given(costs)
def test_each_job_is_in_one_message_in_its_order_and_only_cheap_ones_share_it(
    costs_s: list[float],
) -> None:
    jobs = chosen(costs_s)
    cost_of = {job.id: job.cost_s for job in jobs}

    made = bundles(jobs)

    assert [job for bundle in made for job in bundle] == [job.id for job in jobs]
    for bundle in made:
        assert len(bundle) == 1 or sum(cost_of[job] for job in bundle) <= 0.2 + 1e-9


@given(costs, st.integers(0, 70), st.integers(0, 70), st.integers(0, 64))
def test_no_more_is_sent_than_is_soon_begun(
    costs_s: list[float], leased: int, sent: int, slots: int
) -> None:
    left = room(Load(leased=leased, sent=sent, sent_s=float(sent)), slots)

    going = left.fill(chosen(costs_s))

    assert len(going) <= left.jobs or sum(one.cost_s for one in going) <= left.cost_s + 1e-9
    if slots > leased + sent:  # whoever has nothing to do gets something
        assert len(going) >= min(len(costs_s), slots - leased - sent)


async def add_jobs(database: Database, owner: UUID | None, *subjects: str, **given: object) -> None:
    async with database.begin() as session:
        for n, subject in enumerate(subjects):
            job = NewJob(
                kind=Kind.EXAMINE,
                subject=subject,
                request_id="test",
                owner_id=owner,
                **{"cost_s": 2.0, **given},  # type: ignore[arg-type]
            )
            later = timedelta(seconds=n + 10 * (owner == SINGLE))
            await add(session, job, now=NOON + later)


async def order(database: Database) -> list[str]:
    late = NOON + timedelta(hours=1)
    async with database.read() as session:
        found = await next_jobs(session, Lane.FIRST, now=late, lost_before=AGO)
        subjects = {job.id: job.payload["subject"] for job in await session.scalars(select(Job))}
    return [subjects[one.id] for one in found]


async def test_a_single_does_not_wait_for_a_label_that_sent_its_catalogue(
    database: Database,
) -> None:
    await add_jobs(database, LABEL, "a", "b", "c", "d")
    await add_jobs(database, SINGLE, "single")

    assert await order(database) == ["a", "single", "b", "c", "d"]


async def test_a_share_is_measured_in_work_and_counts_what_is_under_way(
    database: Database,
) -> None:
    await add_jobs(database, LABEL, "a")
    async with database.begin() as session:
        [job] = await session.scalars(select(Job.id))
        assert await take(session, [job], worker="w", now=NOON, lease=LEASE)
    await add_jobs(database, LABEL, "b")
    await add_jobs(database, SINGLE, "x", "y", "z", cost_s=1.0)

    # The label has two seconds under way: it comes when the other has had as much.
    assert await order(database) == ["x", "y", "b", "z"]


async def test_what_was_raised_goes_first(database: Database) -> None:
    await add_jobs(database, SINGLE, "x")
    await add_jobs(database, LABEL, "a", "b")
    async with database.begin() as session:
        [raised] = await session.scalars(select(Job).where(Job.dedupe_key == "examine:b"))
        raised.priority = 1

    assert (await order(database))[0] == "b"


async def test_a_message_that_was_lost_is_sent_again(database: Database) -> None:
    await add_jobs(database, None, "a")
    now = NOON

    async def sent() -> int:
        lost_before = now - timedelta(seconds=5)
        async with database.begin() as session:
            there_is = await lanes_to_send(session, now=now, lost_before=lost_before)
            found = await next_jobs(session, Lane.FIRST, now=now, lost_before=lost_before)
            claimed = await mark_sent(session, found, now=now, lost_before=lost_before)
            load = await loads(session, lost_before=lost_before)
        assert bool(there_is) == bool(found)
        assert load[Lane.FIRST] == Load(leased=0, sent=1, sent_s=pytest.approx(2.0))
        return len(claimed)

    assert await sent() == 1
    assert await sent() == 0
    now += timedelta(seconds=6)
    assert await sent() == 1
