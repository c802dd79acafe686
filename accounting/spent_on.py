"""Whom a listener's credit went to: of single transactions, and of all they ever spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from accounting.ledger import Account, AccountKind, TxnKind, account_named
from accounting.payees import payees_named
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn

_ENTRIES, _ACCOUNTS, _TXN = (
    table_of(LedgerEntry).c,
    table_of(LedgerAccount).c,
    table_of(LedgerTxn).c,
)
_OF_PAYEES = frozenset({AccountKind.PAYABLE, AccountKind.SUSPENSE, AccountKind.RESERVE})
_TOLD = _OF_PAYEES | {AccountKind.COOP_SHARE, AccountKind.VAT}
#: What is heard and bought, and what undoes it.
_SPENDING = (TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.REFUND, TxnKind.REVERSAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What somebody got, in micro-units; `name` is null of the co-operative and of the tax."""

    kind: AccountKind
    name: str | None
    currency: str
    amount: int

    @property
    def is_payee(self) -> bool:
        """Whether it is somebody whose music it was."""
        return self.kind in _OF_PAYEES


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """All that was spent, in millionths of a credit, and whom it went to, the most first."""

    credits: int
    parts: list[Part]


async def parts_of(session: Session, txn_ids: Collection[int]) -> dict[int, list[Part]]:
    """Answer whom transactions went to, in two statements however many they are."""
    rows = await session.execute(
        select(_ENTRIES.txn_id, _ACCOUNTS.name, _ENTRIES.currency, -_ENTRIES.amount)
        .join(LedgerAccount, _ACCOUNTS.id == _ENTRIES.account_id)
        .where(_ENTRIES.txn_id.in_(list(txn_ids)))
        .order_by(_ENTRIES.txn_id, _ENTRIES.line)
    )
    told = [
        (txn, account, currency, amount)
        for txn, name, currency, amount in rows
        if (account := account_named(name)).kind in _TOLD
    ]
    names = await _names(session, (account for _, account, _, _ in told))
    found: dict[int, list[Part]] = defaultdict(list)
    for txn, account, currency, amount in told:
        found[txn].append(_part(account, names, currency, amount))
    return found


async def spent_by(session: Session, listener_id: UUID) -> Spent:
    """Answer whom all went to that a listener paid for music, less what they got back."""
    kinds = (AccountKind.WALLET, AccountKind.WALLET_PROMO)
    wallets = [Account(kind, str(listener_id)).id for kind in kinds]
    mine = (
        select(_ENTRIES.txn_id)
        .join(LedgerTxn, _TXN.id == _ENTRIES.txn_id)
        .where(_ENTRIES.account_id.in_(wallets), _TXN.kind.in_(_SPENDING))
    )
    sums = (
        select(_ACCOUNTS.name, _ENTRIES.currency)
        .add_columns(func.sum(-_ENTRIES.amount), func.sum(_ENTRIES.credits))
        .join(LedgerAccount, _ACCOUNTS.id == _ENTRIES.account_id)
        .where(_ENTRIES.txn_id.in_(mine))
        .group_by(_ACCOUNTS.name, _ENTRIES.currency)
    )
    rows = [(account_named(name), *rest) for name, *rest in await session.execute(sums)]
    names = await _names(session, (account for account, *_ in rows))
    parts = [
        _part(account, names, currency, int(amount))
        for account, currency, amount, _ in rows
        if account.kind in _OF_PAYEES or account.kind is AccountKind.COOP_SHARE
    ]
    return Spent(
        credits=sum(int(credits_) for account, _, _, credits_ in rows if account.id in wallets),
        parts=sorted(_merged(parts), key=lambda one: -one.amount),
    )


def _merged(parts: Iterable[Part]) -> list[Part]:
    """Add up what one payee got on several accounts."""
    sums: dict[tuple[str | None, str], Part] = {}
    for one in parts:
        before = sums.get((one.name, one.currency))
        total = one.amount + (before.amount if before else 0)
        kind = before.kind if before else one.kind
        merged = Part(kind=kind, name=one.name, currency=one.currency, amount=total)
        sums[one.name, one.currency] = merged
    return [one for one in sums.values() if one.amount > 0]


def _part(account: Account, names: dict[str, str], currency: str, amount: int) -> Part:
    name = names.get(account.of, "") if account.kind in _OF_PAYEES else None
    return Part(kind=account.kind, name=name, currency=currency, amount=amount)


async def _names(session: Session, accounts: Iterable[Account]) -> dict[str, str]:
    """Answer what payees are called; a share that nobody claimed has no name."""
    ids = {found for one in accounts if one.kind in _OF_PAYEES and (found := _id(one.of))}
    return {str(key): one.name for key, one in (await payees_named(session, ids)).items()}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
