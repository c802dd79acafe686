"""Credit of an earlier house, carried over through the journal as what was there before.

There is an opening for each listener, and another for what an export of a later day says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import (
    NewLot,
    add_lots,
    apply_entries,
    lock_wallets,
    open_wallets,
    unspent,
)
from accounting.lot_uses import lots_under
from accounting.lots import Lot, LotKind, take, taken_entries
from accounting.terms import terms_at
from base.bulk import among, insert_missing, update_many
from base.database import Session
from catalog.earlier_facts import Held
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCredit
from catalog.models.people import Account as People

#: What keys of transactions that bring credit begin with.
OPENINGS = "opening:earlier:"
_CREDITS = table_of(EarlierCredit)


async def credits_before(session: Session, listeners: Collection[UUID]) -> dict[UUID, int]:
    """Answer what credit was brought of listeners, as far as any was."""
    one = _CREDITS.c
    query = select(one.listener_id, one.credits).where(among(session, one.listener_id, listeners))
    return {listener: credits_ for listener, credits_ in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def carry_credit(session: Session, held: Sequence[Held], *, now: datetime) -> list[Held]:
    """Let listeners have what they had there; answer those who have spent too much of it here."""
    wanted = {one.listener_id: one for one in held}
    known = await _lock_brought(session, wanted)
    await open_wallets(session, wanted)
    await lock_wallets(session, wanted)
    lots = await _unspent_of_there(session, wanted, now=now)
    fresh, taken, left = list[NewLot](), list[Transaction](), list[Held]()
    terms = await terms_at(session, now)
    written: dict[UUID, tuple[int, int]] = {}
    for listener, one in sorted(wanted.items()):
        before, times = known[listener]
        key, more = f"{OPENINGS}{listener}:{times + 1}", one.credits - before
        if more > 0:
            fresh.append(_lot(one, key, more, terms.currency, terms.value_of(more), now))
        elif more < 0:
            ours = lots.get(listener, [])
            if sum(lot.credits for lot in ours) < -more:
                left.append(one)
                continue
            taken.append(_taken_back(one, key, ours, -more, now))
        if more:
            written[listener] = (one.credits, times + 1)
    numbers = await add_lots(session, fresh) if fresh else []
    opened = [_opening(lot, number) for lot, number in zip(fresh, numbers, strict=True)]
    await apply_entries(session, [entry for one in taken for entry in one.entries])
    rows = [(listener, *now_has) for listener, now_has in sorted(written.items())]
    await update_many(session, _CREDITS, ("listener_id",), ("credits", "times"), rows)
    await post(session, [*opened, *taken], now=now)
    return left


async def _lock_brought(
    session: Session, listeners: Mapping[UUID, Held]
) -> dict[UUID, tuple[int, int]]:
    rows = [(one, 0, 0) for one in sorted(listeners)]
    await insert_missing(session, _CREDITS, ("listener_id", "credits", "times"), rows)
    one = _CREDITS.c
    query = select(one.listener_id, one.credits, one.times)
    query = query.where(among(session, one.listener_id, list(listeners)))
    found = await session.execute(query.order_by(one.listener_id).with_for_update())
    return {listener: (credits_, times) for listener, credits_, times in found}


def _lot(  # noqa: PLR0913, PLR0917 - what a lot is
    held: Held, key: str, more: int, currency: str, amount: int, now: datetime
) -> NewLot:
    return NewLot(
        listener_id=held.listener_id,
        kind=LotKind.PAID,
        acquired_at=now,
        source=key,
        currency=currency,
        credits=more,
        amount=amount,
    )


def _opening(lot: NewLot, number: int) -> Transaction:
    wallet = Account(AccountKind.WALLET, str(lot.listener_id))
    return Transaction(
        kind=TxnKind.OPENING,
        key=lot.source,
        occurred_at=lot.acquired_at,
        entries=(
            Entry(Account(AccountKind.OPENING), lot.amount, lot.currency),
            Entry(wallet, -lot.amount, lot.currency, lot=number, credits=-lot.credits),
        ),
        facts={"listener": str(lot.listener_id), "credits": lot.credits},
    )


async def _unspent_of_there(
    session: Session, listeners: Collection[UUID], *, now: datetime
) -> dict[UUID, list[Lot]]:
    """Answer what is left of the lots that came from there."""
    ours = await lots_under(session, listeners, OPENINGS)
    lots = await unspent(session, listeners, now=now)
    return {whose: [lot for lot in some if lot.id in ours] for whose, some in lots.items()}


def _taken_back(
    held: Held, key: str, lots: Sequence[Lot], credits_: int, now: datetime
) -> Transaction:
    takes = take(lots, credits_)
    entries = taken_entries(takes)
    back = {one.lot.currency: 0 for one in takes}
    for entry in entries:
        back[entry.currency] -= entry.amount
    opening = Account(AccountKind.OPENING)
    return Transaction(
        kind=TxnKind.OPENING,
        key=key,
        occurred_at=now,
        entries=(*entries, *(Entry(opening, amount, name) for name, amount in back.items())),
        facts={"listener": str(held.listener_id), "credits": -credits_},
    )


async def credits_carried(session: Session) -> int:
    """Answer all credit that came over, in millionths."""
    return int(await session.scalar(select(func.coalesce(func.sum(_CREDITS.c.credits), 0))) or 0)


async def credits_of_gone(session: Session) -> int:
    """Answer what came over of accounts that are nobody's any more, in millionths."""
    one, account = _CREDITS.c, table_of(People).c
    query = select(func.coalesce(func.sum(one.credits), 0)).join(
        People, account.id == one.listener_id
    )
    gone = or_(account.erased_at.is_not(None), account.closed_at.is_not(None))
    return int(await session.scalar(query.where(gone)) or 0)
