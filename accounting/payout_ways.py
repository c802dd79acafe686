"""Gather what was heard and paid in a month, by listener and payee, to compare ways of payout."""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from accounting.comparison import Comparison, Heard, compare
from accounting.ledger import AccountKind, TxnKind
from accounting.months import Month
from accounting.settlement import Pair, PlayKind
from base.database import Session
from base.units import Micros
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn
from catalog.models.people import Account
from catalog.models.plays import Play

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_PLAYS = table_of(Play)
#: Where the artists' part of a play is credited, accepted or not.
_PAYEES = (AccountKind.PAYABLE, AccountKind.SUSPENSE, AccountKind.RESERVE)


async def comparison_of(session: Session, month: Month, *, currency: str) -> Comparison:
    """Compare the three ways for what was booked in a month, in one currency.

    The payee is who owns the track: what splits make of it is the same in all three. Plays that
    were refunded since are left out, and so are artists' plays of their own.
    """
    plays = await _plays(session, month)
    micros = await _paid_for_plays(session, month, currency)
    micros.update(await _paid_for_purchases(session, month, currency))
    return compare(
        Heard(listener_id=one, payee_id=other, plays=plays[one, other], micros=Micros(paid))
        for (one, other), paid in ((pair, micros[pair]) for pair in plays.keys() | micros.keys())
    )


async def names_of(session: Session, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """Answer how accounts are called."""
    query = select(Account.id, Account.name).where(Account.id.in_(sorted(accounts)))
    return {account: name for account, name in await session.execute(query)}  # noqa: C416 - rows


async def _plays(session: Session, month: Month) -> Tally[Pair]:
    query = select(Play.listener_id, Play.payee_id, func.count()).where(
        Play.settled_at >= month.starts_at,
        Play.settled_at < month.ends_at,
        Play.kind != PlayKind.OWN,
        or_(Play.txn_id.is_(None), ~_is_undone(_PLAYS.c.txn_id)),
    )
    rows = await session.execute(query.group_by(Play.listener_id, Play.payee_id))
    return Tally({(listener, payee): plays for listener, payee, plays in rows})


async def _paid_for_plays(session: Session, month: Month, currency: str) -> Tally[Pair]:
    query = (
        select(Play.listener_id, Play.payee_id, -func.sum(_ENTRIES.c.amount))
        .join(_ENTRIES, _ENTRIES.c.txn_id == Play.txn_id)
        .where(
            Play.settled_at >= month.starts_at,
            Play.settled_at < month.ends_at,
            _is_payees(currency),
            ~_is_undone(_PLAYS.c.txn_id),
        )
    )
    rows = await session.execute(query.group_by(Play.listener_id, Play.payee_id))
    return Tally({(listener, payee): int(paid) for listener, payee, paid in rows})


async def _paid_for_purchases(session: Session, month: Month, currency: str) -> Tally[Pair]:
    """Answer what was paid without a play: who, and whom, the journal says itself."""
    query = (
        select(_TXN.c.facts, -func.sum(_ENTRIES.c.amount))
        .join(_ENTRIES, _ENTRIES.c.txn_id == _TXN.c.id)
        .where(
            _TXN.c.kind == TxnKind.PURCHASE,
            _TXN.c.booked_at >= month.starts_at,
            _TXN.c.booked_at < month.ends_at,
            _is_payees(currency),
            ~_is_undone(_TXN.c.id),
        )
        .group_by(_TXN.c.id, _TXN.c.facts)
    )
    paid: Tally[Pair] = Tally()
    for text, micros in await session.execute(query):
        facts = json.loads(text)
        paid[UUID(facts["listener"]), UUID(facts["payee"])] += int(micros)
    return paid


def _is_payees(currency: str) -> ColumnElement[bool]:
    names = or_(*(_ACCOUNTS.c.name.startswith(f"{kind}:") for kind in _PAYEES))
    theirs = select(_ACCOUNTS.c.id).where(names)
    return and_(_ENTRIES.c.currency == currency, _ENTRIES.c.account_id.in_(theirs))


def _is_undone(txn_id: ColumnElement[int]) -> ColumnElement[bool]:
    undone = _TXN.alias()
    return select(undone.c.id).where(undone.c.reverses != 0, undone.c.reverses == txn_id).exists()
