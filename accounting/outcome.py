"""What a play session has come to, and who reports of it: one question for each heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, select, true

from accounting.books import credit_of
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.terms import terms_in, terms_then
from base.database import Instant, Session
from catalog.callers import Caller
from catalog.credentials import CREDENTIAL, digest_of, is_valid
from catalog.models.people import Account, Token
from catalog.models.plays import Counter, Play, PlaySession
from catalog.people import KNOWN, caller_in
from catalog.plays import Standing

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The step and price that a session was counted at, 0 if it was not, and what is left.

    Prices and the balance are in milli-credits; what is next is by the terms of now.
    """

    step: int
    price: int
    standing: Standing
    terms: Terms
    balance: int

    @property
    def next_price(self) -> int:
        """What the next play costs."""
        return 0 if self.standing.owned_at else self.terms.price_after(self.standing.plays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Who reports of which session, whose row is held, and what it had come to before."""

    caller: Caller
    play: PlaySession
    outcome: Outcome


async def outcome_of(session: Session, play_id: UUID, *, now: datetime) -> Outcome:
    """Answer what a session that is there has come to."""
    question = _about(select(*_COLUMNS).select_from(PlaySession))
    return _outcome((await session.execute(question, {"play": play_id, "now": now})).one())


async def reporting(
    session: Session, token: str, play_id: UUID, *, now: datetime
) -> Reporting | None:
    """Answer who has a token, and a session, which nobody else changes until the end.

    Nothing, where either is not known.
    """
    asked = {"play": play_id, "token": digest_of(token), "now": now}
    row = (await session.execute(_REPORTING, asked)).one_or_none()
    if row is None:
        return None
    return Reporting(
        caller=caller_in(row),
        play=row.PlaySession,
        outcome=_outcome(row),
    )


def _outcome(row: Row[*Columns]) -> Outcome:
    return Outcome(
        step=row.step or 0,
        price=row.price_millicredits or 0,
        standing=Standing(plays=row.plays or 0, owned_at=row.owned_at),
        terms=terms_in(row),
        balance=row.credit_micros // MICROS_PER_MILLICREDIT,
    )


_NOW: BindParameter[datetime] = bindparam("now", type_=Instant)
_TERMS = terms_then(_NOW)
_COLUMNS = (
    *(_TERMS, Play.step, Play.price_millicredits, Counter.plays, Counter.owned_at),
    credit_of(PlaySession.listener_id, now=_NOW).label("credit_micros"),
)


def _about(query: Select[*Columns]) -> Select[*Columns]:
    pair = (
        Counter.listener_id == PlaySession.listener_id,
        Counter.recording_id == PlaySession.recording_id,
    )
    return (
        query.outerjoin(Play, Play.session_id == PlaySession.id)
        .outerjoin(Counter, and_(*pair))
        .join(_TERMS, true())
        .where(PlaySession.id == bindparam("play"))
    )


_REPORTING = _about(
    select(PlaySession, *KNOWN, *CREDENTIAL, *_COLUMNS)
    .select_from(PlaySession)
    .join(Token, and_(Token.digest == bindparam("token"), is_valid(_NOW)))
    .join(Account, Account.id == Token.account_id)
).with_for_update(of=PlaySession)
