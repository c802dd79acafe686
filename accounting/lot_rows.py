"""Wallets and their lots in the database: locked, spent, added to.

A listener's wallet is the lock of all their lots. Rows are locked in the order of listeners, then
of lots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select

from accounting.ledger import Entry
from accounting.lots import Change, Lot, LotKind, changes_of, in_order
from base.bulk import among, insert_many, take_numbers, update_many
from base.database import Session, insert_if_new
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, Wallet

_WALLETS, _LOTS = table_of(Wallet), table_of(CreditLot)
_LOT_COLUMNS = (
    *("id", "listener_id", "kind", "acquired_at", "source", "currency", "country"),
    *("credits", "amount", "vat", "credits_left", "amount_left", "vat_left", "expires_at"),
    "origin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a wallet holds, in millionths of a credit; frozen, nothing of it may be spent."""

    paid: int = 0
    promo: int = 0
    is_frozen: bool = False

    @property
    def total(self) -> int:
        """All of it."""
        return self.paid + self.promo


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """Credits that come together; `source` is the key of the transaction that they come with.

    What is given on comes from the lot `origin`.
    """

    listener_id: UUID
    kind: LotKind
    acquired_at: datetime
    source: str
    currency: str
    credits: int
    amount: int
    vat: int = 0
    country: str | None = None
    expires_at: datetime | None = None
    origin: int = 0


async def lock_wallets(session: Session, listeners: Iterable[UUID]) -> dict[UUID, Holding]:
    """Answer what wallets hold and lock them until the end; who never had one is left out."""
    query = select(
        *(_WALLETS.c.listener_id, _WALLETS.c.balance_micros, _WALLETS.c.promo_micros),
        _WALLETS.c.frozen_at.is_not(None),
    ).where(among(session, _WALLETS.c.listener_id, set(listeners)))
    rows = await session.execute(query.order_by(_WALLETS.c.listener_id).with_for_update())
    return {
        listener: Holding(paid=paid, promo=promo, is_frozen=is_frozen)
        for listener, paid, promo, is_frozen in rows
    }


async def unspent(
    session: Session, listeners: Iterable[UUID], *, now: datetime
) -> dict[UUID, list[Lot]]:
    """Answer what listeners whose wallets are locked may spend, in the order it is spent in."""
    whose = among(session, _LOTS.c.listener_id, set(listeners))
    found: dict[UUID, list[Lot]] = defaultdict(list)
    for lot in await _lots(session, whose, is_unspent(now)):
        found[lot.listener_id].append(lot)
    return {listener: in_order(lots) for listener, lots in found.items()}


def is_unspent(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Tell lots that something is left of, and whose time is not over."""
    lasts = or_(_LOTS.c.expires_at.is_(None), _LOTS.c.expires_at > now)
    return and_(_LOTS.c.credits_left > 0, lasts)


async def lots_of(session: Session, ids: Iterable[int]) -> list[Lot]:
    """Answer lots, spent or not, in the order of their numbers."""
    return await _lots(session, among(session, _LOTS.c.id, set(ids)))


async def locked_family(session: Session, lot_id: int) -> list[Lot]:
    """Answer a lot and all that was given on of it, in that order; locks the wallets."""
    owners: set[UUID] = set()
    while True:
        family = await _lots(session, or_(_LOTS.c.id == lot_id, _LOTS.c.origin == lot_id))
        others = {lot.listener_id for lot in family} - owners
        if not others:
            return family
        owners |= others  # somebody may have been given some of it while we waited
        await lock_wallets(session, owners)


async def _lots(session: Session, *which: ColumnElement[bool]) -> list[Lot]:
    query = select(
        *(_LOTS.c.id, _LOTS.c.listener_id, _LOTS.c.kind, _LOTS.c.currency, _LOTS.c.country),
        *(_LOTS.c.acquired_at, _LOTS.c.credits_left, _LOTS.c.amount_left, _LOTS.c.vat_left),
        _LOTS.c.origin,
    )
    rows = await session.execute(query.where(*which).order_by(_LOTS.c.id))
    return [
        Lot(
            id=number,
            listener_id=listener,
            kind=LotKind(kind),
            currency=currency,
            country=country,
            acquired_at=at,
            credits=credits_,
            amount=amount,
            vat=vat,
            origin=origin,
        )
        for number, listener, kind, currency, country, at, credits_, amount, vat, origin in rows
    ]


async def write_left(session: Session, lots: Sequence[Lot]) -> None:
    """Write down what is left of lots whose wallets are locked."""
    columns = ("credits_left", "amount_left", "vat_left")
    rows = [(lot.id, lot.credits, lot.amount, lot.vat) for lot in lots]
    await update_many(session, _LOTS, ("id",), columns, rows)


async def write_holdings(session: Session, holdings: Mapping[UUID, Holding]) -> None:
    """Write down what locked wallets hold."""
    rows = [(listener, one.paid, one.promo) for listener, one in sorted(holdings.items())]
    await update_many(session, _WALLETS, ("listener_id",), ("balance_micros", "promo_micros"), rows)


async def open_wallets(session: Session, listeners: Iterable[UUID]) -> None:
    """Let those have an empty wallet who have none."""
    whose = sorted(set(listeners))
    empty = [{"listener_id": one, "balance_micros": 0, "promo_micros": 0} for one in whose]
    await insert_if_new(session, Wallet, empty)


async def add_lots(session: Session, lots: Sequence[NewLot]) -> list[int]:
    """Add credits to wallets, opening those that are not there; answer the numbers of the lots."""
    listeners = {lot.listener_id for lot in lots}
    await open_wallets(session, listeners)
    holdings = await lock_wallets(session, listeners)
    numbers = await take_numbers(session, _LOTS, len(lots))
    rows = [_row(number, lot) for number, lot in zip(numbers, lots, strict=True)]
    await insert_many(session, _LOTS, _LOT_COLUMNS, rows)
    for lot in lots:
        holdings[lot.listener_id] = added(holdings[lot.listener_id], lot.kind, lot.credits)
    await write_holdings(session, holdings)
    return numbers


def _row(number: int, lot: NewLot) -> tuple[object, ...]:
    who = (number, lot.listener_id, str(lot.kind), lot.acquired_at, lot.source)
    worth = (lot.credits, lot.amount, lot.vat)
    return (*who, lot.currency, lot.country, *worth, *worth, lot.expires_at, lot.origin)


def added(holding: Holding, kind: LotKind, credits_: int) -> Holding:
    """Answer a holding with credits more, or less."""
    is_paid = kind is LotKind.PAID
    return Holding(
        paid=holding.paid + (credits_ if is_paid else 0),
        promo=holding.promo + (0 if is_paid else credits_),
        is_frozen=holding.is_frozen,
    )


async def apply_entries(session: Session, entries: Iterable[Entry]) -> None:
    """Do to lots and wallets what entries say, as of something that is undone; locks them.

    Raises:
        Refused: `credit-spent`, 409: they take what is not there any more.

    """
    changes = {one.lot: one for one in changes_of(entries)}
    listeners = {lot.listener_id for lot in await lots_of(session, changes)}
    holdings = await lock_wallets(session, listeners)
    lots = [_changed(lot, changes[lot.id]) for lot in await lots_of(session, changes)]
    for lot in lots:
        change = changes[lot.id].credits
        holdings[lot.listener_id] = added(holdings[lot.listener_id], lot.kind, change)
    await write_left(session, lots)
    await write_holdings(session, holdings)


def _changed(lot: Lot, change: Change) -> Lot:
    if min(lot.credits + change.credits, lot.amount + change.amount, lot.vat + change.vat) < 0:
        raise Refused("credit-spent", "Some of this credit has been spent already.", status=409)
    return Lot(
        id=lot.id,
        listener_id=lot.listener_id,
        kind=lot.kind,
        currency=lot.currency,
        country=lot.country,
        acquired_at=lot.acquired_at,
        credits=lot.credits + change.credits,
        amount=lot.amount + change.amount,
        vat=lot.vat + change.vat,
        origin=lot.origin,
    )
