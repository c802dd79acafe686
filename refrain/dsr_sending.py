"""Reports of sales on a terminal: who gets them, what became of them, their files, and our key."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from rich.table import Table

from accounting.dsr.templates import template_of
from accounting.months import month_named
from base.errors import Refused
from base.settings import Settings
from base.storage.port import Key
from base.ticket_secrets import ticket_secrets
from base.tools import open_tools
from catalog.models.sales_reports import ReportRecipient, SalesReport
from catalog.report_keys import report_key
from catalog.report_recipients import (
    Place,
    Recipient,
    ReportForm,
    add_recipient,
    change_recipient,
    recipient_of,
    recipients,
)
from catalog.sales_reports import Wanted, ask_anew, report_of, reports, send_again
from refrain.output import say, say_table
from refrain.treasurers import treasurer
from stream.api.report_documents import recipient_document, report_document

_MOST = 1_000
_PLACE = re.compile(r"(?P<user>[^@]+)@(?P<host>[^@/:]+)(:(?P<port>[0-9]{1,5}))?(/(?P<folder>.*))?")
#: A line of a file of known hosts, or a public key by itself.
_KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa)-\S+ [A-Za-z0-9+/=]+)")
Told = tuple[SalesReport, ReportRecipient]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of somebody who gets reports."""

    name: str
    dpid: str
    form: ReportForm
    account: UUID | None
    template: Path | None
    sftp: str
    host_key: Path | None
    is_active: bool = True

    def recipient(self) -> Recipient:
        """Answer it as a value.

        Raises:
            Refused: `report-place-unfit`, `report-recipient-unfit`, `report-template-unfit`.

        """
        template = None
        if self.template is not None:
            try:
                template = json.loads(self.template.read_text())
            except ValueError as error:
                raise Refused("report-template-unfit", f"That is no JSON: {error}.") from error
            template_of(template)
        return Recipient(
            account_id=self.account,
            name=self.name,
            dpid=self.dpid,
            form=self.form,
            template=template,
            place=self._place() if self.sftp else None,
            is_active=self.is_active,
        )

    def _place(self) -> Place:
        found = _PLACE.fullmatch(self.sftp)
        key = None if self.host_key is None else _KEY.search(self.host_key.read_text())
        if found is None or key is None:
            raise Refused(
                "report-place-unfit",
                "Say where as USER@HOST:PORT/FOLDER, and give the key of the host with --host-key: "
                "a file as `ssh-keyscan -t ed25519 HOST` prints it.",
            )
        return Place(
            host=found["host"],
            user=found["user"],
            port=int(found["port"] or 22),
            folder=found["folder"] or ".",
            host_key=key[1],
        )


async def list_recipients(settings: Settings) -> Sequence[ReportRecipient]:
    """Answer who gets reports, the newest first."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return await recipients(session, limit=_MOST)


async def add_one(settings: Settings, said: Said, *, token: str) -> ReportRecipient:
    """Have somebody told."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            add_recipient, said=said.recipient(), by=who, key=str(uuid4()), now=tools.clock()
        )
        return await tools.database.run(step)


async def change_one(
    settings: Settings, recipient_id: UUID, said: Said, *, token: str
) -> ReportRecipient:
    """Tell somebody otherwise."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            change_recipient,
            recipient_id=recipient_id,
            said=said.recipient(),
            by=who,
            now=tools.clock(),
        )
        return await tools.database.run(step)


async def list_reports(
    settings: Settings, recipient_id: UUID | None, *, limit: int
) -> Sequence[Told]:
    """Answer reports, the newest first."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return await reports(session, Wanted(recipient_id=recipient_id), limit=limit)


async def ask_for(settings: Settings, recipient_id: UUID, month: str, *, token: str) -> Told:
    """Ask for a report of a month."""
    first_day = month_named(month, settings.books_zone).first_day
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            ask_anew, recipient_id=recipient_id, month=first_day, by=who, now=tools.clock()
        )
        row = await tools.database.run(step)
        async with tools.database.read() as session:
            return row, await recipient_of(session, row.recipient_id)


async def send_one(settings: Settings, report_id: UUID, *, token: str) -> Told:
    """Send a report once more."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(send_again, report_id=report_id, by=who, now=tools.clock())
        row = await tools.database.run(step)
        async with tools.database.read() as session:
            return row, await recipient_of(session, row.recipient_id)


async def fetch_one(settings: Settings, report_id: UUID, out: Path) -> None:
    """Put the file of a report into a folder.

    Raises:
        Refused: `report-unknown`, `report-still-due`.

    """
    async with open_tools(settings) as tools:
        async with tools.database.read() as session:
            report = await report_of(session, report_id)
        if report.storage_key is None:
            raise Refused("report-still-due", "This report is still to be made.", status=409)
        path = _place_in(out, report)
        with path.open("wb") as file:
            async for part in tools.storage.read(Key(report.storage_key)):
                file.write(part)
    say(str(path))


def _place_in(out: Path, report: SalesReport) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    return out / (report.filename or report.message_id)


async def show_key(settings: Settings) -> None:
    """Print our public key."""
    async with open_tools(settings) as tools:
        step = partial(report_key, secret=ticket_secrets(settings)[0], now=tools.clock())
        say((await tools.database.run(step)).public)


def say_recipients(rows: Sequence[ReportRecipient], *, as_json: bool) -> None:
    """Print who gets reports, for scripts or for people."""
    if as_json:
        for one in rows:
            say(recipient_document(one).model_dump_json())
        return
    table = Table("id", "name", "DPID", "form", "account", "sent to", "active")
    for one in rows:
        where = f"{one.user}@{one.host}:{one.port}/{one.folder}" if one.host else "fetched"
        account = str(one.account_id or "all")
        state = "yes" if one.is_active else "no"
        table.add_row(str(one.id), one.name, one.dpid, one.form, account, where, state)
    say_table(table)


def say_reports(found: Sequence[Told], *, as_json: bool) -> None:
    """Print reports, for scripts or for people."""
    if as_json:
        for one in found:
            say(report_document(*one).model_dump_json())
        return
    table = Table("id", "month", "no", "to", "form", "state", "why")
    for report, recipient in found:
        month, number = f"{report.month:%Y-%m}", str(report.number)
        why = report.reason or ""
        table.add_row(
            str(report.id), month, number, recipient.name, recipient.form, report.state, why
        )
    say_table(table)
