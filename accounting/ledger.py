"""Double entry as values: accounts, entries, and transactions that balance.

Amounts are millionths of a currency, debits positive and credits negative; credits that a
listener holds are millionths of a credit. Nothing here knows where it is kept.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache

from base.errors import Broken

#: What a transaction is explained by: who, what, by which terms, at which rate.
Facts = Mapping[str, str | int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: What a transaction as it is hashed begins with: this, and then when, what it undoes, and how long
#: its head is.
VERSION = b"refrain journal 1\n"
HEAD = struct.Struct(">qqI")
#: Account, currency, amount, lot, credits: an entry as it is hashed, 35 bytes.
ENTRY = struct.Struct(">q3sqqq")
_LEAF = struct.Struct(">cqq32s")


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
#: Accounts whose numbers are remembered: those of who listens and is heard at a time.
_REMEMBERED = 1 << 16


class AccountKind(StrEnum):
    """What an account is for; its name begins with it, and goes on with whose it is."""

    PSP = "psp"
    BANK = "bank"
    ADVANCE = "advance"
    TRANSIT = "transit"
    WALLET = "wallet"
    WALLET_PROMO = "wallet_promo"
    PAYABLE = "payable"
    SUSPENSE = "suspense"
    RESERVE = "reserve"
    VAT = "vat"
    COOP_SHARE = "income:coop_share"
    BREAKAGE = "income:breakage"
    DUES = "income:dues"
    PROMO = "expense:promo"
    PSP_FEES = "expense:psp_fees"
    CHARGEBACK = "expense:chargeback"
    GUARANTEE = "expense:guarantee"
    EXCHANGE = "equity:exchange"
    SURPLUS = "equity:surplus"
    OPENING = "equity:opening"
    SHARES = "equity:shares"


class Side(StrEnum):
    """Where an account stands in the co-operative's balance."""

    ASSET = "assets"
    LIABILITY = "liabilities"
    INCOME = "income"
    EXPENSE = "expenses"
    EQUITY = "equity"


_ASSETS = frozenset({AccountKind.PSP, AccountKind.BANK, AccountKind.ADVANCE})
_NAMED = {"income": Side.INCOME, "expense": Side.EXPENSE, "equity": Side.EQUITY}


def side_of(kind: AccountKind) -> Side:
    """Answer where accounts of a kind stand."""
    group, has_group, _ = kind.partition(":")
    if has_group:
        return _NAMED[group]
    return Side.ASSET if kind in _ASSETS else Side.LIABILITY


@dataclass(frozen=True, slots=True)
class Account:
    """An account: what it is for, and whose it is, where there is one for each."""

    kind: AccountKind
    of: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.kind}:{self.of}" if self.of else str(self.kind)

    @property
    def id(self) -> int:
        """The number by which entries know it, which anyone can work out from its name."""
        return _number(self.kind, self.of)


@lru_cache(maxsize=_REMEMBERED)
def _number(kind: str, of: str) -> int:
    return account_id(f"{kind}:{of}" if of else kind)


def account_id(name: str) -> int:
    """Answer the number of an account: the first 8 bytes of SHA-256 of its name, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def account_named(name: str) -> Account:
    """Answer the account that is called so.

    Raises:
        Broken: no account is.

    """
    for kind in sorted(AccountKind, key=len, reverse=True):
        if name == kind:
            return Account(kind)
        if name.startswith(f"{kind}:"):
            return Account(kind, name[len(kind) + 1 :])
    raise Broken("account-unknown", f"No account is called {name}.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an account is debited (more than nothing) or credited (less).

    One that changes what a listener holds names the lot, and the credits on the same side.
    """

    account: Account
    amount: int
    currency: str
    lot: int = 0
    credits: int = 0


class TxnKind(StrEnum):
    """What happened."""

    OPENING = "opening"
    TOPUP = "topup"
    GRANT = "grant"
    EXPIRY = "expiry"
    PLAY = "play"
    PURCHASE = "purchase"
    GIFT = "gift"
    REVERSAL = "reversal"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    FEE = "fee"
    EXCHANGE = "exchange"
    RELEASE = "release"
    ADVANCE = "advance"
    RECOUPMENT = "recoupment"
    GUARANTEE = "guarantee"
    RESERVE = "reserve"
    PAYOUT = "payout"
    SURPLUS = "surplus"
    MEMBERSHIP = "membership"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """Something that happened once, with entries that balance in every currency.

    Raises:
        Broken: they do not, or there are none.

    """

    kind: TxnKind
    #: It happens once: whoever says it again with the same key says nothing new.
    key: str
    occurred_at: datetime
    entries: tuple[Entry, ...]
    facts: Facts = field(default_factory=dict)
    #: The transaction that this one undoes, if it does.
    reverses: int = 0

    def __post_init__(self) -> None:
        """Refuse what does not balance before anybody relies on it."""
        sums: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            sums[entry.currency] += entry.amount
        if not sums or any(sums.values()):
            raise Broken("not-balanced", f"{self.key} does not balance: {dict(sums)}.")

    @cached_property
    def facts_text(self) -> str:
        """The facts as they are kept."""
        return _JSON.encode(self.facts)

    @cached_property
    def account_ids(self) -> tuple[int, ...]:
        """The number of the account of each entry."""
        return tuple(entry.account.id for entry in self.entries)

    @cached_property
    def payload(self) -> bytes:
        """The SHA-256 of all that it says; see `payload_of`."""
        return payload_of(
            kind=self.kind,
            key=self.key,
            facts=self.facts_text,
            occurred_us=micros_since_epoch(self.occurred_at),
            reverses=self.reverses,
            entries=b"".join(
                ENTRY.pack(account, e.currency.encode(), e.amount, e.lot, e.credits)
                for account, e in zip(self.account_ids, self.entries, strict=True)
            ),
        )


def payload_of(  # noqa: PLR0913 - the parts of a transaction
    *, kind: str, key: str, facts: str, occurred_us: int, reverses: int, entries: bytes
) -> bytes:
    """Answer the hash of what a transaction says; `entries` as `ENTRY` packs them, in order.

    SHA-256 of: a version line; when it occurred (microseconds since 1970), which one it reverses
    (0 if none), the length of the head, all big-endian; the head, which is kind, key and facts on
    a line each (UTF-8); the entries.
    """
    head = f"{kind}\n{key}\n{facts}".encode()
    fixed = VERSION + HEAD.pack(occurred_us, reverses, len(head))
    return hashlib.sha256(fixed + head + entries).digest()


def leaf_of(*, txn_id: int, booked_us: int, payload: bytes) -> bytes:
    """Answer the leaf that stands for a transaction in the chain and in its day's tree.

    Begins with 0, as leaves do (RFC 9162, 2.1.1), so that none is taken for a node.
    """
    return hashlib.sha256(_LEAF.pack(b"\0", txn_id, booked_us, payload)).digest()


def micros_since_epoch(at: datetime) -> int:
    """Answer an instant in microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def reversed_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Answer entries that undo others."""
    return tuple(
        Entry(each.account, -each.amount, each.currency, each.lot, -each.credits)
        for each in entries
    )
