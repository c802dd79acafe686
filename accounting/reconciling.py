"""Count both sides of all that must agree, and compare them; read in one view of the database.

Where there are millions of plays the database compares them, and answers those that differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, text, union_all

from accounting.ledger import AccountKind, TxnKind
from accounting.pricing import MICROS_PER_MILLICREDIT
from accounting.reconciliation import Check, Compared, compared
from base.bulk import is_sqlite
from base.database import Session
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCounter
from catalog.models.ledger import (
    ChainLink,
    CreditLot,
    LedgerAccount,
    LedgerEntry,
    LedgerTxn,
    Wallet,
)
from catalog.models.plays import Counter, Play, PlaySession
from catalog.models.purchases import Purchase
from catalog.states import PlayState

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_CHAIN, _LOTS, _WALLETS = table_of(ChainLink), table_of(CreditLot), table_of(Wallet)
_PLAYS, _PURCHASES = table_of(Play), table_of(Purchase)
#: Of each check no more are looked for: who has so many has one cause, and not many.
_MOST = 500
#: Plays are settled while we count; on SQLite a reader sees none of it anyway.
_STILL = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
#: Whoever was asked to pay may do so for a while.
_LATE = timedelta(days=30)
#: What providers take payments for.
_PAID = (TxnKind.TOPUP, TxnKind.MEMBERSHIP)
_ONE, _NOTHING = literal(1), literal(0)
#: Plays from before there was a journal.
_BEFORE_BOOKS = "unbooked"
#: Of a wallet both kinds are told apart by the names of their accounts.
_KINDS = {"paid": AccountKind.WALLET, "promo": AccountKind.WALLET_PROMO}


class Settled(Protocol):
    """What reconciliation asks of a payment provider."""

    @property
    def name(self) -> str:
        """How its account is called, as in `psp:stripe`."""

    async def settled(self, since: datetime) -> Mapping[str, int]:
        """Answer what it received for payments since a time, in micro-units by its own ids.

        Raises:
            Unavailable: it cannot be reached.

        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a provider said of payments since a time: `name` is the provider's."""

    name: str
    since: datetime
    received: Mapping[str, int]


async def ask(providers: Iterable[Settled], *, now: datetime, days: int) -> list[Asked]:
    """Ask providers for the payments of some days, before the database is read.

    Raises:
        Unavailable: one of them cannot be reached.

    """
    since = now - timedelta(days=days)
    return [
        Asked(name=one.name, since=since, received=await one.settled(since)) for one in providers
    ]


async def reconcile(
    session: Session, asked: Sequence[Asked] = (), *, now: datetime, chained_within: timedelta
) -> list[Compared]:
    """Compare all that must agree, as it is at one moment; the first thing done in `session`."""
    if not is_sqlite(session):
        await session.execute(_STILL)
    return [
        await _balance(session),
        *[await _provider(session, one) for one in asked],
        *await _wallets(session),
        await _booked(session),
        await _charged(session),
        await _played(session),
        await _sessions(session),
        await _counters(session),
        await _chain(session, before=now - chained_within),
    ]


async def _balance(session: Session) -> Compared:
    query = select(_ENTRIES.c.currency, func.sum(_ENTRIES.c.amount)).group_by(_ENTRIES.c.currency)
    found = {currency: int(amount) for currency, amount in await session.execute(query)}
    return compared(Check.BALANCE, expected=dict.fromkeys(found, 0), found=found)


async def _provider(session: Session, asked: Asked) -> Compared:
    """Compare payments with what was debited to the provider's account for each.

    The journal has the provider's own id of a payment among the facts of its top-up. What was
    booked in that time and the provider was not asked for is a difference, too.
    """
    query = (
        select(_TXN.c.facts, _TXN.c.occurred_at, func.sum(_ENTRIES.c.amount))
        .join(_ENTRIES, _ENTRIES.c.txn_id == _TXN.c.id)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
        .where(
            _ACCOUNTS.c.name == f"{AccountKind.PSP}:{asked.name}",
            _TXN.c.kind.in_(_PAID),
            _TXN.c.occurred_at >= asked.since - _LATE,
        )
        .group_by(_TXN.c.id, _TXN.c.facts, _TXN.c.occurred_at)
    )
    booked = {}
    for facts, at, amount in await session.execute(query):
        payment = str(json.loads(facts).get("provider_id", ""))
        if payment in asked.received or at >= asked.since:
            booked[payment] = int(amount)
    return compared(Check.PROVIDER, expected=asked.received, found=booked)


async def _wallets(session: Session) -> list[Compared]:
    """Compare wallets with their lots, both with the journal, and what the lots are worth."""
    held = await _held(session)
    lots, worth = await _lots(session)
    booked, booked_worth = await _booked_to_wallets(session)
    return [
        compared(Check.LOTS, expected=lots, found=held),
        compared(Check.WALLETS, expected=booked, found=held),
        compared(Check.WORTH, expected=booked_worth, found=worth),
    ]


async def _held(session: Session) -> dict[str, int]:
    query = select(_WALLETS.c.listener_id, _WALLETS.c.balance_micros, _WALLETS.c.promo_micros)
    held: dict[str, int] = {}
    for listener, paid, promo in await session.execute(query):
        held[f"{AccountKind.WALLET}:{listener}"] = paid
        held[f"{AccountKind.WALLET_PROMO}:{listener}"] = promo
    return held


async def _lots(session: Session) -> tuple[dict[str, int], dict[str, int]]:
    """Answer the credits that are left, by wallet, and what they are worth, by currency too."""
    query = select(
        *(_LOTS.c.listener_id, _LOTS.c.kind, _LOTS.c.currency),
        *(func.sum(_LOTS.c.credits_left), func.sum(_LOTS.c.amount_left)),
    ).group_by(_LOTS.c.listener_id, _LOTS.c.kind, _LOTS.c.currency)
    held: dict[str, int] = {}
    worth: dict[str, int] = {}
    for listener, kind, currency, left, amount in await session.execute(query):
        name = f"{_KINDS[kind]}:{listener}"
        held[name] = held.get(name, 0) + int(left)
        worth[f"{name} in {currency}"] = int(amount)
    return held, worth


async def _booked_to_wallets(session: Session) -> tuple[dict[str, int], dict[str, int]]:
    query = (
        select(
            *(_ACCOUNTS.c.name, _ENTRIES.c.currency),
            *(func.sum(_ENTRIES.c.credits), func.sum(_ENTRIES.c.amount)),
        )
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
        .where(_ACCOUNTS.c.name.like("wallet%"))
        .group_by(_ACCOUNTS.c.name, _ENTRIES.c.currency)
    )
    held: dict[str, int] = {}
    worth: dict[str, int] = {}
    for name, currency, credits_, amount in await session.execute(query):
        held[name] = held.get(name, 0) - int(credits_)
        worth[f"{name} in {currency}"] = -int(amount)
    return held, worth


async def _booked(session: Session) -> Compared:
    """Find plays that cost something and have no transaction, since there is a journal."""
    plays = select(Play.id, Play.price_millicredits, _NOTHING).where(
        Play.price_millicredits > 0, Play.kind != _BEFORE_BOOKS
    )
    return await _differing(session, Check.BOOKED, plays, plays.where(Play.txn_id.is_(None)))


async def _charged(session: Session) -> Compared:
    """Find plays for which other credits were taken than they cost."""
    price, taken = Play.price_millicredits * MICROS_PER_MILLICREDIT, func.sum(_ENTRIES.c.credits)
    plays = select(Play.id).where(Play.txn_id.is_not(None))
    query = (
        select(Play.id, price, taken)
        .join(_ENTRIES, _ENTRIES.c.txn_id == Play.txn_id)
        .group_by(Play.id, Play.price_millicredits)
        .having(taken != price)
    )
    return await _differing(session, Check.CHARGED, plays, query)


async def _played(session: Session) -> Compared:
    """Find transactions of plays that nobody heard."""
    booked = select(_TXN.c.id, _ONE, _NOTHING).where(_TXN.c.kind == TxnKind.PLAY)
    query = booked.outerjoin(Play, Play.txn_id == _TXN.c.id).where(Play.id.is_(None))
    return await _differing(session, Check.PLAYED, booked, query)


async def _sessions(session: Session) -> Compared:
    """Find sessions that are settled, and came to no play."""
    settled = select(PlaySession.id, _ONE, _NOTHING).where(PlaySession.state == PlayState.SETTLED)
    query = settled.outerjoin(Play, Play.session_id == PlaySession.id).where(Play.id.is_(None))
    return await _differing(session, Check.SESSIONS, settled, query)


async def _counters(session: Session) -> Compared:
    """Find counters that stand otherwise than at the last step that was paid for and kept."""
    plays = select(Play.listener_id, Play.recording_id, Play.step.label("last")).where(
        Play.step > 0, ~_is_undone(_PLAYS.c.txn_id)
    )
    bought = select(Purchase.listener_id, Purchase.recording_id, Purchase.last_step).where(
        ~_is_undone(_PURCHASES.c.txn_id)
    )
    earlier = select(EarlierCounter.listener_id, EarlierCounter.recording_id, EarlierCounter.plays)
    paid = union_all(plays, bought, earlier).subquery()
    pair = (
        paid.c.listener_id == Counter.listener_id,
        paid.c.recording_id == Counter.recording_id,
    )
    last = func.coalesce(func.max(paid.c.last), 0)
    query = (
        select(Counter.listener_id, Counter.recording_id, last, Counter.plays)
        .outerjoin(paid, and_(*pair))
        .group_by(Counter.listener_id, Counter.recording_id, Counter.plays)
        .having(Counter.plays != last)
    )
    rows = (await session.execute(query.limit(_MOST))).all()
    names = [f"recording {recording} by {listener}" for listener, recording, _, _ in rows]
    return Compared(
        check=Check.COUNTERS,
        figures=await _number(session, select(Counter.listener_id)),
        differences=compared(
            Check.COUNTERS,
            expected={name: row[2] for name, row in zip(names, rows, strict=True)},
            found={name: row[3] for name, row in zip(names, rows, strict=True)},
        ).differences,
    )


async def _chain(session: Session, *, before: datetime) -> Compared:
    """See whether the chain keeps up with the journal."""
    booked = select(_TXN.c.id).where(_TXN.c.booked_at < before)
    query = (
        select(func.count(), func.min(_TXN.c.booked_at))
        .outerjoin(_CHAIN, _CHAIN.c.txn_id == _TXN.c.id)
        .where(_TXN.c.booked_at < before, _CHAIN.c.txn_id.is_(None))
    )
    number, oldest = (await session.execute(query)).one()
    late = {f"of {oldest:%Y-%m-%d %H:%M} UTC": number} if oldest else {}
    return Compared(
        check=Check.CHAIN,
        figures=await _number(session, booked),
        differences=compared(Check.CHAIN, expected={}, found=late).differences,
    )


def _is_undone(txn_id: ColumnElement[int]) -> ColumnElement[bool]:
    undone = _TXN.alias()
    return select(undone.c.id).where(undone.c.reverses != 0, undone.c.reverses == txn_id).exists()


async def _differing(
    session: Session,
    check: Check,
    all_of_them: Select[*tuple[Any, ...]],
    query: Select[*tuple[Any, ...]],
) -> Compared:
    """Answer what the database compared: rows of a subject, what is expected, what was found."""
    rows = (await session.execute(query.limit(_MOST))).all()
    return Compared(
        check=check,
        figures=await _number(session, all_of_them),
        differences=compared(
            check,
            expected={str(row[0]): int(row[1]) for row in rows},
            found={str(row[0]): int(row[2]) for row in rows},
        ).differences,
    )


async def _number(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    counted = query.with_only_columns(func.count(), maintain_column_froms=True)
    return int(await session.scalar(counted) or 0)
