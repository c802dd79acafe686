"""A share of renditions is made again by another worker, with real encoders, one of them broken."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
import soundfile
from sqlalchemy import select, update

from base.clock import ManualClock
from base.storage.port import store_file
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.files import Rendition
from catalog.models.jobs import Job
from catalog.models.reencoding import Recheck
from catalog.music import renditions_of
from catalog.rechecks import Verdict, add_job, suspects, verdicts
from catalog.reencoding import subject_of
from catalog.roles import Role
from catalog.states import Cause
from ingest.accept import accept
from tests.support.broken_encoder import broken
from tests.support.catalog import NOON, person
from tests.support.masters import carillon
from tests.support.renditions import packaged
from tests.support.working import do, objects, sent, workshop
from transcode.ladder import FIRST
from workers import anew, media, recheck
from workers.actors import perform
from workers.anew import own_target
from workers.holding import Holding


@dataclass
class Fleet:
    """A track that one worker made, and another worker."""

    holding: Holding
    other: Holding
    master: UUID
    folder: Path

    async def rows(self) -> dict[str, Rendition]:
        async with self.holding.tools.database.read() as session:
            return {one.rung: one for one in await renditions_of(session, self.master)}

    async def checked(self) -> list[Recheck]:
        async with self.holding.tools.database.read() as session:
            return list(await session.scalars(select(Recheck).order_by(Recheck.at, Recheck.id)))

    async def job(self, kind: Kind) -> Job:
        async with self.holding.tools.database.read() as session:
            query = select(Job).where(Job.kind == kind).order_by(Job.created_at.desc())
            return (await session.scalars(query.limit(1))).one()


@pytest.fixture
async def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fleet]:
    monkeypatch.setattr(anew, "IDLE", 0)
    monkeypatch.setattr(recheck, "IDLE", 0)
    for module in (anew, media):  # the other rungs would only take time
        rest = tuple(rung for rung in module.REST if rung.name == "aac-64")
        monkeypatch.setattr(module, "REST", rest)
    async with workshop(
        tmp_path, clock=ManualClock(NOON), encodes=True, recheck_share=1.0
    ) as holding:
        artist = await person(holding.tools.database, Role.ARTIST)
        bells = carillon(tmp_path / "Bells.wav", samples=5 * 44_100).read_bytes()
        received = await sent(holding, bells)
        async with holding.tools.database.begin() as session:
            accepted = await accept(
                session,
                received,
                filename="Bells.wav",
                caller=artist,
                request_id="test",
                now=NOON,
            )
        await do(holding, Kind.EXAMINE, Kind.LADDER)
        other = replace(holding, post=replace(holding.post, name="other"))
        yield Fleet(holding=holding, other=other, master=accepted.master_id, folder=tmp_path)


async def test_what_another_worker_makes_is_the_same(fleet: Fleet) -> None:
    job = await fleet.job(Kind.RECHECK)
    assert (job.avoid, job.lane) == (fleet.holding.post.name, "analysis")

    await perform(fleet.other, [job.id])

    [found] = await fleet.checked()
    assert (found.verdict, found.details) == (Verdict.SAME, {})
    assert (found.made_by, found.checked_by) == (fleet.holding.post.name, "other")


async def test_what_sounds_otherwise_is_told_and_its_worker_is_looked_at(fleet: Fleet) -> None:
    # What is softer was published, as by a worker that finds itself right.
    row = (await fleet.rows())["aac-128"]
    async with fleet.holding.tools.database.begin() as session:
        bad = await session.get_one(Rendition, row.id)
        bad.storage_key, bad.sha256 = await _softer(fleet, row), "f" * 64
        await add_job(session, bad, request_id="test", now=NOON)

    await perform(fleet.other, [(await _job_of(fleet, "aac-128")).id])

    assert [one.verdict for one in await fleet.checked()] == [Verdict.SOUND]
    assert (await fleet.checked())[0].details["level_db"] > 6
    async with fleet.holding.tools.database.read() as session:
        assert await verdicts(session) == {"sound": 1}
        jobs = list(await session.scalars(select(Job).where(Job.kind == Kind.RECHECK)))
    # Of each master that it made one is looked at.
    assert {job.avoid for job in jobs} == {fleet.holding.post.name}
    assert len(jobs) >= 2


async def test_what_other_processes_of_a_machine_made_is_suspect_too(fleet: Fleet) -> None:
    made_by = {"here:1:f0": 1, "here:2:f1": 1, "here": 1, "heretic:1:f0": 0, "there:1:f0": 0}
    for name, number in made_by.items():
        async with fleet.holding.tools.database.begin() as session:
            await session.execute(update(Rendition).values(made_by=name))
            assert len(await suspects(session, "here:9:f9")) == number


async def test_what_is_found_wrong_is_made_anew_where_that_is_asked_for(fleet: Fleet) -> None:
    before = await fleet.rows()
    async with fleet.holding.tools.database.begin() as session:
        bad = await session.get_one(Rendition, before["aac-128"].id)
        bad.sha256 = "f" * 64
    target = own_target(fleet.holding.engine).name

    for is_forced, is_mended in ((False, False), (True, True)):
        await _ask(fleet, target, is_forced=is_forced)
        await do(fleet.other, Kind.REENCODE)
        rows = await fleet.rows()
        assert (rows["aac-128"].sha256 == before["aac-128"].sha256) is is_mended
    assert rows.keys() == before.keys()
    assert {one.made_by for one in rows.values()} == {"other"}


async def _softer(fleet: Fleet, row: Rendition) -> str:
    """Store what comes of the same master where it is softer."""
    master = carillon(fleet.folder / "soft.wav", samples=row.samples)
    sound, rate = soundfile.read(master)
    soundfile.write(master, sound * 0.2, rate)
    [made] = await packaged(fleet.holding.engine, master, fleet.folder / "soft", FIRST[:1])
    key = row.storage_key.replace(row.sha256, made.encoded.sha256)
    stored = await store_file(fleet.holding.tools.storage, made.encoded.made.path, key)  # type: ignore[arg-type] # a key
    return stored.key


async def _job_of(fleet: Fleet, rung: str) -> Job:
    async with fleet.holding.tools.database.read() as session:
        jobs = await session.scalars(select(Job).where(Job.kind == Kind.RECHECK))
        return next(one for one in jobs if f":{rung}:ffff" in one.payload["subject"])


@pytest.mark.parametrize("wrong", ["swaps channels"])
async def test_a_broken_worker_publishes_nothing(fleet: Fleet, wrong: str) -> None:
    before, stored = await fleet.rows(), await objects(fleet.holding)
    engine = broken(fleet.holding.engine, fleet.folder, wrong)
    bad = replace(fleet.holding, engine=replace(engine, version="next"))
    target = own_target(bad.engine)
    await _ask(fleet, target.name)

    await perform(bad, [(await fleet.job(Kind.REENCODE)).id])

    job = await fleet.job(Kind.REENCODE)
    assert job.state == "waiting"
    assert "wrong-rendition" in (job.reason or "")
    assert job.cause == Cause.BAD_RESULT
    assert {k: v.sha256 for k, v in (await fleet.rows()).items()} == {
        k: v.sha256 for k, v in before.items()
    }
    assert await objects(fleet.holding) == stored


async def _ask(fleet: Fleet, target: str, *, is_forced: bool = False) -> None:
    async with fleet.holding.tools.database.begin() as session:
        subject = subject_of(fleet.master, target, is_forced=is_forced)
        job = NewJob(kind=Kind.REENCODE, subject=subject, request_id="test")
        await add(session, job, now=NOON)
