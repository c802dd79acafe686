"""The terms of plays: dated, never edited; a play keeps those in force when it was heard."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Subquery, select

from accounting.pricing import Terms, in_force
from base.database import Session
from catalog.models.ledger import Terms as Stored


async def all_terms(session: Session) -> list[Terms]:
    """Answer all terms there ever were, the earliest first."""
    rows = await session.execute(_terms().order_by(Stored.valid_from))
    return [terms_in(row) for row in rows]


async def terms_at(session: Session, at: datetime) -> Terms:
    """Answer the terms that are in force at a time."""
    return in_force(await all_terms(session), at)


def terms_then(at: BindParameter[datetime]) -> Subquery:
    """Answer the terms in force at a time, as part of a larger question: see `terms_in`."""
    begun = _terms().where(Stored.valid_from <= at)
    return begun.order_by(Stored.valid_from.desc()).limit(1).subquery()


def terms_in(row: Row[*tuple[Any, ...]]) -> Terms:
    """Answer the terms that a row tells, beside whatever else it does."""
    return Terms(
        id=row.terms_id,
        valid_from=row.valid_from,
        currency=row.currency,
        prices=tuple(row.prices),
        credit_value_micros=row.credit_value_micros,
        artist_ppm=row.artist_ppm,
        promo_cap_micros=row.promo_cap_micros,
    )


def _terms() -> Select[*tuple[Any, ...]]:
    return select(
        *(Stored.id.label("terms_id"), Stored.valid_from, Stored.currency, Stored.prices),
        *(Stored.credit_value_micros, Stored.artist_ppm, Stored.promo_cap_micros),
    )
