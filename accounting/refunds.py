"""Give back what was paid: the transaction is reversed, and credit returns to where it came from.

Of a recording what was paid for last is given back first. Ownership ends with the steps that made
it. What payees have been paid for it already they owe: it is taken off what they earn next.
Of credit whose money was taken back nothing returns, see `accounting.relief`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select

from accounting.buying import WalletFrozen
from accounting.counters import Pair, lock_counters, write_counters
from accounting.gifts import gift_of, returning
from accounting.journal import entries_of, post, reversed_by
from accounting.ledger import AccountKind, Transaction, TxnKind, reversed_entries
from accounting.lot_rows import apply_entries, lock_wallets
from accounting.promo import note_promo
from accounting.purchase_rows import Bought, purchase_of
from accounting.relieving import relieve
from accounting.settlement import PlayKind
from accounting.unwinding import Charge, ChargeKind, unwound
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.plays import Counter, Play
from catalog.models.purchases import Gift, Purchase
from catalog.plays import Standing, unknown_play

_PLAYS, _PURCHASES = table_of(Play).c, table_of(Purchase).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Who gives something back, and for what reason."""

    by: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """A charge, the transaction that undid it, and whether it was undone only now."""

    charge: Charge
    txn_id: int
    is_new: bool


async def refund_plays(
    session: Session, ids: Iterable[UUID], *, why: Why, now: datetime
) -> list[Refunded]:
    """Give back what plays cost; in whatever order they are told, the highest step goes first.

    Raises:
        Refused: `play-unknown`, 404; `nothing-to-refund`, 409; `later-plays-first`, 409.

    """
    wanted = set(ids)
    charges = await _read(session, _plays().where(_PLAYS.id.in_(wanted)))
    if len(charges) < len(wanted):
        raise await _missing(session, wanted - {one.id for one in charges})
    return await refund_all(session, charges, why=why, now=now)


async def refund_purchase(
    session: Session, purchase_id: UUID, *, why: Why, now: datetime
) -> Refunded:
    """Give back what a purchase cost; whoever owned it by that owns it no more.

    Raises:
        Refused: `purchase-unknown`, 404; `later-plays-first`, 409.

    """
    await purchase_of(session, purchase_id)
    charges = await _read(session, _purchases().where(_PURCHASES.id == purchase_id))
    [refunded] = await refund_all(session, charges, why=why, now=now)
    return refunded


async def charges_of(
    session: Session, listener_id: UUID, recordings: Sequence[UUID] | None = None
) -> list[Charge]:
    """Answer all that a listener paid for and was not given back, of some recordings or of all."""
    plays, purchases = [_PLAYS.listener_id == listener_id], [_PURCHASES.listener_id == listener_id]
    if recordings is not None:
        plays.append(_PLAYS.recording_id.in_(recordings))
        purchases.append(_PURCHASES.recording_id.in_(recordings))
    charges = [
        *await _read(session, _plays().where(*plays)),
        *await _read(session, _purchases().where(*purchases)),
    ]
    undone = await reversed_by(session, [one.txn_id for one in charges])
    return [one for one in charges if one.txn_id not in undone]


async def refund_all(
    session: Session, charges: Sequence[Charge], *, why: Why, now: datetime
) -> list[Refunded]:
    """Give charges back, all or none; what was given back before stays as it is.

    Raises:
        Refused: `later-plays-first`, 409: something was paid for later that is to stay.

    """
    standings = await lock_counters(session, [one.pair for one in charges])
    undone = await reversed_by(session, [one.txn_id for one in charges])
    fresh = [one for one in charges if one.txn_id not in undone]
    counts = unwound(fresh, {pair: has.plays for pair, has in standings.items()})
    reversals = [await _reversal(session, one, why, now=now) for one in fresh]
    await _lock_payers(session, fresh)
    await apply_entries(session, [entry for one in reversals for entry in one.entries])
    relieved = await relieve(session, reversals, now=now)
    await write_counters(session, _after(standings, counts))
    await note_promo(session, _promo(fresh, reversals), now=now)
    returned = await _gifts_returned(session, fresh, now=now)
    posted = (await post(session, [*reversals, *relieved, *returned], now=now))[: len(fresh)]
    done = {one.txn_id: txn.id for one, txn in zip(fresh, posted, strict=True)}
    return [
        Refunded(
            charge=one,
            txn_id=done[one.txn_id] if one.txn_id in done else undone[one.txn_id],
            is_new=one.txn_id in done,
        )
        for one in charges
    ]


def _promo(charges: Sequence[Charge], reversals: Sequence[Transaction]) -> dict[UUID, int]:
    """Answer what less of credit that was given went to payees then."""
    sums: dict[UUID, int] = defaultdict(int)
    for charge, one in zip(charges, reversals, strict=True):
        for entry in one.entries:
            if entry.account.kind is AccountKind.WALLET_PROMO:
                sums[charge.payee_id] += entry.amount
    return sums


def _after(standings: Mapping[Pair, Standing], counts: Mapping[Pair, int]) -> dict[Pair, Standing]:
    """Answer counters after a refund: who has not paid for all steps owns nothing."""
    return {
        pair: Standing(plays=plays, owned_at=None)
        for pair, plays in counts.items()
        if plays != standings[pair].plays
    }


async def _reversal(session: Session, charge: Charge, why: Why, *, now: datetime) -> Transaction:
    return Transaction(
        kind=TxnKind.REFUND,
        key=f"refund:{charge.txn_id}",
        occurred_at=now,
        entries=reversed_entries(await entries_of(session, charge.txn_id)),
        facts={
            "by": str(why.by),
            "reason": why.reason,
            charge.kind: str(charge.id),
            "listener": str(charge.listener_id),
            "recording": str(charge.recording_id),
            "first_step": charge.first_step,
            "last_step": charge.last_step,
        },
        reverses=charge.txn_id,
    )


async def _lock_payers(session: Session, charges: Iterable[Charge]) -> None:
    """Lock all wallets that credit returns to at once: that of a gift, and of who gave it."""
    payers = {one.payer_id for one in charges}
    gifts = select(Gift.giver_id).where(Gift.id.in_(sorted(payers)))
    await lock_wallets(session, {*payers, *await session.scalars(gifts)})


async def _gifts_returned(
    session: Session, charges: Iterable[Charge], *, now: datetime
) -> list[Transaction]:
    """Let what a gift had paid go on to who gave it."""
    found: list[Transaction] = []
    for one in charges:
        if one.payer_id != one.listener_id:
            gift = await gift_of(session, one.payer_id)
            found += await returning(session, gift, event="refund", now=now)
    return found


async def require_returnable(
    session: Session, bought: Bought, *, within: timedelta, now: datetime
) -> None:
    """Let listeners give back by themselves what they bought lately and did not use.

    Raises:
        Refused: `too-late-to-refund`, `downloaded`, `played-since`, `wallet-frozen`, 409.

    """
    if await reversed_by(session, [bought.txn_id]):
        return  # It was given back; who says so again is answered the same.
    if now - bought.bought_at >= within:
        raise Refused(
            "too-late-to-refund",
            f"A purchase can be given back within {within.days} days; a treasurer may help.",
            status=409,
        )
    pair = (bought.listener_id, bought.recording_id)
    # Nobody begins to download it, then, until it is given back.
    counter = await session.get(Counter, pair, with_for_update=True, populate_existing=True)
    if counter is not None and counter.downloaded_at is not None:
        raise Refused(
            "downloaded", "It was downloaded, and so it cannot be given back.", status=409
        )
    played = select(_PLAYS.id).where(
        _PLAYS.listener_id == bought.listener_id,
        _PLAYS.recording_id == bought.recording_id,
        _PLAYS.kind == PlayKind.OWNED,
        _PLAYS.settled_at >= bought.bought_at,
    )
    if await session.scalar(played.limit(1)):
        raise Refused(
            "played-since",
            "It was played since it was bought, and so it cannot be given back; a treasurer may "
            "help.",
            status=409,
        )
    wallets = await lock_wallets(session, [bought.listener_id])
    if any(one.is_frozen for one in wallets.values()):
        raise WalletFrozen


async def _missing(session: Session, ids: Iterable[UUID]) -> Refused:
    if await session.scalar(select(_PLAYS.id).where(_PLAYS.id.in_(ids)).limit(1)):
        return Refused("nothing-to-refund", "Nothing was charged for it.", status=409)
    return unknown_play()


def _plays() -> Select[*tuple[Any, ...]]:
    kind = literal(ChargeKind.PLAY.value).label("kind")
    steps = _PLAYS.step.label("first_step"), _PLAYS.step.label("last_step")
    payer = _PLAYS.listener_id.label("payer_id")
    whose = _PLAYS.listener_id, payer, _PLAYS.payee_id, _PLAYS.recording_id
    query = select(_PLAYS.id, kind, _PLAYS.txn_id, *whose, *steps)
    return query.where(_PLAYS.txn_id.is_not(None))


def _purchases() -> Select[*tuple[Any, ...]]:
    kind = literal(ChargeKind.PURCHASE.value).label("kind")
    who = _PURCHASES.listener_id, _PURCHASES.payer_id, _PURCHASES.payee_id
    steps = _PURCHASES.first_step, _PURCHASES.last_step
    return select(_PURCHASES.id, kind, _PURCHASES.txn_id, *who, _PURCHASES.recording_id, *steps)


async def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Charge]:
    rows = (await session.execute(query)).mappings()
    return [Charge(**{**row, "kind": ChargeKind(row["kind"])}) for row in rows]
