"""What was bought outright lately, and whether there is room for more: what plays are weighed by.

A purchase is not held: it is refused, with a sentence, and whoever is no thief buys it later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from accounting.limits import limits_in_force
from accounting.lots import LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT
from accounting.settlement import PlayKind
from accounting.suspicion import Limits
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerEntry
from catalog.models.people import Account
from catalog.models.plays import Play
from catalog.models.purchases import Purchase

_DAY = timedelta(days=1)
_ENTRIES, _LOTS, _BOUGHT = table_of(LedgerEntry), table_of(CreditLot), table_of(Purchase)


async def promo_to(
    session: Session, payees: Collection[UUID], *, since: datetime
) -> dict[UUID, int]:
    """Answer the promotional milli-credits of all listeners that went to each payee."""
    played = select(Play.payee_id, func.sum(Play.price_millicredits)).where(
        Play.kind == PlayKind.PROMO, Play.payee_id.in_(sorted(payees)), Play.occurred_at > since
    )
    bought = (
        select(_BOUGHT.c.payee_id, func.sum(_ENTRIES.c.credits))
        .join(_ENTRIES, _ENTRIES.c.txn_id == _BOUGHT.c.txn_id)
        .join(_LOTS, _LOTS.c.id == _ENTRIES.c.lot)
        .where(
            _BOUGHT.c.payee_id.in_(sorted(payees)),
            _BOUGHT.c.bought_at > since,
            _LOTS.c.kind == LotKind.PROMO,
        )
    )
    found: dict[UUID, int] = {}
    for payee, price in await session.execute(played.group_by(Play.payee_id)):
        found[payee] = int(price)
    for payee, micros in await session.execute(bought.group_by(_BOUGHT.c.payee_id)):
        found[payee] = found.get(payee, 0) + int(micros) // MICROS_PER_MILLICREDIT
    return found


async def require_room(
    session: Session,
    payer_id: UUID,
    prices: Mapping[UUID, int],
    *,
    promo_micros: int,
    now: datetime,
) -> None:
    """Let a purchase pass that would be suspicious were it plays; its wallet is locked.

    `prices` are the milli-credits for each payee; of promotional credit there is `promo_micros`.

    Raises:
        Refused: `new-account-limit`, `promo-limit`, 409.

    """
    limits = (await limits_in_force(session, now)).limits
    await _require_new_room(session, payer_id, sum(prices.values()), limits, now=now)
    if promo_micros:
        spent = await promo_to(session, prices.keys(), since=now - _DAY)
        for payee, price in prices.items():
            given = min(price, promo_micros // MICROS_PER_MILLICREDIT)
            if spent.get(payee, 0) + given > limits.payee_promo_day:
                raise Refused(
                    "promo-limit",
                    "Given credit has bought as much of this artist as it may in a day: try again "
                    "tomorrow, or with credit that was paid for.",
                    status=409,
                )


async def _require_new_room(
    session: Session, payer_id: UUID, price: int, limits: Limits, *, now: datetime
) -> None:
    born = await session.scalar(select(Account.created_at).where(Account.id == payer_id))
    if born is None or now - born >= timedelta(seconds=limits.new_account_s):
        return
    played = select(func.sum(Play.price_millicredits)).where(
        Play.listener_id == payer_id, Play.occurred_at > now - _DAY
    )
    bought = select(func.sum(_BOUGHT.c.price_millicredits)).where(
        _BOUGHT.c.payer_id == payer_id, _BOUGHT.c.bought_at > now - _DAY
    )
    spent = sum([int(await session.scalar(query) or 0) for query in (played, bought)])
    if spent + price > limits.new_bought_day:
        raise Refused(
            "new-account-limit",
            f"An account that is new spends {limits.new_bought_day} milli-credits a day at most, "
            f"and {max(0, limits.new_bought_day - spent)} are left today.",
            status=409,
        )
