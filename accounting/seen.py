"""What every page asks of who is signed in, at once: their head, their credit, and the terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, true

from accounting.books import credit_of
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.terms import terms_in, terms_then
from base.database import Instant, Session
from catalog.callers import Caller
from catalog.heads import HEAD, PERSON, Head, head_in, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is said of somebody, what they have to spend, in milli-credits, and what plays cost."""

    head: Head
    balance: int
    terms: Terms


async def seen_of(session: Session, caller: Caller, *, now: datetime) -> Seen:
    """Answer what pages say of a caller, and the terms that are in force."""
    row = (await session.execute(_QUESTION, {**told_of(caller), "now": now})).one()
    balance = row.credit_micros // MICROS_PER_MILLICREDIT
    return Seen(head=head_in(row), balance=balance, terms=terms_in(row))


_NOW: BindParameter[datetime] = bindparam("now", type_=Instant())
_TERMS = terms_then(_NOW)
_QUESTION = HEAD.add_columns(credit_of(PERSON.id, now=_NOW).label("credit_micros"), _TERMS).join(
    _TERMS, true()
)
