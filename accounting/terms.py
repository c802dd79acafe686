"""The terms of plays: dated, never edited; a play keeps those in force when it was heard."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Subquery, insert, select

from accounting.pricing import Change, Terms, changed, in_force, require_possible
from base.bulk import take_numbers
from base.database import Session
from base.errors import Refused
from base.locks import lock_alone
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.base import table_of
from catalog.models.ledger import Terms as Stored

_TERMS: Select[*tuple[Any, ...]] = select(
    *(Stored.id.label("terms_id"), Stored.valid_from, Stored.currency, Stored.prices),
    *(Stored.credit_value_micros, Stored.artist_ppm, Stored.promo_cap_micros),
)
_ALL = _TERMS.order_by(Stored.valid_from)


async def all_terms(session: Session) -> list[Terms]:
    """Answer all terms there ever were, the earliest first."""
    rows = await session.execute(_ALL)
    return [terms_in(row) for row in rows]


async def terms_at(session: Session, at: datetime) -> Terms:
    """Answer the terms that are in force at a time."""
    return in_force(await all_terms(session), at)


async def add_change(
    session: Session, change: Change, *, by: Caller | None = None, now: datetime
) -> int:
    """Write down what shall be otherwise from a time on; answer the number of those terms.

    Raises:
        Refused: as `add_terms`.

    """
    await lock_alone(session, "terms")
    before = in_force(await all_terms(session), change.valid_from)
    return await add_terms(session, changed(before, change), by=by, now=now)


async def add_terms(
    session: Session, terms: Terms, *, by: Caller | None = None, now: datetime
) -> int:
    """Write down terms that will be in force from a time on; answer their number.

    Raises:
        Refused: `bad-terms`: they begin in the past, or no later than others, or cannot be.

    """
    require_possible(terms)
    if terms.valid_from <= now:
        raise Refused("bad-terms", "What was played already keeps its terms: begin later.")
    last = max((one.valid_from for one in await all_terms(session)), default=now)
    if terms.valid_from <= last:  # those know nothing of these, and would undo them
        sentence = f"There are terms already that begin at {last:%Y-%m-%d %H:%M}: begin later."
        raise Refused("bad-terms", sentence, status=409)
    table = table_of(Stored)
    [number] = await take_numbers(session, table, 1)
    row = {**asdict(terms), "id": number, "prices": list(terms.prices)}
    await session.execute(insert(table), row)
    facts = {"valid_from": terms.valid_from.isoformat()}
    await note_act(session, by, Act.TERMS_SET, number, now=now, facts=facts)
    return number


def terms_then(at: BindParameter[datetime]) -> Subquery:
    """Answer the terms in force at a time, as part of a larger question: see `terms_in`."""
    begun = _TERMS.where(Stored.valid_from <= at)
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
