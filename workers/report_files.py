"""The file of a report: written by its form, read back, and stored under its digest.

The same report is the same file however often it is made: its head tells when it was asked for,
and what is packed has no time in it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from accounting.dsr.audio_rows import SERVICE
from accounting.dsr.financial import FINANCIAL
from accounting.dsr.label_reports import Sending, write_financial, write_table
from accounting.dsr.naming import FileName
from accounting.dsr.reading_back import check_files
from accounting.dsr.reporting import Asked, make_basic_audio
from accounting.dsr.selling import Books, books_of
from accounting.dsr.templates import template_of
from base.database import Session
from base.errors import Broken, Refused
from base.settings import Settings
from base.storage.port import key_of
from base.threads import to_the_end
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_recipients import ReportForm
from catalog.sales_reports import Made
from workers.holding import Holding

_SEVERAL = "multi"
#: As much as can be packed, at a fifth of what the best takes.
_PACKING = 6
_TSV, _CSV = ".tsv", ".csv"
_ENDING = re.compile(r"\.(tsv|tsv\.gz|csv)$")
#: What the name ends in of the empty file that says that a report is there.
SEMAPHORE = ".ctrl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be made, for whom, by whom, and where there is room for it."""

    settings: Settings
    report: SalesReport
    recipient: ReportRecipient
    folder: Path

    @property
    def account_sending(self) -> Sending:
        """What the report says of itself."""
        report, recipient = self.report, self.recipient
        kind = "Sales" if recipient.form == ReportForm.FINANCIAL else "Table"
        return Sending(
            message_id=report.message_id,
            number=report.number,
            replaces=report.replaces or "",
            created_at=report.asked_at,
            sender_id=self.settings.ddex_party_id,
            sender=self.settings.reports_sender,
            # Two reports of one month to one recipient are never called the same.
            service=f"{SERVICE}-{kind}",
            recipient_id=recipient.dpid,
            recipient=recipient.name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file, what it is called where it goes to, and what it comes to."""

    path: Path
    filename: str
    sums: Mapping[str, Any]


async def make_file(holding: Holding, report: SalesReport, recipient: ReportRecipient) -> Made:
    """Make the file of a report and store it.

    Raises:
        Refused: `report-sender-unknown`, `report-differs`, `period-not-closed`, …: it cannot be.
        Broken: what was written, or what it was written from, is not as it must be.

    """
    tools, form = holding.tools, ReportForm(recipient.form)
    if form is not ReportForm.CSV and not tools.settings.ddex_party_id:
        raise Refused(
            "report-sender-unknown",
            "A report of DDEX names its sender: set REFRAIN_DDEX_PARTY_ID to our DPID.",
        )
    with holding.folder() as folder:
        task = Task(settings=tools.settings, report=report, recipient=recipient, folder=folder)
        async with tools.database.snapshot() as session:
            written = await _WRITERS[form](session, task)
        digest = await to_the_end(_digest, written.path)
        ending = written.filename.removeprefix(stem_of(written.filename))
        key = key_of("reports", digest, ending)
        stored = await holding.claims.store_file(key, written.path, sha256=digest)
    return Made(
        filename=written.filename,
        storage_key=key,
        size_bytes=stored.size_bytes,
        sha256=digest,
        sums=written.sums,
    )


def stem_of(filename: str) -> str:
    """Answer the name of a file without what it ends in."""
    return _ENDING.sub("", filename)


def semaphore_of(filename: str) -> str:
    """Answer what the empty file is called that says that a report is there."""
    return FileName.parse(f"{stem_of(filename)}{_TSV}").semaphore


async def _basic_audio(session: Session, task: Task) -> Written:
    report, recipient = task.report, task.recipient
    asked = Asked(
        month=f"{report.month:%Y-%m}",
        zone=task.settings.books_zone,
        message_id=report.message_id,
        created_at=report.asked_at,
        sender_id=task.settings.ddex_party_id,
        sender=task.settings.reports_sender,
        recipient_id=recipient.dpid,
        recipient=recipient.name,
        account_id=recipient.account_id,
        is_packed=True,
    )
    made = await make_basic_audio(session, asked, task.folder)
    [path] = made.files
    return Written(path=path, filename=path.name, sums=made.sums)


async def _financial(session: Session, task: Task) -> Written:
    books, sending = await _books(session, task), task.account_sending
    name = str(_name(task, sending, is_packed=True))
    path = task.folder / name

    def set_aside() -> IO[bytes]:
        return tempfile.TemporaryFile(dir=task.folder)

    with path.open("xb") as file, ExitStack() as stack:
        # Without a name or a time in it, so that the same report is the same bytes.
        packed = stack.enter_context(gzip.GzipFile("", "wb", _PACKING, file, mtime=0))
        out: IO[bytes] = packed  # type: ignore[assignment] # which is all of it that is asked for
        sums = await write_financial(session, books, sending, out, open_body=set_aside)
    checked, faults = await to_the_end(check_files, [path], [FINANCIAL])
    found = [*(one for each in checked for one in each.findings), *faults]
    if found:
        raise Broken("dsr-differs", f"What was written is wrong: {found[0].text}")
    return Written(path=path, filename=name, sums=sums)


async def _table(session: Session, task: Task) -> Written:
    books, sending = await _books(session, task), task.account_sending
    name = f"{stem_of(str(_name(task, sending, is_packed=False)))}{_CSV}"
    template = template_of(task.recipient.template or {})
    path = task.folder / name
    with path.open("xb") as file:
        sums = await write_table(session, books, sending, file, template=template)
    return Written(path=path, filename=name, sums=sums)


async def _books(session: Session, task: Task) -> Books:
    if task.recipient.account_id is None:
        raise Refused("report-recipient-unfit", "What is earned is told of one account: name it.")
    return await books_of(session, task.recipient.account_id, f"{task.report.month:%Y-%m}")


def _name(task: Task, sending: Sending, *, is_packed: bool) -> FileName:
    return FileName(
        recipient=task.recipient.dpid,
        sender=sending.sender_id,
        service=sending.service,
        period=f"{task.report.month:%Y-%m}",
        territory=_SEVERAL,
        created_at=sending.created_at,
        is_packed=is_packed,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_WRITERS: Mapping[ReportForm, Callable[[Session, Task], Awaitable[Written]]] = {
    ReportForm.BASIC_AUDIO: _basic_audio,
    ReportForm.FINANCIAL: _financial,
    ReportForm.CSV: _table,
}
