"""Losses by disputes that shrink, since what was bought with the money was given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounting.journal import booked_under, entries_of
from accounting.ledger import Account, Transaction, TxnKind
from accounting.lot_rows import apply_entries, locked_family, lots_of
from accounting.payments.port import DisputeStanding
from accounting.relief import Relief, borne_by, relief_of, restored
from base.database import Session
from catalog.models.payments import PaymentDispute
from catalog.payments import disputes_of_lots

#: Disputes by which the money is gone.
GONE = frozenset({DisputeStanding.OPEN, DisputeStanding.LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    """What a dispute cost whom, of what was sold as a lot."""

    lot: int
    dispute: PaymentDispute
    borne: Mapping[Account, int]


async def relieve(
    session: Session, reversals: Sequence[Transaction], *, now: datetime
) -> list[Transaction]:
    """Take credit again that reversals gave back to lots whose money was taken back.

    Answer what is to be posted of that. The caller has locked the wallets, and done to lots what
    the reversals say; those of others who were given credit of the same lots are locked here.
    """
    numbers = {e.lot for one in reversals for e in one.entries if e.lot}
    lots = {lot.id: lot for lot in await lots_of(session, numbers)}
    losses = await _losses(session, {lot.sold_as for lot in lots.values()})
    found: list[Transaction] = []
    for one in reversals if losses else ():
        back = restored(one.entries, lots)
        for at, loss in enumerate(losses):
            relief = relief_of([b for b in back if b.sold_as == loss.lot], one.entries, loss.borne)
            if not relief.takes:
                continue
            found.append(_transaction(loss.dispute, one, relief, now=now))
            back = (*[b for b in back if b.sold_as != loss.lot], *relief.rest)
            losses[at] = _less(loss, relief)
    await apply_entries(session, [entry for one in found for entry in one.entries])
    return found


async def reliefs_of(session: Session, dispute: PaymentDispute) -> list[int]:
    """Answer the transactions by which the loss of a dispute has shrunk."""
    return await booked_under(session, _key(dispute))


async def _losses(session: Session, lots: set[int]) -> list[_Loss]:
    found: list[_Loss] = []
    disputes = await disputes_of_lots(session, lots, GONE)
    for lot in sorted({lot for lot, _ in disputes}):
        await locked_family(session, lot)  # nobody else shrinks the same loss meanwhile
    for lot, dispute in disputes:
        booked = [dispute.txn_id, *await reliefs_of(session, dispute)]
        entries = [entry for one in booked for entry in await entries_of(session, one)]
        found.append(_Loss(lot=lot, dispute=dispute, borne=borne_by(entries)))
    return found


def _less(loss: _Loss, relief: Relief) -> _Loss:
    borne = {one: part - relief.parts.get(one, 0) for one, part in loss.borne.items()}
    return _Loss(lot=loss.lot, dispute=loss.dispute, borne=borne)


def _transaction(
    dispute: PaymentDispute, reversal: Transaction, relief: Relief, *, now: datetime
) -> Transaction:
    return Transaction(
        kind=TxnKind.CHARGEBACK,
        key=f"{_key(dispute)}{reversal.reverses}",
        occurred_at=now,
        entries=relief.entries(),
        facts={
            "payment": str(dispute.payment_id),
            "dispute": dispute.id,
            "returned": reversal.reverses,
        },
    )


def _key(dispute: PaymentDispute) -> str:
    return f"chargeback-less:{dispute.provider}:{dispute.id}:"
