from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job, JobAttempt
from catalog.states import JobState
from tests.support.working import workshop
from workers.actors import perform
from workers.holding import LATER, Holding
from workers.leases import Leased


async def test_encoders_may_use_what_the_settings_say_and_no_more_cores_than_there_are(
    tmp_path: Path,
) -> None:
    settings = {"child_memory_bytes": 1 << 30, "child_cpu_s": 77}
    async with workshop(tmp_path, **settings) as holding:
        urgent = holding.bench(tmp_path, tmp_path)
        nice = holding.bench(tmp_path, tmp_path, niceness=LATER)
        other = holding.bench(tmp_path, tmp_path, niceness=LATER)

    assert (urgent.limits.memory_bytes, urgent.limits.cpu_s) == (1 << 30, 77)
    assert (urgent.limits.niceness, nice.limits.niceness) == (0, 10)
    assert nice.slots() is other.slots(), "two ladders would use twice the cores"
    assert nice.slots() is not urgent.slots(), "listeners would wait for a ladder"
    assert urgent.cores == holding.post.cores == 2


async def test_a_job_that_finds_no_room_waits_and_was_not_tried(tmp_path: Path) -> None:
    async def needs_much(holding: Holding, leased: Leased) -> None:
        with holding.folder(needs_bytes=2):
            await holding.ends.finish(leased)

    async with workshop(tmp_path) as roomy:
        holding = replace(roomy, scratch=replace(roomy.scratch, most_bytes=1))
        now = holding.tools.clock()
        async with holding.tools.database.begin() as session:
            await add(session, NewJob(kind=Kind.NOTHING, subject="s", request_id="r"), now=now)
            job = (await session.scalars(select(Job.id))).one()

        await perform(holding, [job], {Kind.NOTHING: needs_much})

        async with holding.tools.database.read() as session:
            row = (await session.scalars(select(Job))).one()
            attempts = (await session.scalars(select(JobAttempt))).all()
    assert (row.state, row.attempts, attempts) == (JobState.WAITING, 0, [])
    assert row.not_before == now + timedelta(seconds=5)
    assert row.reason is not None
    assert "REFRAIN_SCRATCH_BYTES" in row.reason
