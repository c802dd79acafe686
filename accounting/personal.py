"""What the books know of somebody: that part of an export of their own data."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from accounting.ledger import Account, AccountKind
from accounting.told import MEMBER
from catalog.models.base import table_of
from catalog.models.ledger import (
    CreditLot,
    LedgerAccount,
    LedgerEntry,
    LedgerTxn,
    Wallet,
    WalletFreeze,
)
from catalog.models.statements import StatementHead, StatementLine
from catalog.personal_queries import Export, Query, theirs

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_STATEMENTS, _LINES = table_of(StatementHead), table_of(StatementLine)
_OWN = (
    *(AccountKind.WALLET, AccountKind.WALLET_PROMO, AccountKind.PAYABLE),
    *(AccountKind.SUSPENSE, AccountKind.RESERVE, AccountKind.ADVANCE),
)


def _numbers(account_id: UUID) -> list[int]:
    """Answer the numbers of the accounts that the books keep for somebody."""
    each = [Account(kind, str(account_id)).id for kind in _OWN]
    return [*each, Account(AccountKind.PAYABLE, f"{MEMBER}{account_id}").id]


def _journal(account_id: UUID) -> Query:
    return (
        select(
            _TXN.c.id.label("transaction"),
            *(_TXN.c.kind, _TXN.c.occurred_at, _TXN.c.booked_at),
            _ACCOUNTS.c.name.label("account"),
            *(_ENTRIES.c.currency, _ENTRIES.c.amount, _ENTRIES.c.credits, _ENTRIES.c.lot),
            _TXN.c.facts,
        )
        .join(_ENTRIES, _ENTRIES.c.txn_id == _TXN.c.id)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
        .where(_ENTRIES.c.account_id.in_(_numbers(account_id)))
        .order_by(_TXN.c.id, _ENTRIES.c.line)
    )


def _statements(account_id: UUID) -> Query:
    shown = [one for one in _STATEMENTS.c if one.name not in {"made_by", "why"}]
    mine = select(*shown).where(_STATEMENTS.c.account_id.in_(_numbers(account_id)))
    return mine.order_by(_STATEMENTS.c.period, _STATEMENTS.c.version)


def _lines(account_id: UUID) -> Query:
    mine = select(_LINES).where(_LINES.c.account_id.in_(_numbers(account_id)))
    return mine.order_by(_LINES.c.id)


def _freezes() -> Callable[[UUID], Query]:
    return theirs(
        WalletFreeze,
        WalletFreeze.listener_id,
        but=("by_id", "by_name", "lifted_by_id", "lifted_by_name"),
    )


#: What is exported of the books.
EXPORTS: tuple[Export, ...] = (
    Export(name="wallet", says="What you have to spend.", query=theirs(Wallet, Wallet.listener_id)),
    Export(name="wallet_freezes", says="Why nothing was spent from your wallet.", query=_freezes()),
    Export(
        name="credit_lots",
        says="Credits that you came to, and what is left of them.",
        query=theirs(CreditLot, CreditLot.listener_id),
    ),
    Export(
        name="journal",
        says="All that was booked on your accounts: what you spent, earned, and were paid.",
        query=_journal,
    ),
    Export(name="statements", says="Your statements.", query=_statements),
    Export(name="statement_lines", says="What your statements are made of.", query=_lines),
)

#: Tables of the books that name people and are not exported, and why not.
NOT_EXPORTED = {
    "earnings_by_day": "sums of the journal, which is exported",
    "ledger_balances": "sums of the journal, which is exported",
    "ledger_periods": "when months were closed, and by which treasurer",
    "promo_spent": "sums of plays that were paid with given credit, by payee",
    "surplus_proposals": "the work of who keeps the books; what you were given is in the journal",
}
