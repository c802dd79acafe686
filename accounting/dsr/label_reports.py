"""The report of a month to a label, written: what it earned, as the profile or as its own table.

It is written row by row, and compared with the books and the statements of the month before
anybody gets it: a report that comes to something else does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import IO, Any
from zoneinfo import ZoneInfo

from accounting.dsr.financial import FINANCIAL, Around, sale_lines, summary_line
from accounting.dsr.lines import COMMENT, escaped
from accounting.dsr.profiles import Head
from accounting.dsr.selling import Books, beside_sales, house_sales, sales_of, sums_booked
from accounting.dsr.sold import Context, Sale, Summary, differences, sums_told
from accounting.dsr.templates import About, Row, Table, Template
from accounting.dsr.writing import Report
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused
from base.threads import to_the_end

#: What is said of the report that another replaces.
REPLACES = "Replaces MessageId"
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a report is: by which number, from whom, to whom, and what it replaces; "": nothing."""

    message_id: str
    number: int
    replaces: str
    created_at: datetime
    sender_id: str
    sender: str
    service: str
    recipient_id: str
    recipient: str


@dataclass(slots=True)
class _Sums:
    """Summaries while rows are written: each has its number, in the order in which they came."""

    summaries: dict[Context, Summary] = field(default_factory=dict)
    numbers: dict[Context, int] = field(default_factory=dict)

    def of(self, context: Context) -> Summary:
        """Answer the summary of a context, which may be new."""
        if context not in self.summaries:
            self.numbers[context] = len(self.numbers) + 1
            self.summaries[context] = Summary()
        return self.summaries[context]


async def write_financial(
    session: Session,
    books: Books,
    sending: Sending,
    out: IO[bytes],
    *,
    open_body: Callable[[], IO[bytes]],
) -> dict[str, Any]:
    """Write a month in the financial profile; answer what it comes to.

    `open_body` answers an empty file that can be written and read again.

    Raises:
        Refused: `report-differs`, 409.

    """
    report, sums, since, until = Report(FINANCIAL, open_body), _Sums(), *days_of(books)
    try:
        if sending.replaces:
            report.add([f"{COMMENT} {REPLACES} {escaped(sending.replaces)}"])
        rows = 0
        async for sales in sales_of(session, books):
            lines = []
            for sale in sales:
                rows += 1
                sums.of(sale.context).add(sale)
                lines += sale_lines(rows, sale, sums.numbers[sale.context])
            await to_the_end(report.add, lines)
        await _add_beside(session, books, sums)
        await require_alike(session, books, sums.summaries)
        house = await house_sales(session, books)
        summaries = [
            summary_line(
                number,
                one,
                sums.summaries[one],
                Around(since=since, until=until, house=house.get(one)),
            )
            for one, number in sums.numbers.items()
        ]
        head = _head(sending, since, until)
        await to_the_end(partial(report.write, 1, out, head=head, summaries=summaries))
    finally:
        report.close()
    return _told(sums, rows)


async def write_table(
    session: Session, books: Books, sending: Sending, out: IO[bytes], *, template: Template
) -> dict[str, Any]:
    """Write a month as a label's own table; answer what it comes to.

    Raises:
        Refused: `report-differs`, 409.

    """
    table, sums, rows = Table(template), _Sums(), 0
    about = _about(books, sending)
    await to_the_end(out.write, table.head().encode())
    async for sales in sales_of(session, books):
        lines = []
        for sale in sales:
            rows += 1
            sums.of(sale.context).add(sale)
            lines.append(table.row(_row(about, sale)))
        await to_the_end(out.write, "".join(lines).encode())
    await _add_beside(session, books, sums)
    await require_alike(session, books, sums.summaries)
    others = [
        Row(about=about, currency=context.currency, reason=section.value, amount=amount)
        for context, one in sums.summaries.items()
        for section, amount in (*one.fees, *((of, -taken) for of, taken in one.deductions))
    ]
    text = "".join(map(table.row, others)) + table.foot()
    await to_the_end(out.write, text.encode())
    return _told(sums, rows + len(others))


async def require_alike(
    session: Session, books: Books, summaries: Mapping[Context, Summary]
) -> None:
    """Refuse a report that comes to something else than the books, or the statements.

    Raises:
        Refused: `report-differs`, 409.

    """
    booked, told = await sums_booked(session, books), sums_told(books.statements)
    if found := differences(booked, told, summaries):
        raise Refused(
            "report-differs",
            f"The report of {books.name} is not what the books say, and was not made: "
            f"{'; '.join(found[:_MOST_TOLD])}.",
            status=409,
        )


def days_of(books: Books) -> tuple[date, date]:
    """Answer the first and the last day of a month, by the clocks of its zone."""
    zone = ZoneInfo(books.zone)
    first = books.starts_at.astimezone(zone).date()
    return first, date.fromordinal(books.ends_at.astimezone(zone).date().toordinal() - 1)


async def _add_beside(session: Session, books: Books, sums: _Sums) -> None:
    """Add what is of no sale; who earned nothing has a summary too, that says so."""
    for context, beside in (await beside_sales(session, books)).items():
        summary = sums.of(context)
        summary.beside.update(beside)
    if not sums.summaries:
        terms = await terms_at(session, books.starts_at)
        for currency in sorted({one.currency for one in books.statements}) or [terms.currency]:
            sums.of(Context(currency=currency))


def _head(sending: Sending, since: date, until: date) -> Head:
    return Head(
        message_id=sending.message_id,
        created_at=sending.created_at,
        since=since,
        until=until,
        sender_id=sending.sender_id,
        sender=sending.sender,
        service=sending.service,
        recipient_id=sending.recipient_id,
        recipient=sending.recipient,
    )


def _about(books: Books, sending: Sending) -> About:
    since, until = days_of(books)
    return About(
        since=since,
        until=until,
        month=books.name,
        number=sending.number,
        message_id=sending.message_id,
        replaces=sending.replaces,
        sender=sending.sender,
        recipient=sending.recipient,
    )


def _row(about: About, sale: Sale) -> Row:
    reason = "play" if sale.step else "purchase"
    return Row(about=about, sale=sale, currency=sale.currency, reason=reason, amount=sale.net)


def _told(sums: _Sums, rows: int) -> dict[str, Any]:
    """Answer what is kept beside a report of what it comes to, by currency."""
    totals: dict[str, dict[str, int]] = {}
    for context, one in sums.summaries.items():
        when = "later" if context.is_later else "total"
        of = totals.setdefault(context.currency, {"usages": 0, "returns": 0, "total": 0})
        of[when] = of.get(when, 0) + one.total
        of["usages"] += one.usages
        of["returns"] += one.returns
    return {"rows": rows, "currencies": totals}
