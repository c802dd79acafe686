"""What payees are owed, and what stands in the way of paying it: what a payout run begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from accounting.bank_details import details_in_force, doubtful_details
from accounting.ledger import Account, AccountKind, TxnKind, account_named
from accounting.payout_holds import payees_on_hold
from accounting.payouts import Details, Policy, Standing, months_before, payee_id_of
from base.database import Session
from base.units import Micros
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.payouts import Payout
from catalog.models.statements import AccountBalance
from catalog.payout_states import PayoutState

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_BALANCES = table_of(AccountBalance)
#: What has left `payable`, whatever became of it.
_BOOKED = (PayoutState.BOOKED, PayoutState.SETTLED, PayoutState.RETURNED)

#: A payee, and a currency.
Owed = tuple[str, str]


class _Kept(NamedTuple):
    """What runs held back and did not give back, what of it is not due, and what came back."""

    reserve: int = 0
    young: int = 0
    exempt: int = 0


async def last_closing(session: Session) -> datetime | None:
    """Answer the end of the last period that is closed, if one is."""
    ends = select(func.max(Period.ends_at)).where(Period.closed_at.is_not(None))
    return await session.scalar(ends)


async def standings(
    session: Session,
    policy: Policy,
    *,
    until: datetime,
    now: datetime,
    payees: Iterable[str] | None = None,
) -> list[Standing]:
    """Answer how all payees stand, or some: what they earned `until` then and were not paid yet.

    What was debited later counts at once, and so do advances; what else was credited later waits
    for its closing, when it may be set against an advance.
    """
    wanted = None if payees is None else list(payees)
    owed = await _owed(session, until=until, payees=wanted)
    in_reserve = await _in_reserve(session, payees=wanted)
    kept = await _kept(session, since=months_before(now, policy.holdback_months), payees=wanted)
    ids = {payee: payee_id_of(payee) for payee, _ in owed}
    details = await _details(session, {one for one in ids.values() if one is not None})
    held, lent = await payees_on_hold(session), await _lent(session, payees=wanted)
    found = []
    for key, payable in owed.items():
        one, payee_id = kept.get(key, _Kept()), ids[key[0]]
        standing = Standing(
            payee=key[0],
            currency=key[1],
            payable=Micros(payable),
            exempt=Micros(one.exempt + lent.get(key, 0)),
            # A chargeback may have been taken from it.
            reserve=Micros(max(0, min(one.reserve, in_reserve.get(key, 0)))),
            young=Micros(one.young),
            is_on_hold=held.holds(key[0]),
            is_known=payee_id is not None,
            details=None if payee_id is None else details.get(payee_id),
        )
        found.append(standing)
    return found


async def _owed(
    session: Session, *, until: datetime, payees: Sequence[str] | None
) -> dict[Owed, int]:
    is_ours = _TXN.c.kind.in_([TxnKind.PAYOUT, TxnKind.RESERVE, TxnKind.ADVANCE])
    counts = or_(_TXN.c.booked_at < until, is_ours, _ENTRIES.c.amount > 0)
    total = func.sum(case((counts, _ENTRIES.c.amount), else_=0))
    query = _sums(AccountKind.PAYABLE, total, payees).join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
    period = await session.scalar(
        select(Period.name).where(Period.ends_at == until, Period.digest.is_not(None))
    )
    if period is None:
        return _credits(await session.execute(query))
    # What was booked before is summed up and kept: years of plays are not read again.
    owed = Counter(await _owed_at_closing(session, period, payees=payees))
    owed.update(_credits(await session.execute(query.where(_TXN.c.booked_at >= until))))
    return dict(owed)


async def _owed_at_closing(
    session: Session, period: str, *, payees: Sequence[str] | None
) -> dict[Owed, int]:
    query = select(_ACCOUNTS.c.name, _BALANCES.c.currency, _BALANCES.c.amount).join(
        _ACCOUNTS, _ACCOUNTS.c.id == _BALANCES.c.account_id
    )
    whose = _whose(AccountKind.PAYABLE, payees)
    return _credits(await session.execute(query.where(_BALANCES.c.period == period, whose)))


async def _lent(session: Session, *, payees: Sequence[str] | None) -> dict[Owed, int]:
    """Answer the advances of payees since their last payout: of what is not earned none is held."""
    whose = func.substr(_ACCOUNTS.c.name, len(f"{AccountKind.ADVANCE}:") + 1)
    last = select(func.max(Payout.booked_at)).where(
        Payout.payee == whose, Payout.currency == _ENTRIES.c.currency, Payout.state.in_(_BOOKED)
    )
    before = last.correlate(_ACCOUNTS, _ENTRIES).scalar_subquery()
    query = _sums(AccountKind.ADVANCE, func.sum(-_ENTRIES.c.amount), payees)
    query = query.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id).where(
        _TXN.c.kind == TxnKind.ADVANCE, or_(before.is_(None), _TXN.c.occurred_at >= before)
    )
    return _credits(await session.execute(query))


async def _in_reserve(session: Session, *, payees: Sequence[str] | None) -> dict[Owed, int]:
    query = _sums(AccountKind.RESERVE, func.sum(_ENTRIES.c.amount), payees)
    return _credits(await session.execute(query))


def _sums(
    kind: AccountKind, total: ColumnElement[int], payees: Sequence[str] | None
) -> Select[str, str, int]:
    name = _ACCOUNTS.c.name
    query = select(name, _ENTRIES.c.currency, total).where(_whose(kind, payees))
    return query.join(_ENTRIES, _ENTRIES.c.account_id == _ACCOUNTS.c.id).group_by(
        name, _ENTRIES.c.currency
    )


def _whose(kind: AccountKind, payees: Sequence[str] | None) -> ColumnElement[bool]:
    if payees is None:
        return _ACCOUNTS.c.name.startswith(f"{kind}:")
    return _ACCOUNTS.c.name.in_([Account(kind, one).name for one in payees])


def _credits(rows: Iterable[Row[str, str, int]]) -> dict[Owed, int]:
    return {(account_named(name).of, currency): -int(total) for name, currency, total in rows}


async def _kept(
    session: Session, *, since: datetime, payees: Sequence[str] | None
) -> dict[Owed, _Kept]:
    later = aliased(Payout)
    last = select(func.max(later.booked_at)).where(
        later.payee == Payout.payee, later.currency == Payout.currency, later.state.in_(_BOOKED)
    )
    came_back = and_(
        Payout.state == PayoutState.RETURNED, Payout.returned_at >= last.scalar_subquery()
    )
    query = select(
        Payout.payee,
        Payout.currency,
        func.sum(Payout.held - Payout.released),
        func.sum(case((Payout.booked_at > since, Payout.held), else_=0)),
        func.sum(case((came_back, Payout.amount), else_=0)),
    ).where(Payout.state.in_(_BOOKED))
    if payees is not None:
        query = query.where(Payout.payee.in_(payees))
    rows = await session.execute(query.group_by(Payout.payee, Payout.currency))
    return {
        (payee, currency): _Kept(int(reserve), int(young), int(exempt))
        for payee, currency, reserve, young, exempt in rows
    }


async def _details(session: Session, payees: Collection[UUID]) -> dict[UUID, Details]:
    in_force = await details_in_force(session, payees)
    doubtful = await doubtful_details(session, [one.id for one in in_force])
    return {
        one.payee_id: Details(id=one.id, since=one.entered_at, is_doubtful=one.id in doubtful)
        for one in in_force
    }
