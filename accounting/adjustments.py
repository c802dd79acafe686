"""What is put right in the books, where nothing else fits: proposed by one, approved by another.

Wallets are not adjusted: what is in them is known by its lots, and is given, sold or taken back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounting.journal import post
from accounting.ledger import AccountKind, Entry, Transaction, TxnKind, account_named
from base.database import Session
from base.errors import Broken, Refused
from catalog.acts import Act
from catalog.adjustments import adjustment_of, adjustment_under
from catalog.audit import note_act
from catalog.models.payments import Adjustment

_WALLETS = frozenset({AccountKind.WALLET, AccountKind.WALLET_PROMO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An amount for an account; debits are positive."""

    account: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants to put right, and why, under a key of theirs."""

    key: str
    reason: str
    lines: tuple[Line, ...]
    occurred_at: datetime
    by: UUID


async def propose(session: Session, proposal: Proposal, *, now: datetime) -> Adjustment:
    """Write down what shall be booked, once under its key.

    Raises:
        Refused: `account-unknown`, 422; `not-adjustable`, 422; `unbalanced`, 422;
            `idempotency-mismatch`, 409.

    """
    entries = [
        {"account": one.account, "amount": one.amount, "currency": one.currency}
        for one in proposal.lines
    ]
    known = await adjustment_under(session, proposal.key)
    if known is not None:
        asked = (proposal.reason, entries, proposal.by)
        if (known.reason, known.entries, known.proposed_by) != asked:
            raise Refused(
                "idempotency-mismatch", "Something else was proposed under this key.", status=409
            )
        return known
    _require_bookable(proposal.lines)
    row = Adjustment(
        id=uuid4(),
        request_key=proposal.key,
        reason=proposal.reason,
        entries=entries,
        occurred_at=proposal.occurred_at,
        proposed_by=proposal.by,
        proposed_at=now,
    )
    session.add(row)
    await note_act(session, proposal.by, Act.ADJUSTMENT_PROPOSED, row.id, now=now)
    return row


async def approve(session: Session, adjustment_id: UUID, *, by: UUID, now: datetime) -> Adjustment:
    """Book what somebody else proposed, once.

    Raises:
        Refused: `adjustment-unknown`, 404; `second-person-needed`, 403.

    """
    row = await adjustment_of(session, adjustment_id)
    if row.proposed_by == by:
        raise Refused(
            "second-person-needed", "Whoever proposed an adjustment cannot approve it.", status=403
        )
    if row.txn_id is not None:
        return row
    row.approved_by, row.approved_at = by, now
    [posted] = await post(session, [_transaction(row)], now=now)
    row.txn_id = posted.id
    await note_act(session, by, Act.ADJUSTMENT_APPROVED, row.id, now=now)
    return row


def _transaction(row: Adjustment) -> Transaction:
    return Transaction(
        kind=TxnKind.ADJUSTMENT,
        key=f"adjustment:{row.id}",
        occurred_at=row.occurred_at,
        entries=tuple(
            Entry(account_named(one["account"]), one["amount"], one["currency"])
            for one in row.entries
        ),
        facts={
            "reason": row.reason,
            "proposed_by": str(row.proposed_by),
            "approved_by": str(row.approved_by),
        },
    )


def _require_bookable(lines: tuple[Line, ...]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for one in lines:
        sums[one.currency] += one.amount
        if _kind_of(one.account) in _WALLETS:
            raise Refused(
                "not-adjustable",
                "Wallets are not adjusted: credit is granted, sold or sent back.",
                status=422,
            )
    if not lines or any(sums.values()):
        raise Refused("unbalanced", "Debits and credits of a currency sum to nothing.", status=422)


def _kind_of(name: str) -> AccountKind:
    try:
        return account_named(name).kind
    except Broken as error:
        raise Refused("account-unknown", error.sentence, status=422) from None
