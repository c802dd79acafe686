"""Reconcile the books every night: all that must agree is compared, and what differs is told."""

from __future__ import annotations

from datetime import timedelta

import structlog

from accounting.payments.providers import providers_of
from accounting.provider_side import sides_of
from accounting.reconciliation import Compared
from accounting.reconciliations import note_reconciliation
from accounting.reconciling import ask, reconcile
from base.tools import Tools
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: The chain may be so far behind.
_CHAINED_WITHIN = timedelta(minutes=15)
#: For so long providers are asked again: what they learn late is found, too.
_DAYS = 4


async def reconcile_books(holding: Holding, leased: Leased) -> None:
    """Do the job of every night."""
    await compare_books(holding.tools)
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())


async def compare_books(tools: Tools) -> list[Compared]:
    """Compare all that must agree, providers too, and write down what differs.

    Raises:
        Unavailable: a provider, or the database, is away.

    """
    started_at = tools.clock()
    sides = sides_of(tools.database, providers_of(tools.settings).values())
    asked = await ask(sides, now=started_at, days=_DAYS)
    async with tools.database.read() as session:
        found = await reconcile(session, asked, now=started_at, chained_within=_CHAINED_WITHIN)
    async with tools.database.begin() as session:
        await note_reconciliation(session, found, started_at=started_at, now=tools.clock())
    for difference in (each for one in found for each in one.differences):
        log.error("the books differ", code=difference.check, why=difference.sentence)
    return found
