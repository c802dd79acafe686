"""Plays against what was booked of them.

A play that was paid for says what the facts of its transaction say; one that cost nothing, what its
session says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from accounting.comparing import MOST, counts, differing, says, uuid_text
from accounting.discrepancy import Discrepancy, about_transaction
from accounting.ledger import Account as LedgerName
from accounting.ledger import AccountKind, TxnKind
from accounting.settlement import PlayKind
from accounting.terms import all_terms
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.people import Account
from catalog.models.plays import Play, PlaySession

_TXN = table_of(LedgerTxn).c
_PERIODS = table_of(Period).c
#: A play from before there was a journal, which was paid for and booked nowhere.
_UNBOOKED = "unbooked"
_COOP = LedgerName(AccountKind.COOP_SHARE).id
#: Where the part of artists goes.
_ARTISTS = (AccountKind.PAYABLE, AccountKind.SUSPENSE)
_WHOLE = 1_000_000
_PAID = (PlayKind.PAID, PlayKind.PROMO)
_COST_NOTHING = (PlayKind.OWNED, PlayKind.OWN, PlayKind.FREE)


async def verify_plays(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare plays with their transactions, or with their sessions."""
    for check in (_paid, _priced, _shared, _unpaid, _booked_for_nothing, _unheard):
        for one in await check(session):
            yield one


async def _paid(session: Session) -> list[Discrepancy]:
    facts = _TXN.facts
    is_late = and_(
        Play.settled_at < _TXN.booked_at,
        exists().where(_PERIODS.closed_at.is_not(None), _PERIODS.ends_at == _TXN.booked_at),
    )
    query = select(Play.id, Play.txn_id).join(LedgerTxn, _TXN.id == Play.txn_id)
    return await differing(
        session,
        query,
        {
            "id": says(session, facts, "play", uuid_text(session, Play.id)),
            "session": says(session, facts, "play", uuid_text(session, Play.session_id)),
            "listener": says(session, facts, "listener", uuid_text(session, Play.listener_id)),
            "recording": says(session, facts, "recording", uuid_text(session, Play.recording_id)),
            "track": says(session, facts, "track", uuid_text(session, Play.track_id)),
            "payee": says(session, facts, "payee", uuid_text(session, Play.payee_id)),
            "kind": says(session, facts, "kind", Play.kind.expression),
            "step": counts(session, facts, "step", Play.step),
            "price": counts(session, facts, "price", Play.price_millicredits),
            "terms": counts(session, facts, "terms", func.coalesce(Play.terms_id, -1)),
            "territory": says(session, facts, "territory", Play.territory.expression),
            "deal": says(session, facts, "deal", uuid_text(session, Play.deal_id)),
            "occurred_at": Play.occurred_at == _TXN.occurred_at,
            "settled_at": or_(Play.settled_at == _TXN.booked_at, is_late),
            "transaction": _TXN.kind == TxnKind.PLAY,
        },
        lambda row, names: _play(
            row.id, f"is not what transaction {row.txn_id} was booked for: {names} differ."
        ),
    )


async def _priced(session: Session) -> list[Discrepancy]:
    """Find plays that did not cost what their terms say of their step."""
    prices = [
        and_(Play.terms_id == one.id, Play.step == step, Play.price_millicredits == price)
        for one in await all_terms(session)
        for step, price in enumerate(one.prices, start=1)
    ]
    query = select(Play.id).where(Play.txn_id.is_not(None), Play.terms_id.is_not(None))
    return [
        _play(number, "did not cost what its terms say: one or the other was changed.")
        for number in await session.scalars(query.where(~or_(false(), *prices)).limit(MOST))
    ]


async def _shared(session: Session) -> list[Discrepancy]:
    """Find plays of which artists and the co-operative did not get what their terms say."""
    is_coop = LedgerEntry.account_id == _COOP
    names = [LedgerAccount.name.like(f"{kind}:%") for kind in _ARTISTS]
    theirs = select(LedgerAccount.id).where(or_(*names))
    coop = func.sum(case((is_coop, -LedgerEntry.amount), else_=0))
    net = func.sum(-LedgerEntry.amount)
    wrong = [
        and_(
            Play.terms_id == one.id,
            func.abs(coop * _WHOLE - net * (_WHOLE - one.artist_ppm)) > _WHOLE,
        )
        for one in await all_terms(session)
    ]
    query = (
        select(Play.id)
        .join(LedgerEntry, LedgerEntry.txn_id == Play.txn_id)
        .where(or_(is_coop, LedgerEntry.account_id.in_(theirs)))
        .group_by(Play.id, Play.terms_id, LedgerEntry.currency)
        .having(or_(false(), *wrong))
        .limit(MOST)
    )
    return [
        _play(number, "was not shared as its terms say: one or the other was changed.")
        for number in await session.scalars(query)
    ]


async def _unpaid(session: Session) -> list[Discrepancy]:
    """Compare plays that cost nothing, or were booked nowhere, with their sessions."""
    is_old = Play.kind == _UNBOOKED
    query = (
        select(Play.id)
        .outerjoin(PlaySession, PlaySession.id == Play.session_id)
        .where(Play.txn_id.is_(None))
    )
    in_force = func.coalesce(Play.terms_id, -1) == await _terms_at(session)
    return await differing(
        session,
        query,
        {
            "session": PlaySession.id.is_not(None),
            "id": or_(Play.id == Play.session_id, Play.terms_id.is_(None)),
            "listener": Play.listener_id == PlaySession.listener_id,
            "recording": Play.recording_id == PlaySession.recording_id,
            "track": Play.track_id == PlaySession.track_id,
            "payee": exists().where(Account.id == Play.payee_id),
            "kind": or_(Play.kind.in_(_COST_NOTHING), is_old),
            "step": or_(Play.step == 0, is_old),
            "price": or_(Play.price_millicredits == 0, is_old),
            "terms": or_(in_force, Play.terms_id.is_(None)),
            "territory": _same(Play.territory, PlaySession.territory),
            "occurred_at": and_(
                Play.occurred_at >= PlaySession.opened_at,
                Play.occurred_at <= PlaySession.active_at,
            ),
            "settled_at": Play.settled_at >= Play.occurred_at,
        },
        lambda row, names: _play(
            row.id, f"cost nothing, and is not what its session says: {names} differ."
        ),
    )


async def _booked_for_nothing(session: Session) -> list[Discrepancy]:
    """Find plays that name a transaction that is not there, or that should name none."""
    query = select(Play.id, Play.txn_id).outerjoin(LedgerTxn, _TXN.id == Play.txn_id)
    wrong = or_(_TXN.id.is_(None), Play.kind.not_in(_PAID))
    rows = await session.execute(query.where(Play.txn_id.is_not(None), wrong).limit(MOST))
    return [
        _play(row.id, f"names transaction {row.txn_id}, which is not there, or not for it.")
        for row in rows
    ]


async def _unheard(session: Session) -> list[Discrepancy]:
    """Find transactions of plays that are not there."""
    query = select(_TXN.id).outerjoin(Play, Play.txn_id == _TXN.id)
    missing = query.where(_TXN.kind == TxnKind.PLAY, Play.id.is_(None)).limit(MOST)
    return [
        about_transaction(number, "play-missing", "is of a play that is not there.")
        for number in await session.scalars(missing)
    ]


async def _terms_at(session: Session) -> ColumnElement[int]:
    """Answer the terms in force when a play occurred."""
    first, *others = await all_terms(session)
    if not others:
        return func.coalesce(first.id, -1)
    later = [(Play.occurred_at >= one.valid_from, one.id) for one in reversed(others)]
    return case(*later, else_=first.id)


def _same(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any kind
    return or_(one == other, and_(one.is_(None), other.is_(None)))


def _play(play_id: object, sentence: str) -> Discrepancy:
    return Discrepancy(
        code="play-differs", subject=f"play:{play_id}", sentence=f"Play {play_id} {sentence}"
    )
