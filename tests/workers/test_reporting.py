"""Reports on their way to a label: a real server of SFTP, and what can go wrong on it."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncssh
import pytest
from sqlalchemy import select, update

from accounting.closing import close
from accounting.month_end import settle_month
from accounting.months import month_named
from accounting.restating import Restating, restate
from base.clock import ManualClock
from base.ticket_secrets import ticket_secrets
from catalog.erasing import erase
from catalog.events import events_after
from catalog.kinds import ATTEMPTS, Kind
from catalog.models.jobs import Job
from catalog.models.sales_reports import SalesReport
from catalog.objects import is_referred_to
from catalog.report_keys import report_key
from catalog.report_recipients import (
    Place,
    Recipient,
    ReportForm,
    add_recipient,
    change_recipient,
    recipient_of,
)
from catalog.roles import Role
from catalog.sales_reports import ask_anew, send_again
from catalog.states import JobState
from tests.support.books import Song, book_play, song
from tests.support.catalog import person
from tests.support.sftp import Label, label_server
from tests.support.working import waiting, workshop
from workers.actors import perform
from workers.holding import Holding

ZONE = "Europe/Berlin"
MARCH = month_named("2026-03", ZONE)
EARLY = MARCH.starts_at + timedelta(days=3)
CLOSED = MARCH.ends_at + timedelta(days=1)
MINUTES = timedelta(minutes=1)
OURS, THEIRS = "PADPIDA2020010101X", "PADPIDA2020010102Y"
TEMPLATE = {"columns": [{"name": "Amount", "field": "amount"}]}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(CLOSED)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, clock=clock, ddex_party_id=OURS, books_zone=ZONE) as opened:
        yield opened


@pytest.fixture
async def label(holding: Holding, tmp_path: Path) -> AsyncIterator[Label]:
    async with at_label(holding, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def at_label(holding: Holding, tmp_path: Path, **more: object) -> AsyncIterator[Label]:
    """Serve a folder to who has the key of the house."""
    tools = holding.tools
    secret = ticket_secrets(tools.settings)[0]
    key = await tools.database.run(lambda s: report_key(s, secret=secret, now=tools.clock()))
    folder = tmp_path / "label"
    folder.mkdir(exist_ok=True)
    async with label_server(folder, key.public, **more) as opened:  # type: ignore[arg-type]
        yield opened


async def heard(holding: Holding) -> Song:
    of = await song(holding.tools.database)
    await holding.tools.database.run(lambda s: book_play(s, of, step=9, at=EARLY))
    return of


async def told(
    holding: Holding,
    of: Song,
    label: Label | None,
    form: ReportForm = ReportForm.FINANCIAL,
) -> UUID:
    """Have the label told of a song, in a form; without a server it fetches reports itself."""
    place = label and Place(
        host="127.0.0.1", port=label.port, user="house", host_key=label.host_key
    )
    said = Recipient(
        account_id=of.artist.id,
        name="Kleinlaut",
        dpid=THEIRS,
        form=form,
        template=TEMPLATE if form is ReportForm.CSV else None,
        place=place,
    )
    by = await person(holding.tools.database, Role.TREASURER)
    step = add_recipient
    async with holding.tools.database.begin() as session:
        row = await step(session, said, by, key=f"{form}:{of.artist.id}", now=CLOSED)
    return row.id


async def closed(holding: Holding) -> None:
    tools = holding.tools
    await close(tools.database, "2026-03", zone=ZONE, clock=tools.clock, settle=settle_month)


async def work(holding: Holding) -> None:
    """Do once what is due for those who get reports."""
    for job in await waiting(holding, Kind.REPORT):
        await perform(holding, [job])


async def reports(holding: Holding) -> list[SalesReport]:
    async with holding.tools.database.read() as session:
        found = await session.scalars(select(SalesReport).order_by(SalesReport.asked_at))
        return list(found)


async def report(holding: Holding) -> SalesReport:
    [one] = await reports(holding)
    return one


async def job_states(holding: Holding) -> list[str]:
    async with holding.tools.database.read() as session:
        return list(await session.scalars(select(Job.state).where(Job.kind == Kind.REPORT)))


async def kinds_told(holding: Holding, of: Song) -> list[str]:
    async with holding.tools.database.read() as session:
        kinds = [one.kind for one in await events_after(session, of.artist.id, 0)]
    return [one for one in kinds if one.startswith("report.")]


async def test_a_month_that_is_closed_is_sent_and_taken(
    holding: Holding, label: Label, clock: ManualClock
) -> None:
    of = await heard(holding)
    await told(holding, of, label)
    await closed(holding)

    await work(holding)

    sent = await report(holding)
    name = sent.filename or ""
    semaphore = f"DSR_{THEIRS}_{OURS}_StreamToOwn-Sales_2026-03_multi_20260401T220000.ctrl"
    assert name == semaphore.replace("_multi_", "_multi_1of1_").replace(".ctrl", ".tsv.gz")
    assert (sent.state, label.files()) == ("sent", {name, semaphore})
    assert label.written == [f"{name}.part", semaphore]
    lines = gzip.decompress(label.folder.joinpath(name).read_bytes()).decode().splitlines()
    assert lines[0].startswith("HEAD\t")
    assert lines[-1].startswith("SRFO\t")
    async with holding.tools.database.read() as session:
        assert await is_referred_to(session, sent.storage_key or "")  # type: ignore[arg-type]
    label.folder.joinpath(semaphore).unlink()
    clock.advance(6 * MINUTES)
    await work(holding)
    assert (await report(holding)).state == "acknowledged"
    assert await kinds_told(holding, of) == ["report.sent", "report.acknowledged"]


async def test_what_is_wrong_with_a_report_is_told_also_after_it_was_taken(
    holding: Holding, label: Label, clock: ManualClock
) -> None:
    of = await heard(holding)
    await told(holding, of, label)
    await closed(holding)
    await work(holding)
    name = (await report(holding)).filename or ""
    for one in label.folder.glob("*.ctrl"):
        one.unlink()
    clock.advance(6 * MINUTES)
    await work(holding)

    label.answer(f"ACK_{name.removesuffix('.tsv.gz')}.xml", "<Status>Invalid: no ISRC</Status>")
    clock.advance(70 * MINUTES)
    await work(holding)

    refused = await report(holding)
    assert (refused.state, refused.reason) == ("refused", "Invalid: no ISRC")
    by = await person(holding.tools.database, Role.TREASURER)
    clock.advance(70 * MINUTES)
    await holding.tools.database.run(lambda s: send_again(s, refused.id, by, now=clock()))
    await work(holding)
    # What was said of it before is no answer to what was sent since, and the bytes are there.
    assert (await report(holding)).state == "sent"
    assert label.written.count(f"{name}.part") == 1
    assert label.written.count(next(iter(label.folder.glob("*.ctrl"))).name) == 2


@pytest.mark.parametrize("form", list(ReportForm))
async def test_each_form_is_made_and_comes_out_the_same_again(
    holding: Holding, form: ReportForm
) -> None:
    of = await heard(holding)
    await told(holding, of, None, form)
    await closed(holding)
    await work(holding)

    first = await report(holding)
    assert (first.state, first.reason) == ("made", None)
    assert await job_states(holding) == [JobState.DONE]
    change = update(SalesReport).values(state="due", storage_key=None)
    await holding.tools.database.run(lambda s: s.execute(change))
    change_job = update(Job).where(Job.kind == Kind.REPORT).values(state=JobState.WAITING)
    await holding.tools.database.run(lambda s: s.execute(change_job))
    await work(holding)

    again = await report(holding)
    assert (again.sha256, again.filename) == (first.sha256, first.filename)


async def test_a_server_that_shows_another_key_is_sent_nothing(
    holding: Holding, label: Label
) -> None:
    of = await heard(holding)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    known, label.host_key = label.host_key, " ".join(other[:2])
    recipient = await told(holding, of, label)
    await closed(holding)

    await work(holding)

    failed = await report(holding)
    assert failed.state == "failed"
    assert "another key" in (failed.reason or "")
    assert label.files() == set()
    assert await kinds_told(holding, of) == ["report.failed"]
    by = await person(holding.tools.database, Role.TREASURER)
    place = Place(host="127.0.0.1", port=label.port, user="house", host_key=known)
    said = Recipient(
        account_id=of.artist.id, name="K", dpid=THEIRS, form=ReportForm.FINANCIAL, place=place
    )
    async with holding.tools.database.begin() as session:
        await change_recipient(session, recipient, said, by, now=CLOSED)
        await send_again(session, failed.id, by, now=CLOSED)
    await work(holding)
    assert (await report(holding)).state == "sent"


async def test_a_key_that_is_not_let_in_is_told(holding: Holding, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    folder = tmp_path / "label"
    folder.mkdir()
    async with label_server(folder, other) as label:
        await told(holding, await heard(holding), label)
        await closed(holding)

        await work(holding)

    assert "does not let house in with our key" in ((await report(holding)).reason or "")


@pytest.mark.parametrize(
    ("fault", "says"),
    [({"is_shut": True}, "Permission denied"), ({"room_bytes": 100}, "No space left on device")],
)
async def test_what_a_server_does_not_take_is_told_and_tried_again(
    holding: Holding, label: Label, clock: ManualClock, fault: dict[str, object], says: str
) -> None:
    await told(holding, await heard(holding), label)
    await closed(holding)
    for name, value in fault.items():
        setattr(label, name, value)

    await work(holding)

    waits = await report(holding)
    assert waits.state == "made"
    assert says in (waits.reason or "")
    assert (waits.filename or "") not in label.files()
    label.is_shut, label.room_bytes = False, None
    clock.advance(MINUTES)
    await work(holding)
    sent = await report(holding)
    assert (sent.state, sent.reason) == ("sent", None)


async def test_a_server_that_stays_away_is_given_up_and_told(
    holding: Holding, label: Label, clock: ManualClock
) -> None:
    of = await heard(holding)
    await told(holding, of, replace(label, port=1))
    await closed(holding)

    for _ in range(ATTEMPTS[Kind.REPORT]):
        await work(holding)
        clock.advance(timedelta(hours=6))

    failed = await report(holding)
    assert failed.state == "failed"
    assert "127.0.0.1:1 cannot be reached" in (failed.reason or "")
    assert await kinds_told(holding, of) == ["report.failed"]


async def test_a_line_that_breaks_leaves_no_half_of_a_report(
    holding: Holding, label: Label, clock: ManualClock
) -> None:
    await told(holding, await heard(holding), label)
    await closed(holding)
    label.breaks_after = 0

    await work(holding)

    name = (await report(holding)).filename or ""
    assert label.files() <= {f"{name}.part"}
    clock.advance(MINUTES)
    await work(holding)
    sent = await report(holding)
    assert sent.state == "sent"
    assert f"{name}.part" not in label.files()
    assert label.folder.joinpath(name).stat().st_size == sent.size_bytes


async def test_a_worker_that_dies_after_the_upload_does_not_send_it_twice(
    holding: Holding, label: Label
) -> None:
    await told(holding, await heard(holding), label)
    await closed(holding)
    await work(holding)
    sent = await report(holding)
    # As it is found where the process died before it could write down that it was there.
    before = update(SalesReport).values(state="made", uploaded_at=None, sent_at=None)
    await holding.tools.database.run(lambda s: s.execute(before))
    job = update(Job).where(Job.kind == Kind.REPORT).values(not_before=CLOSED)
    await holding.tools.database.run(lambda s: s.execute(job))

    await work(holding)

    assert (await report(holding)).state == "sent"
    assert label.written.count(f"{sent.filename}.part") == 1


_WORKER = """
import asyncio, sys
from pathlib import Path
from base.clock import ManualClock
from catalog.kinds import Kind
from tests.support.working import waiting, workshop
from tests.workers.test_reporting import CLOSED, OURS, ZONE, work

async def main():
    folder = Path(sys.argv[1])
    folder.joinpath("scratch").rmdir()
    settings = {"clock": ManualClock(CLOSED), "ddex_party_id": OURS, "books_zone": ZONE}
    async with workshop(folder, **settings) as one:
        await work(one)

asyncio.run(main())
"""


async def test_a_worker_that_is_killed_in_the_middle_of_an_upload_is_made_up_for(
    holding: Holding, label: Label, tmp_path: Path
) -> None:
    await told(holding, await heard(holding), label)
    await closed(holding)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", _WORKER, str(tmp_path))
    label.breaks_after = 0
    label.breaking = lambda: os.kill(child.pid, signal.SIGKILL)

    assert await asyncio.wait_for(child.wait(), timeout=60) == -signal.SIGKILL

    killed = await report(holding)
    assert (killed.state, killed.uploaded_at) == ("made", None)
    assert await job_states(holding) == [JobState.LEASED]
    taken_back = update(Job).where(Job.kind == Kind.REPORT)
    free = taken_back.values(state=JobState.WAITING, lease=None, lease_until=None)
    await holding.tools.database.run(lambda s: s.execute(free))
    await work(holding)
    sent = await report(holding)
    assert sent.state == "sent"
    assert label.folder.joinpath(sent.filename or "").stat().st_size == sent.size_bytes


async def test_a_month_that_is_told_anew_is_reported_anew(
    holding: Holding, label: Label, clock: ManualClock
) -> None:
    of = await heard(holding)
    await told(holding, of, label)
    await closed(holding)
    await work(holding)
    first = await report(holding)
    late = CLOSED + timedelta(days=3)
    clock.advance(late - CLOSED)
    await holding.tools.database.run(lambda s: book_play(s, of, step=1, at=EARLY, now=late))
    asked = Restating(period="2026-03", why="It came late.")
    await holding.tools.database.run(lambda s: restate(s, asked, now=late))

    await work(holding)

    kept, second = await reports(holding)
    assert (kept.id, kept.sha256, kept.state) == (first.id, first.sha256, "sent")
    assert (second.number, second.replaces, second.state) == (2, first.message_id, "sent")
    assert second.message_id != first.message_id
    text = gzip.decompress(label.folder.joinpath(second.filename or "").read_bytes()).decode()
    assert f"# Replaces MessageId {first.message_id}" in text
    assert len(label.files()) == 4


async def test_a_report_that_is_asked_for_while_one_is_sent_is_sent_after_it(
    holding: Holding, label: Label
) -> None:
    recipient = await told(holding, await heard(holding), label)
    await closed(holding)
    by = await person(holding.tools.database, Role.TREASURER)
    asking: list[asyncio.Task[SalesReport]] = []

    async def ask() -> SalesReport:
        async with holding.tools.database.begin() as session:
            return await ask_anew(session, recipient, MARCH.first_day, by, now=CLOSED)

    def hears(name: str) -> None:
        if not asking and name.endswith(".ctrl"):
            asking.append(asyncio.create_task(ask()))

    label.hears = hears
    await work(holding)
    await asyncio.gather(*asking)
    await work(holding)

    assert [(one.number, one.state) for one in await reports(holding)] == [(1, "sent"), (2, "sent")]
    assert [name.rpartition(".")[2] for name in label.written] == ["part", "ctrl"] * 2


async def test_without_a_number_of_our_own_a_report_says_so(tmp_path: Path) -> None:
    async with workshop(tmp_path, clock=ManualClock(CLOSED), books_zone=ZONE) as holding:
        await told(holding, await heard(holding), None)
        await closed(holding)

        await work(holding)

        assert "REFRAIN_DDEX_PARTY_ID" in ((await report(holding)).reason or "")


async def test_who_is_forgotten_is_told_nothing_more(holding: Holding, label: Label) -> None:
    of = await heard(holding)
    recipient = await told(holding, of, label)
    async with holding.tools.database.begin() as session:
        await erase(session, of.artist.id, now=CLOSED)

    await closed(holding)
    await work(holding)

    async with holding.tools.database.read() as session:
        row = await recipient_of(session, recipient)
    assert (row.name, row.host, row.is_active) == ("erased", None, False)
    assert await reports(holding) == []
