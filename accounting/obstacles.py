"""What to look at before a month is closed: what is not decided, not settled, or does not agree.

Only that it is not over stands in the way of closing. The rest would be booked in a later month, or
be told wrong and have to be told anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from accounting.months import Month
from base.database import Session
from catalog.models.payments import Adjustment
from catalog.models.payouts import Payout
from catalog.models.plays import PlaySession
from catalog.models.reconciling import Reconciliation
from catalog.payout_states import PayoutState
from catalog.states import PlayState

#: Books are reconciled every night.
_FRESH = timedelta(days=2)


class Code(StrEnum):
    """What stands in the way, or should be looked at."""

    NOT_OVER = "not-over"
    HELD_PLAYS = "held-plays"
    UNSETTLED_PLAYS = "unsettled-plays"
    OPEN_ADJUSTMENTS = "open-adjustments"
    PAYOUTS_UNDER_WAY = "payouts-under-way"
    BOOKS_DIFFER = "books-differ"
    NOT_RECONCILED = "not-reconciled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One of them, and how often; closing is refused where it is a bar."""

    code: Code
    number: int
    is_bar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was counted of a month."""

    is_over: bool
    counts: dict[Code, int]
    reconciled_at: datetime | None


SENTENCES = {
    Code.NOT_OVER: "The month is not over yet.",
    Code.HELD_PLAYS: "Plays of it are held as suspicious: decide, or they come to a later month.",
    Code.UNSETTLED_PLAYS: "Plays of it are not settled yet, which takes a moment.",
    Code.OPEN_ADJUSTMENTS: "Adjustments wait for a second person.",
    Code.PAYOUTS_UNDER_WAY: "Payouts are on their way: no bank statement has shown them yet.",
    Code.BOOKS_DIFFER: "When the books were reconciled last, figures differed that must not.",
    Code.NOT_RECONCILED: "The books were not reconciled for two days.",
}


async def standing_of(session: Session, month: Month, *, now: datetime) -> Standing:
    """Count what there is to look at before a month is closed."""
    last = await session.scalar(
        select(Reconciliation).order_by(Reconciliation.ended_at.desc()).limit(1)
    )
    of_it = PlaySession.active_at < month.ends_at
    counts = {
        Code.HELD_PLAYS: await _number(session, PlaySession.state == PlayState.HELD, of_it),
        Code.UNSETTLED_PLAYS: await _number(
            session, PlaySession.state == PlayState.QUALIFIED, of_it
        ),
        Code.OPEN_ADJUSTMENTS: await _number(session, Adjustment.approved_at.is_(None)),
        Code.PAYOUTS_UNDER_WAY: await _number(session, Payout.state == PayoutState.BOOKED),
        Code.BOOKS_DIFFER: 0 if last is None else sum(last.codes.values()),
    }
    return Standing(
        is_over=month.ends_at <= now,
        counts=counts,
        reconciled_at=None if last is None else last.ended_at,
    )


def obstacles(standing: Standing, *, now: datetime) -> Iterator[Obstacle]:
    """Answer what stands in the way, and what should be looked at."""
    if not standing.is_over:
        yield Obstacle(code=Code.NOT_OVER, number=1, is_bar=True)
    for code, number in standing.counts.items():
        if number:
            yield Obstacle(code=code, number=number)
    if standing.reconciled_at is None or standing.reconciled_at < now - _FRESH:
        yield Obstacle(code=Code.NOT_RECONCILED, number=1)


async def _number(session: Session, *which: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).where(*which)) or 0
