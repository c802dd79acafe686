"""`refrain jobs`, as an operator uses it."""

import asyncio
import json
from pathlib import Path

import pytest

from base.clock import system_clock
from base.settings import load_settings
from base.tools import open_tools
from catalog.jobs import Kind, NewJob, add
from catalog.models.people import Role
from catalog.people import create_account
from catalog.schema import upgrade
from tests.support.commands import refrain


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer the folder of a house with an artist, Ada, and two jobs of hers."""
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    asyncio.run(prepared())
    return tmp_path


async def prepared() -> None:
    async with open_tools(load_settings()) as tools:
        await upgrade(tools.database)
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

    assert refrain("jobs", "retry", "--quarantined", "--cause", "crash").said == ""
    assert "is waiting" in refrain("jobs", "retry", "--quarantined").said
    assert "is waiting" in refrain("jobs", "retry", newest).said
    raised = refrain("jobs", "raise", oldest, "--priority", "2")
    assert (raised.status, listed("--limit", "2")[1]["priority"]) == (0, 2)
    assert "2 waiting jobs" in refrain("jobs", "raise", "--owner", "Ada", "--priority", "1").said


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
        (("retry",), "which-jobs"),
        (("cancel",), "which-jobs"),
        (("retry", "--cause", "crash"), "which-jobs"),
        (("list", "--owner", "Bob"), "owner-unknown"),
    ):
        done = refrain("jobs", *wrong)
        assert (done.status, code in done.errors) == (1, True), wrong
    assert refrain("jobs", "list", "--state", "asleep").status == 2


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
