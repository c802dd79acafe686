"""A label's month as reports tell it: each row of it in the books, each sum in its statement."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from accounting.advances import Grant, approve_advance, grant
from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.closing import close
from accounting.dsr.checking import Checked, Checker, faults_of
from accounting.dsr.financial import BOOKED_LATER, FINANCIAL, SALE, SPECIFIC, SUMMARY
from accounting.dsr.label_reports import REPLACES, Sending, write_financial, write_table
from accounting.dsr.lines import cells_of
from accounting.dsr.profiles import Record
from accounting.dsr.selling import books_of
from accounting.dsr.templates import Template, template_of
from accounting.journal import post, reversal_of
from accounting.lots import LotKind
from accounting.month_end import settle_month
from accounting.months import month_named
from accounting.restating import Restating, restate
from accounting.statements import DEDUCTIONS, EARNINGS, Section, Statement
from accounting.told import Which, statement_of
from base.database import Database, Session
from base.errors import Refused
from catalog.models.ledger import LedgerEntry
from catalog.models.music import Track
from catalog.roles import Role
from catalog.states import TrackState
from tests.support.books import Song, artists_part, book_play, song, worth_of
from tests.support.catalog import person
from tests.support.credit import credited
from tests.support.tampering import unguard

ZONE = "Europe/Berlin"
MARCH = month_named("2026-03", ZONE)
EARLY = MARCH.starts_at + timedelta(days=3)
LATER = MARCH.ends_at + timedelta(days=5)
SENDING = Sending(
    message_id="2026-03-1-abc",
    number=1,
    replaces="",
    created_at=MARCH.ends_at,
    sender_id="PADPIDA2020010101X",
    sender="Kooperativ",
    service="StreamToOwn",
    recipient_id="PADPIDA2020010102Y",
    recipient="A label",
)


@dataclass(frozen=True)
class Written:
    """A report in the financial profile, read again."""

    checked: Checked
    records: list[Record]
    text: str
    sums: Mapping[str, Any]

    def of(self, kind: str) -> list[Record]:
        return [one for one in self.records if one.shape.kind == kind]


async def closed(database: Database) -> None:
    await close(database, "2026-03", zone=ZONE, clock=lambda: MARCH.ends_at, settle=settle_month)


async def financial(database: Database, of: Song, sending: Sending = SENDING) -> Written:
    out = io.BytesIO()
    async with database.snapshot() as session:
        books = await books_of(session, of.artist.id, "2026-03")
        sums = await write_financial(session, books, sending, out, open_body=io.BytesIO)
    checker, text = Checker([FINANCIAL]), out.getvalue().decode()
    records = []
    for line in text.splitlines():
        checker.take(line)
        if not line.startswith("#"):
            cells = cells_of(line)
            records.append(FINANCIAL.shapes[cells[0][0]].record(cells)[0])
    checked = checker.end()
    assert [*checked.findings, *faults_of([checked])] == []
    return Written(checked=checked, records=records, text=text, sums=sums)


async def table(
    database: Database, of: Song, template: Template, sending: Sending = SENDING
) -> str:
    out = io.BytesIO()
    async with database.snapshot() as session:
        books = await books_of(session, of.artist.id, "2026-03")
        await write_table(session, books, sending, out, template=template)
    return out.getvalue().decode()


async def statement(database: Database, of: Song) -> Statement:
    async with database.read() as session:
        return await statement_of(session, Which(payee_id=str(of.artist.id), period="2026-03"))


def owed_of(told: Statement) -> int:
    return sum(line.amount for line in told.of(*EARNINGS, *DEDUCTIONS))


async def a_month(database: Database) -> Song:
    """Let a song be heard at several steps, bought, given back; on an advance; and close it."""
    of = await song(database)
    for step, territory in ((1, "DE"), (1, "DE"), (2, "AT"), (9, None)):
        await database.run(
            lambda s, step=step, territory=territory: book_play(
                s, of, step=step, at=EARLY, territory=territory
            )
        )
    wrong = await database.run(lambda s: book_play(s, of, step=3, at=EARLY))
    await undo(database, wrong, at=EARLY + timedelta(days=1))
    buyer = await person(database, Role.LISTENER)
    await credited(database, buyer, 2_000, kind=LotKind.PAID)
    await database.run(lambda s: _buy(s, of, buyer.id))
    one, other = await person(database, Role.TREASURER), await person(database, Role.TREASURER)
    said = Grant(payee_id=of.artist.id, currency="EUR", amount=500_000, key="a", recoup_ppm=250_000)
    lent = await database.run(lambda s: grant(s, said, one, now=EARLY))
    await database.run(lambda s: approve_advance(s, lent.id, other, now=EARLY))
    await closed(database)
    return of


async def _buy(session: Session, of: Song, buyer: UUID) -> None:
    heard = update(Track).where(Track.id == of.track_id)
    await session.execute(heard.values(state=TrackState.COMPLETE))
    order = Order(
        key="buy",
        asked="track",
        listener_id=buyer,
        payer_id=buyer,
        articles=[await article_of(session, of.track_id)],
        territory="DE",
    )
    await buy(session, order, now=EARLY)


async def undo(database: Database, txn_id: int, *, at: datetime) -> None:
    async def work(session: Session) -> None:
        one = await reversal_of(session, txn_id, key=f"undo:{txn_id}", occurred_at=at, facts={})
        await post(session, [one], now=at)

    await database.run(work)


async def test_a_month_in_the_financial_profile_comes_to_what_the_statement_says(
    database: Database,
) -> None:
    of = await a_month(database)

    written, told = await financial(database, of), await statement(database, of)

    rows = {
        (row.text("PriceType"), row.text("TotalUsages"), row.text("Returns")): row
        for row in written.of(SALE.kind)
    }
    assert rows.keys() == {
        ("Step1", "2", "0"),
        ("Step2", "1", "0"),
        ("Step3", "1", "1"),
        ("Step9", "1", "0"),
        ("Outright", "1", "0"),
    }
    first = rows["Step1", "2", "0"]
    assert first.micros("AllocatedRevenueInCurrencyOfAccounting") == 2 * artists_part(1)
    assert first.micros("PriceConsumerPaidExcSalesTaxInCurrencyOfTransaction") == worth_of(1)
    assert first.text("RightSharePercentage") == "70"
    assert first.text("DspResourceId") == str(of.recording_id)
    taken_back = rows["Step3", "1", "1"]
    assert taken_back.micros("AllocatedNetRevenueInCurrencyOfAccounting") == 0
    summaries = written.of(SUMMARY.kind)
    totals = [one.micros("FinalTotalAmountInCurrencyOfAccounting") for one in summaries]
    assert sum(totals) == owed_of(told) > 0
    recouped = [-line.amount for line in told.of(Section.RECOUPMENT)]
    [deducting] = [one for one in summaries if one.texts["DeductionType"]]
    assert deducting.texts["DeductionType"] == ["AdvanceRecoupment"]
    assert deducting.micros("DeductionsInCurrencyOfAccounting") == sum(recouped) > 0
    assert {(one.text("Territory"), one.text("UseType")) for one in summaries} == {
        ("DE", "OnDemandStream"),
        ("AT", "OnDemandStream"),
        ("Worldwide", "OnDemandStream"),
        ("DE", "PermanentDownload"),
    }
    assert written.sums["currencies"]["EUR"]["total"] == owed_of(told)


async def test_what_was_booked_since_is_told_apart_in_the_report_that_replaces_the_first(
    database: Database,
) -> None:
    of = await song(database)
    false_one = await database.run(lambda s: book_play(s, of, step=3, at=EARLY))
    await closed(database)
    first = await financial(database, of)
    await undo(database, false_one, at=LATER)
    await database.run(lambda s: book_play(s, of, step=1, at=EARLY, now=LATER))
    asked = Restating(period="2026-03", why="A farm.")
    [told] = await database.run(lambda s: restate(s, asked, now=LATER))

    second = await financial(
        database,
        of,
        replace(SENDING, message_id="2026-03-2-abc", number=2, replaces="2026-03-1-abc"),
    )

    assert f"\n# {REPLACES} 2026-03-1-abc\n" in second.text
    later = [one for one in second.of(SUMMARY.kind) if one.texts["CalculationType"]]
    assert {one.text("CalculationType") for one in later} == {BOOKED_LATER}
    totals = [one.micros("FinalTotalAmountInCurrencyOfAccounting") for one in later]
    assert sum(totals) == told.restated - told.closing == artists_part(1) - artists_part(3)
    assert [one.text("DealSpecificCell") for one in second.of(SPECIFIC.kind)] == [BOOKED_LATER] * 2
    assert first.of(SALE.kind)[0].texts == second.of(SALE.kind)[0].texts
    assert second.sums["currencies"]["EUR"]["later"] == sum(totals)


async def test_a_report_that_differs_from_the_statement_is_not_made(database: Database) -> None:
    of = await song(database)
    txn = await database.run(lambda s: book_play(s, of, step=2, at=EARLY))
    await closed(database)
    await database.run(lambda s: unguard(s, "ledger_entries"))
    change = update(LedgerEntry).where(LedgerEntry.txn_id == txn, LedgerEntry.amount < 0)
    await database.run(lambda s: s.execute(change.values(amount=LedgerEntry.amount - 1)))

    with pytest.raises(Refused, match=r"report-differs.*plays in EUR") as refused:
        await financial(database, of)

    assert str(artists_part(2) + 1) in refused.value.sentence


async def test_who_earned_nothing_is_told_so_by_a_report_without_rows(database: Database) -> None:
    of, other = await song(database), await song(database, content=b"another")
    await database.run(lambda s: book_play(s, other, step=2, at=EARLY))
    await closed(database)

    written = await financial(database, of)

    assert written.of(SALE.kind) == []
    [summary] = written.of(SUMMARY.kind)
    assert summary.text("FinalTotalAmountInCurrencyOfAccounting") == "0"
    assert summary.text("Usages") == "0"


async def test_a_month_that_is_open_is_not_reported(database: Database) -> None:
    of = await song(database)
    await database.run(lambda s: book_play(s, of, step=2, at=EARLY))

    with pytest.raises(Refused, match="period-not-closed"):
        await financial(database, of)


async def test_a_labels_own_table_comes_to_the_statement_too(database: Database) -> None:
    of = await a_month(database)
    told = await statement(database, of)
    template = template_of(
        {
            "columns": [
                {"name": "Konto", "text": "4711"},
                {"name": "Grund", "field": "reason"},
                {"name": "Titel", "field": "title"},
                {"name": "Menge", "field": "net_usages"},
                {"name": "Betrag", "field": "amount"},
                {"name": "W\u00e4hrung", "field": "currency"},
                {"name": "Von", "field": "period_start"},
                {"name": "Bis", "field": "period_end"},
            ],
            "delimiter": ";",
            "decimal": ",",
            "days": "DD.MM.YYYY",
            "places": 6,
            "has_totals": True,
        }
    )

    head, *rows, total = csv.reader(io.StringIO(await table(database, of, template)), delimiter=";")

    assert head == ["Konto", "Grund", "Titel", "Menge", "Betrag", "W\u00e4hrung", "Von", "Bis"]
    assert {row[0] for row in rows} == {"4711"}
    assert {(row[6], row[7]) for row in rows} == {("01.03.2026", "31.03.2026")}
    amounts = [Decimal(row[4].replace(",", ".")) for row in rows]
    assert sum(amounts) * 1_000_000 == owed_of(told)
    assert [row[1] for row in rows if not row[2]] == ["recoupment"]
    assert (total[0], Decimal(total[4].replace(",", "."))) == ("Total", sum(amounts))
