"""What a play session has come to, asked in one question: every heartbeat is answered so."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Executable, and_, bindparam, select

from accounting.books import balance_of_account
from accounting.settlement import MICROS_PER_MILLICREDIT
from base.database import Session
from catalog.models.plays import Counter, Play, PlaySession
from catalog.plays import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The step and price that a session was counted at, 0 if it was not, and what is left.

    Prices and the balance are in milli-credits.
    """

    step: int
    price: int
    standing: Standing
    balance: int


async def outcome_of(session: Session, play_id: UUID) -> Outcome:
    """Answer what a session that is there has come to."""
    row = (await session.execute(_QUESTION, {"play": play_id})).one()
    return Outcome(
        step=row.step or 0,
        price=row.price_millicredits or 0,
        standing=Standing(plays=row.plays or 0, owned_at=row.owned_at),
        balance=(row.balance_micros or 0) // MICROS_PER_MILLICREDIT,
    )


def _question() -> Executable:
    pair = (
        Counter.listener_id == PlaySession.listener_id,
        Counter.recording_id == PlaySession.recording_id,
    )
    return (
        select(
            *(Play.step, Play.price_millicredits, Counter.plays, Counter.owned_at),
            balance_of_account(PlaySession.listener_id).label("balance_micros"),
        )
        .select_from(PlaySession)
        .outerjoin(Play, Play.session_id == PlaySession.id)
        .outerjoin(Counter, and_(*pair))
        .where(PlaySession.id == bindparam("play"))
    )


_QUESTION = _question()
