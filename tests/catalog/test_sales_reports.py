"""Asking for reports of sales: what two do at one time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from accounting.closing import close
from accounting.months import month_named
from base.database import Database
from catalog.models.sales_reports import SalesReport
from catalog.report_recipients import Recipient, ReportForm, add_recipient
from catalog.roles import Role
from catalog.sales_reports import ask_anew
from tests.support.books import book_play, song
from tests.support.catalog import person

MARCH = month_named("2026-03", "Europe/Berlin")
CLOSED = MARCH.ends_at + timedelta(days=1)


async def test_reports_of_one_number_that_are_asked_for_at_once_have_times_of_their_own(
    database: Database,
) -> None:
    of, by = await song(database), await person(database, Role.TREASURER)
    await database.run(lambda s: book_play(s, of, step=1, at=MARCH.starts_at + timedelta(days=3)))
    await close(database, "2026-03", zone=MARCH.zone, clock=lambda: CLOSED)
    said = Recipient(
        account_id=of.artist.id, name="K", dpid="PADPIDA1", form=ReportForm.BASIC_AUDIO
    )
    async with database.begin() as session:
        rows = [await add_recipient(session, said, by, key=key, now=CLOSED) for key in "ab"]
        recipients = [row.id for row in rows]

    async def ask(recipient: UUID) -> None:
        async with database.begin() as session:
            await ask_anew(session, recipient, MARCH.first_day, by, now=CLOSED)
            # Long enough for the other to look as well.
            await asyncio.sleep(0.2)

    await asyncio.gather(*map(ask, recipients))

    async with database.read() as session:
        times = list(await session.scalars(select(SalesReport.asked_at)))
    assert len(set(times)) == len(times) == len(recipients)
