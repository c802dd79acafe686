"""`refrain jobs`, as an operator uses it."""

import asyncio
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select

from base.clock import system_clock
from base.settings import load_settings
from base.tools import open_tools
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.people import create_account
from catalog.roles import Role
from refrain.jobs import drawing_of
from tests.support.catalog import NOON, with_tables
from tests.support.commands import refrain
from workers.leases import take


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer the folder of a house with an artist, Ada, and two jobs of hers."""
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    asyncio.run(prepared())
    return tmp_path


async def prepared() -> None:
    async with open_tools(load_settings()) as tools:
        await with_tables(tools.database)
        now = system_clock()
        async with tools.database.begin() as session:
            ada = await create_account(session, name="Ada", role=Role.ARTIST, now=now)
            for subject in "12":
                job = NewJob(kind=Kind.NOTHING, subject=subject, request_id="test", owner_id=ada.id)
                await add(session, job, now=now)


def listed(*options: str) -> list[dict[str, object]]:
    done = refrain("jobs", "list", "--json", *options)
    assert done.status == 0
    return [json.loads(line) for line in done.said.splitlines()]


@pytest.mark.usefixtures("house")
def test_jobs_are_listed_stopped_raised_and_done_again() -> None:
    newest, oldest = (str(one["id"]) for one in listed("--owner", "Ada"))
    assert newest[:8] in refrain("jobs", "list").said

    assert refrain("jobs", "cancel", newest[:12]).said.endswith("nothing is cancelled\n")
    assert refrain("jobs", "quarantine", oldest, "--reason", "it smells").status == 0
    assert listed("--state", "waiting") == []
    shown = refrain("jobs", "show", oldest)
    assert "it smells" in shown.said
    assert json.loads(refrain("jobs", "show", oldest, "--json").said)["history"] == []

    assert refrain("jobs", "retry", "--quarantined", "--cause", "crash").said == "no such jobs\n"
    assert "is waiting" in refrain("jobs", "retry", "--quarantined").said
    assert "is waiting" in refrain("jobs", "retry", newest).said
    raised = refrain("jobs", "raise", oldest, "--priority", "2")
    assert (raised.status, listed("--limit", "2")[1]["priority"]) == (0, 2)
    assert "2 jobs of Ada" in refrain("jobs", "raise", "--owner", "Ada", "--priority", "1").said


@pytest.mark.usefixtures("house")
def test_what_cannot_be_done_is_said_with_a_status() -> None:
    [job, other] = (str(one["id"]) for one in listed())
    assert refrain("jobs", "cancel", job).status == 0

    twice = refrain("jobs", "cancel", job, other)
    assert twice.status == 1
    assert "cancelled" in twice.errors
    assert listed("--state", "waiting") == []  # the other was stopped all the same

    for wrong, code in (
        (("show", "0" * 32), "job-unknown"),
        (("list", "--owner", "Bob"), "owner-unknown"),
    ):
        done = refrain("jobs", *wrong)
        assert (done.status, code in done.errors) == (1, True), wrong
    for misunderstood in (
        ("retry",),
        ("cancel",),
        ("retry", "--cause", "crash"),
        ("list", "--state", "asleep"),
    ):
        assert refrain("jobs", *misunderstood).status == 2, misunderstood


@pytest.mark.usefixtures("house")
def test_a_worker_that_nobody_knows_is_not_taken_to_be_gone() -> None:
    done = refrain("reap", "nosuch")

    assert (done.status, done.said) == (1, "")
    assert "worker-unknown" in done.errors


@pytest.mark.usefixtures("house")
def test_jobs_of_a_worker_that_is_gone_are_taken_back_as_lost_or_as_not_tried() -> None:
    for options in ((), ("--innocent", "--reason", "it was ended")):
        asyncio.run(leased_by("w"))
        assert refrain("reap", "w", *options).said == "2\n"
        assert {one["attempts"] for one in listed("--state", "waiting")} == {1}

    assert {one["reason"] for one in listed()} == {"it was ended"}


async def leased_by(worker: str) -> None:
    async with open_tools(load_settings()) as tools, tools.database.begin() as session:
        jobs = list(await session.scalars(select(Job.id)))
        now = system_clock() + timedelta(minutes=1)
        taken = await take(session, jobs, worker=worker, now=now, lease=timedelta(minutes=1))
        assert len(taken) == len(jobs)


def test_on_a_narrow_screen_the_reason_of_an_attempt_is_told_in_full() -> None:
    reason = "ffmpeg crashed (SIGSEGV): no reason given, whatever was asked of it"
    attempt = {"started_at": NOON.isoformat(), "took_s": 1.5, "cpu_s": None, "output": "hm"}
    attempt |= {"outcome": "failed", "cause": "crash", "worker": "w" * 30, "reason": reason}

    with (narrow := Console(width=80, file=StringIO())).capture() as said:
        narrow.print(drawing_of({"id": "1"}, [attempt, attempt | {"reason": None}]))

    lines = [line.rstrip() for line in said.get().splitlines()]
    assert f"1. {reason}" in lines
    assert lines[-1] == "hm"
    assert not any("cpu" in line or line.startswith("2.") for line in lines)


@pytest.mark.parametrize("command", [("jobs", "list"), ("fleet",), ("migrate",)])
def test_where_there_is_no_database_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path / "none"))

    done = refrain(*command)

    assert (done.status, done.said) == (1, "")
    assert "refrain migrate" in done.errors
    assert "Traceback" not in done.errors


def test_a_check_that_could_not_look_has_a_status_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))

    done = refrain("fsck")

    assert done.status == 2
    assert "database-not-migrated" in done.errors
