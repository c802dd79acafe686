"""The terms of plays: dated, never edited; a play keeps those in force when it was heard."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from base.database import Session
from catalog.models.ledger import Terms as Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What each play costs in milli-credits, what a credit is worth, and the artists' part."""

    id: int
    valid_from: datetime
    currency: str
    prices: tuple[int, ...]
    #: Of a credit that nobody paid for, in micro-units.
    credit_value_micros: int
    artist_ppm: int


async def all_terms(session: Session) -> list[Terms]:
    """Answer all terms there ever were, the earliest first."""
    rows = await session.scalars(select(Row).order_by(Row.valid_from))
    return [
        Terms(
            id=row.id,
            valid_from=row.valid_from,
            currency=row.currency,
            prices=tuple(row.prices),
            credit_value_micros=row.credit_value_micros,
            artist_ppm=row.artist_ppm,
        )
        for row in rows
    ]


def in_force(terms: Sequence[Terms], at: datetime) -> Terms:
    """Answer the terms of a time; the earliest have been in force for ever."""
    number = bisect_right(terms, at, key=lambda one: one.valid_from)
    return terms[max(0, number - 1)]
