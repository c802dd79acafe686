"""The job of who gets reports: makes those that are due, sends them, and looks for answers.

It is one job for each recipient, so that one thing is done for them at a time; what is to be done,
the rows of the reports say. It may die at any step, and whoever comes next goes on from there: a
file that is there as it should be is not sent twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from base.database import Session
from base.errors import Broken, RefrainError, Refused, Unavailable
from base.ssh_keys import open_ssh_key
from base.storage.port import Key
from base.ticket_secrets import ticket_secrets
from base.tools import Tools
from catalog.kinds import ATTEMPTS, Kind
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_keys import report_key
from catalog.report_recipients import Place, place_of, recipient_of
from catalog.report_states import ReportEvent, ReportState
from catalog.retrying import wait_after
from catalog.sales_reports import (
    look_again_at,
    next_to_do,
    note_made,
    note_marked,
    note_moved,
    note_trouble,
    note_uploaded,
    unanswered,
)
from workers.holding import Holding
from workers.leases import Leased, finish, held, put_off
from workers.report_answers import MOST_BYTES, Answer, answer_in, answers_among
from workers.report_desk import Desk, Parcel, reached
from workers.report_files import SEMAPHORE, make_file, semaphore_of, stem_of

log = structlog.get_logger()


async def see_to_reports(holding: Holding, leased: Leased) -> None:
    """Do what is due for a recipient, until nothing is left but to look again later.

    Who cannot be reached is tried again, each report as often as `ATTEMPTS` says.
    """
    tools, recipient_id = holding.tools, UUID(leased.subject)
    while (due := await _next(tools, recipient_id)) is not None:
        report, recipient = due
        with structlog.contextvars.bound_contextvars(report=str(report.id)):
            if report.state == ReportState.DUE:
                await _make(holding, leased, report, recipient)
            elif (wait := await _send(tools, leased, report, recipient)) is not None:
                async with tools.database.begin() as session:
                    again_at = tools.clock() + wait
                    await put_off(session, leased, until=again_at, reason="a report was not taken")
                return
    await _look(tools, leased, recipient_id)
    async with tools.database.begin() as session:
        await _end(session, leased, recipient_id, now=tools.clock())


async def _next(tools: Tools, recipient_id: UUID) -> tuple[SalesReport, ReportRecipient] | None:
    async with tools.database.read() as session:
        recipient = await recipient_of(session, recipient_id)
        report = await next_to_do(session, recipient_id)
    return None if report is None else (report, recipient)


async def _end(session: Session, leased: Leased, recipient_id: UUID, *, now: datetime) -> None:
    """End the job, or come back to it; who asks for a report meanwhile waits for this."""
    await held(session, leased)
    if await next_to_do(session, recipient_id) is not None:
        await put_off(session, leased, until=now)
    elif (again_at := await look_again_at(session, recipient_id, now=now)) is not None:
        await put_off(session, leased, until=again_at, reason="an answer is looked for")
    else:
        await finish(session, leased, now=now)


async def _make(
    holding: Holding, leased: Leased, report: SalesReport, recipient: ReportRecipient
) -> None:
    tools = holding.tools
    try:
        made = await make_file(holding, report, recipient)
    except (Refused, Broken) as error:
        log.exception("report not made")
        await _note(tools, leased, report.id, ReportEvent.FAIL, reason=error.sentence)
        return
    async with tools.database.begin() as session:
        await held(session, leased)
        await note_made(session, report.id, made, now=tools.clock())
    log.info("report made", bytes=made.size_bytes, file=made.filename)


async def _send(
    tools: Tools, leased: Leased, report: SalesReport, recipient: ReportRecipient
) -> timedelta | None:
    """Send a report; answer after which time to try again, where it could not be sent now."""
    place = place_of(recipient)
    if place is None:
        return None
    try:
        await _deliver(tools, leased, report, place)
    except (Refused, Broken) as error:
        log.exception("report not sent")
        await _note(tools, leased, report.id, ReportEvent.FAIL, reason=error.sentence)
    except Unavailable as error:
        async with tools.database.begin() as session:
            await held(session, leased)
            tries = await note_trouble(session, report.id, error.sentence)
        if tries < ATTEMPTS[Kind.REPORT]:
            log.warning("report not taken", tries=tries, why=error.sentence)
            return wait_after(tries)
        log.exception("report given up")
        await _note(tools, leased, report.id, ReportEvent.FAIL, reason=error.sentence)
    return None


async def _deliver(tools: Tools, leased: Leased, report: SalesReport, place: Place) -> None:
    """Put the file of a report where it belongs, and then say that it is there.

    Each step is written down before the next: who took the file away meanwhile is not sent it
    again, unless they moved.
    """
    name, key = report.filename or "", Key(report.storage_key or "")
    parcel = Parcel(name=name, size_bytes=report.size_bytes or 0, sha256=report.sha256 or "")
    async with _desk(tools, place) as desk:
        if report.uploaded_at is None or report.sent_to != place.address:
            async with aclosing(tools.storage.read(key)) as blocks:
                is_new = await desk.put(parcel, blocks)
            log.info("report uploaded" if is_new else "report was there", file=name)
            # What was answered to it when it was sent before is no answer to this.
            names = await desk.names()
            before = {one: names[one] for one in _answers_to(report, names)}
            async with tools.database.begin() as session:
                await held(session, leased)
                await note_uploaded(session, report.id, place, before, now=tools.clock())
        await desk.mark(semaphore_of(name))
        is_seen = semaphore_of(name) in await desk.names()
    async with tools.database.begin() as session:
        await held(session, leased)
        await note_moved(session, report.id, ReportEvent.SEND, now=tools.clock())
        if is_seen:
            await note_marked(session, report.id, now=tools.clock())
    log.info("report sent", file=name, host=place.host)


async def _look(tools: Tools, leased: Leased, recipient_id: UUID) -> None:
    """Look for answers; where that fails, it is looked again later."""
    async with tools.database.read() as session:
        waiting = await unanswered(session, recipient_id, now=tools.clock())
        place = place_of(await recipient_of(session, recipient_id))
    if not waiting or place is None:
        return
    try:
        async with _desk(tools, place) as desk:
            names = await desk.names()
            for report in waiting:
                if semaphore_of(report.filename or "") in names and report.marked_at is None:
                    async with tools.database.begin() as session:
                        await note_marked(session, report.id, now=tools.clock())
                if (answer := await _answer(desk, names, report)) is not None:
                    await _take(tools, leased, report, answer)
    except RefrainError as error:
        if error.code == "lease-lost":
            raise
        log.warning("answers could not be looked for", why=error.sentence)


async def _answer(desk: Desk, names: Mapping[str, str], report: SalesReport) -> Answer | None:
    """Answer what the recipient says of a report: what is wrong with it before anything else.

    That its semaphore is gone says something only where it was seen: some folders show nothing.
    """
    semaphore = semaphore_of(report.filename or "")
    found = [
        answer_in(await desk.read(name, most_bytes=MOST_BYTES))
        for name in _answers_to(report, names)
        if report.answered_before.get(name) != names[name]
    ]
    if refusals := [one for one in found if not one.is_taken]:
        return refusals[0]
    if found or (report.marked_at is not None and semaphore not in names):
        return Answer(is_taken=True)
    return None


def _answers_to(report: SalesReport, names: Iterable[str]) -> list[str]:
    name = report.filename or ""
    known_as = (stem_of(name), semaphore_of(name).removesuffix(SEMAPHORE), report.message_id)
    return answers_among(names, known_as)


@asynccontextmanager
async def _desk(tools: Tools, place: Place) -> AsyncIterator[Desk]:
    """Connect to where reports go, as who we are."""
    secrets = ticket_secrets(tools.settings)
    async with tools.database.begin() as session:
        kept = await report_key(session, secret=secrets[0], now=tools.clock())
    async with reached(place, open_ssh_key(kept, secrets)) as desk:
        yield desk


async def _take(tools: Tools, leased: Leased, report: SalesReport, answer: Answer) -> None:
    if not answer.is_taken:
        await _note(tools, leased, report.id, ReportEvent.REFUSE, reason=answer.says)
        log.warning("report refused", report=str(report.id), why=answer.says)
    elif report.state == ReportState.SENT:
        await _note(tools, leased, report.id, ReportEvent.ACKNOWLEDGE)
        log.info("report acknowledged", report=str(report.id))


async def _note(
    tools: Tools,
    leased: Leased,
    report_id: UUID,
    event: ReportEvent,
    *,
    reason: str | None = None,
) -> None:
    async with tools.database.begin() as session:
        await held(session, leased)
        await note_moved(session, report_id, event, now=tools.clock(), reason=reason)
