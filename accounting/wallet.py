"""What a listener's wallet holds, lot by lot, and how that came about."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from accounting.ledger import Account, AccountKind, TxnKind
from accounting.lot_rows import unspent
from accounting.lots import Lot, LotKind
from accounting.wallet_words import sentence
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn, Wallet
from catalog.models.music import Track

_ABOUT = ("play", "purchase", "track")
_ENTRIES, _TXN = table_of(LedgerEntry).c, table_of(LedgerTxn).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The lots of a wallet in the order in which they are spent, and why it is frozen."""

    frozen_at: datetime | None
    frozen_reason: str | None
    lots: Sequence[Lot]

    def of(self, kind: LotKind) -> int:
        """Answer what is left that was paid for, or given, in millionths of a credit."""
        return sum(lot.credits for lot in self.lots if lot.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A transaction as a listener sees it: credit that came (more than nothing) or went.

    `amount` is what it was sold for, in the currency; `credits` and `promo` are what was paid for,
    and what was given.
    """

    txn_id: int
    kind: TxnKind
    sentence: str
    occurred_at: datetime
    booked_at: datetime
    credits: int
    promo: int
    amounts: Mapping[str, int]
    #: What of it can be given back, by its number, and the track it was of.
    play_id: str | None
    purchase_id: str | None
    track_id: str | None
    reverses: int


async def contents_of(session: Session, listener_id: UUID, *, now: datetime) -> Contents:
    """Answer what a wallet holds that has not run out; who never had one has nothing."""
    row = await session.get(Wallet, listener_id)
    return Contents(
        frozen_at=None if row is None else row.frozen_at,
        frozen_reason=None if row is None else row.frozen_reason,
        lots=(await unspent(session, [listener_id], now=now)).get(listener_id, []),
    )


async def history_of(
    session: Session, listener_id: UUID, *, after: int | None, limit: int
) -> list[Line]:
    """Answer what changed a wallet, the last first, from behind a transaction on."""
    paid = Account(AccountKind.WALLET, str(listener_id)).id
    promo = Account(AccountKind.WALLET_PROMO, str(listener_id)).id
    mine = _ENTRIES.account_id.in_((paid, promo))
    newest = select(_ENTRIES.txn_id).where(mine).distinct().order_by(_ENTRIES.txn_id.desc())
    if after is not None:
        newest = newest.where(_ENTRIES.txn_id < after)
    ids = list(await session.scalars(newest.limit(limit)))
    columns = (_ENTRIES.txn_id, _ENTRIES.account_id, _ENTRIES.currency)
    entries = select(*columns, _ENTRIES.amount, _ENTRIES.credits)
    changes: dict[int, _Change] = defaultdict(_Change)
    for txn, account, currency, amount, credits_ in await session.execute(
        entries.where(mine, _ENTRIES.txn_id.in_(ids))
    ):
        changes[txn].add(currency, amount, credits_, is_promo=account == promo)
    heads = select(
        *(_TXN.id, _TXN.kind, _TXN.occurred_at, _TXN.booked_at, _TXN.facts, _TXN.reverses)
    )
    rows = (await session.execute(heads.where(_TXN.id.in_(ids)).order_by(_TXN.id.desc()))).all()
    facts = {row.id: json.loads(row.facts) for row in rows}
    titles = await _titles(session, {str(one["track"]) for one in facts.values() if "track" in one})
    return [_line(row, changes[row.id], facts[row.id], titles) for row in rows]


@dataclass(slots=True)
class _Change:
    """What the entries of one transaction add to a wallet, as they are read."""

    credits: int = 0
    promo: int = 0
    amounts: dict[str, int] = field(default_factory=dict)

    def add(self, currency: str, amount: int, credits_: int, *, is_promo: bool) -> None:
        """Add an entry: what is credited to a wallet comes to its listener."""
        if is_promo:
            self.promo -= credits_
        else:
            self.credits -= credits_
        self.amounts[currency] = self.amounts.get(currency, 0) - amount


def _line(
    row: Row[*tuple[Any, ...]],
    change: _Change,
    facts: Mapping[str, str | int],
    titles: Mapping[str, str],
) -> Line:
    kind, about = TxnKind(row.kind), {name: _text(facts.get(name)) for name in _ABOUT}
    total = change.credits + change.promo
    return Line(
        txn_id=row.id,
        kind=kind,
        sentence=sentence(kind, facts, credits_=total, title=titles.get(about["track"] or "")),
        occurred_at=row.occurred_at,
        booked_at=row.booked_at,
        credits=change.credits,
        promo=change.promo,
        amounts=change.amounts,
        play_id=about["play"],
        purchase_id=about["purchase"],
        track_id=about["track"],
        reverses=row.reverses,
    )


def _text(fact: str | int | None) -> str | None:
    return None if fact is None else str(fact)


async def _titles(session: Session, tracks: Iterable[str]) -> dict[str, str]:
    ids = [UUID(one) for one in tracks]
    rows = await session.execute(select(Track.id, Track.title).where(Track.id.in_(ids)))
    return {str(track): title for track, title in rows}
