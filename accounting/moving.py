"""Credit that goes from one wallet to another, lot by lot, at the price that was paid for it.

Only what was paid for: what was given away by the co-operative is for whom it was given to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from accounting.buying import WalletFrozen
from accounting.charging import Purse
from accounting.ledger import Account, AccountKind, Entry, Facts, Transaction, TxnKind
from accounting.lot_rows import (
    Holding,
    NewLot,
    add_lots,
    added,
    lock_wallets,
    unspent,
    write_holdings,
    write_left,
)
from accounting.lots import Lot, LotKind, Take, left, wallet_of
from accounting.pricing import MICROS_PER_MILLICREDIT
from accounting.quoting import InsufficientCredit
from base.database import Session
from base.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What goes from whom to whom: so many milli-credits, or all that was paid for.

    Where `paid_by` is told, only what was paid for until then: a bank may take younger money back.
    """

    key: str
    giver_id: UUID
    receiver_id: UUID
    millicredits: int | None = None
    paid_by: datetime | None = None
    facts: Facts = field(default_factory=dict)

    @property
    def said(self) -> Facts:
        """What the transaction is explained by."""
        return {"from": str(self.giver_id), "to": str(self.receiver_id), **self.facts}


async def moved(session: Session, move: Move, *, now: datetime) -> Transaction | None:
    """Move credit, and answer what is to be posted of it; nothing, if there was nothing to move.

    Locks both wallets.

    Raises:
        Refused: `insufficient-credit`, 402; `wallet-frozen`, `credit-too-young`, 409.

    """
    wallets = await lock_wallets(session, [move.giver_id, move.receiver_id])
    wallet = wallets.get(move.giver_id, Holding())
    lots = (await unspent(session, [move.giver_id], now=now)).get(move.giver_id, [])
    paid = tuple(lot for lot in lots if lot.kind is LotKind.PAID)
    takes = _takes(Purse(lots=paid, is_frozen=wallet.is_frozen), move)
    if not takes:
        return None
    numbers = await add_lots(session, [_lot(move, one) for one in takes])
    await write_left(session, [left(one) for one in takes])
    rest = added(wallet, LotKind.PAID, -sum(one.credits for one in takes))
    await write_holdings(session, {move.giver_id: rest})
    return Transaction(
        kind=TxnKind.GIFT,
        key=move.key,
        occurred_at=now,
        entries=_entries(move, takes, numbers),
        facts=move.said,
    )


def _takes(purse: Purse, move: Move) -> list[Take]:
    has = sum(lot.credits for lot in purse.lots)
    wanted = has if move.millicredits is None else move.millicredits * MICROS_PER_MILLICREDIT
    if purse.is_frozen and wanted:
        raise WalletFrozen
    if wanted > has:
        price, balance = (one // MICROS_PER_MILLICREDIT for one in (wanted, has))
        raise InsufficientCredit(price=price, balance=balance, of="that were paid for")
    old = tuple(lot for lot in purse.lots if _is_old_enough(lot, move))
    takes = replace(purse, lots=old).taking(wanted, promo_room=None)
    if takes is None:
        raise _too_young(sum(lot.credits for lot in old))
    return takes


def _is_old_enough(lot: Lot, move: Move) -> bool:
    return move.paid_by is None or lot.acquired_at <= move.paid_by


def _too_young(credits_: int) -> Refused:
    return Refused(
        "credit-too-young",
        "Credit can be given to others some days after it was paid for: of yours, "
        f"{credits_ // MICROS_PER_MILLICREDIT} milli-credits can be given now.",
        status=409,
    )


def _lot(move: Move, taken: Take) -> NewLot:
    """Answer what was taken as the other's lot: it stays as old as it was."""
    return NewLot(
        listener_id=move.receiver_id,
        kind=LotKind.PAID,
        acquired_at=taken.lot.acquired_at,
        source=move.key,
        currency=taken.lot.currency,
        country=taken.lot.country,
        credits=taken.credits,
        amount=taken.amount,
        vat=taken.vat,
        origin=taken.lot.sold_as,
    )


def _entries(move: Move, takes: Sequence[Take], numbers: Sequence[int]) -> tuple[Entry, ...]:
    to = Account(AccountKind.WALLET, str(move.receiver_id))
    entries = []
    for one, number in zip(takes, numbers, strict=True):
        currency = one.lot.currency
        entries += [
            Entry(wallet_of(one.lot), one.amount, currency, one.lot.id, one.credits),
            Entry(to, -one.amount, currency, number, -one.credits),
        ]
        if one.vat:  # is due when it is spent, as before: it leaves the one lot with the other
            tax = Account(AccountKind.VAT, one.lot.country or "")
            entries += [
                Entry(tax, -one.vat, currency, one.lot.id),
                Entry(tax, one.vat, currency),
            ]
    return tuple(entries)
