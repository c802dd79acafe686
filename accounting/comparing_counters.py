"""Counters against what was paid for and not given back: plays, and what was bought outright.

What was paid for in an earlier house counts as it came over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from accounting.comparing import MOST, Columns, differing
from accounting.discrepancy import Discrepancy
from accounting.pricing import Terms
from accounting.terms import all_terms
from base.database import Session
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCounter
from catalog.models.ledger import LedgerTxn
from catalog.models.plays import Counter, Play
from catalog.models.purchases import Purchase

_UNDONE = table_of(LedgerTxn).alias("undone")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


async def verify_counters(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare counters with plays and purchases."""
    counted = _counted(await all_terms(session))
    for check in (_counters, _uncounted):
        for one in await check(session, counted):
            yield one


async def _counters(session: Session, counted: CTE) -> list[Discrepancy]:
    query = select(Counter.listener_id, Counter.recording_id).outerjoin(counted, _same(counted))
    return await differing(
        session,
        query,
        {
            "plays": Counter.plays == func.coalesce(counted.c.step, 0),
            "owned_at": case(
                (counted.c.at.is_not(None), Counter.owned_at == counted.c.at),
                else_=Counter.owned_at.is_(None),
            ),
        },
        lambda row, names: _counter(row, f"is not what was paid for and kept: {names} differ."),
    )


async def _uncounted(session: Session, counted: CTE) -> list[Discrepancy]:
    """Find what was paid for and no counter counts."""
    query = select(counted.c.listener_id, counted.c.recording_id)
    missing = query.outerjoin(Counter, _same(counted)).where(Counter.listener_id.is_(None))
    rows = await session.execute(missing.limit(MOST))
    return [_counter(row, "is missing; it was paid for.") for row in rows]


def _counted(terms: Sequence[Terms]) -> CTE:
    """Answer the highest step of each listener and recording, and since when they own it."""
    steps = {one.id: one.steps for one in terms}
    all_steps = case(steps, value=Play.terms_id, else_=terms[0].steps)
    owned_at = case((Play.step >= all_steps, Play.settled_at))
    plays = _kept(Play, Play.step, owned_at, txn_id=Play.txn_id)
    bought = _kept(Purchase, Purchase.last_step, Purchase.bought_at, txn_id=Purchase.txn_id)
    earlier = select(
        *(EarlierCounter.listener_id, EarlierCounter.recording_id),
        *(EarlierCounter.plays.label("step"), EarlierCounter.owned_at.label("at")),
    )
    each = union_all(plays.where(Play.step > 0), bought, earlier).subquery()
    query = select(
        *(each.c.listener_id, each.c.recording_id),
        *(func.max(each.c[name]).label(name) for name in ("step", "at")),
    )
    return query.group_by(each.c.listener_id, each.c.recording_id).cte("counted")


def _kept(
    model: type[Play | Purchase], step: Column, at: Column, *, txn_id: Column
) -> Select[*Columns]:
    """Answer what was not given back."""
    query = select(model.listener_id, model.recording_id, step.label("step"), at.label("at"))
    undone = and_(_UNDONE.c.reverses == txn_id, _UNDONE.c.reverses != 0)
    return query.outerjoin(_UNDONE, undone).where(_UNDONE.c.id.is_(None))


def _same(counted: CTE) -> ColumnElement[bool]:
    return and_(
        counted.c.listener_id == Counter.listener_id,
        counted.c.recording_id == Counter.recording_id,
    )


def _counter(row: Row[*Columns], sentence: str) -> Discrepancy:
    listener, recording = row[:2]
    return Discrepancy(
        code="counter-differs",
        subject=f"counter:{listener}:{recording}",
        sentence=f"The counter of listener {listener} for recording {recording} {sentence}",
    )
