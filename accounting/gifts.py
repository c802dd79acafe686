"""Gifts: credit for a listener, at once; or a track for whoever takes it up.

A track's gift holds the whole price in a wallet of its own. Whoever takes it up owns the track for
what they still lacked, and the rest returns to the giver, as all does that nobody takes up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from accounting.articles import quotes_for
from accounting.buying import Order, WalletFrozen, buy
from accounting.journal import booked_as, mismatch, post
from accounting.ledger import Transaction
from accounting.lot_rows import lock_wallets
from accounting.moving import Move, moved
from accounting.purchase_rows import Bought
from accounting.quoting import Article, InsufficientCredit, nothing_to_buy
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused
from catalog.models.purchases import Gift
from catalog.people import create_account
from catalog.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A track that is to be given; the same `key` is the same gift."""

    key: str
    giver_id: UUID
    article: Article
    territory: str | None
    expires_at: datetime
    #: Credit that was paid for later is not given yet.
    paid_by: datetime | None = None


async def give_credit(session: Session, move: Move, *, now: datetime) -> int:
    """Give credit to another listener; answer the number of the transaction, once for its key.

    Raises:
        Refused: `insufficient-credit`, 402; `wallet-frozen`, `credit-too-young`, 409;
            `gift-to-oneself`, 422; `idempotency-mismatch`, 409.

    """
    if move.giver_id == move.receiver_id:
        raise Refused("gift-to-oneself", "A gift goes to somebody else.", status=422)
    move = replace(move, facts={**move.facts, "millicredits": move.millicredits or 0})
    if (known := await _given_before(session, move)) is not None:
        return known
    [posted] = await post(session, await _moving(session, move, now=now), now=now)
    return posted.id


async def _given_before(session: Session, move: Move) -> int | None:
    await lock_wallets(session, [move.giver_id, move.receiver_id])
    known = await booked_as(session, move.key)
    if known is not None and known[1] != move.said:
        raise mismatch("given")
    return None if known is None else known[0]


async def offer_gift(session: Session, offer: Offer, *, now: datetime) -> Gift:
    """Put the price of a whole track into a wallet of its own, for whoever takes it up.

    Raises:
        Refused: `insufficient-credit`, 402; `wallet-frozen`, `credit-too-young`, 409;
            `nothing-to-buy`, 409: the track is free, or not for sale; `idempotency-mismatch`, 409.

    """
    await lock_wallets(session, [offer.giver_id])
    known = await session.scalar(select(Gift).where(Gift.key == offer.key))
    if known is not None:
        return _same(known, offer)
    prices = (await terms_at(session, now)).prices
    holder = await create_account(session, name="a gift", role=Role.LISTENER, now=now)
    [quote] = await quotes_for(
        session,
        [offer.article],
        listener_id=holder.id,
        territory=offer.territory,
        prices=prices,
        now=now,
    )
    if quote.nothing is not None:
        raise nothing_to_buy(quote.nothing)
    gift = Gift(
        id=holder.id,
        giver_id=offer.giver_id,
        key=offer.key,
        track_id=offer.article.track_id,
        made_at=now,
        expires_at=offer.expires_at,
    )
    session.add(gift)
    await session.flush()
    move = Move(
        key=f"gift:{gift.id}",
        giver_id=offer.giver_id,
        receiver_id=gift.id,
        millicredits=quote.remainder,
        paid_by=offer.paid_by,
        facts={"gift": str(gift.id), "track": str(gift.track_id)},
    )
    await post(session, await _moving(session, move, now=now), now=now)
    return gift


def _same(known: Gift, offer: Offer) -> Gift:
    if (known.giver_id, known.track_id) != (offer.giver_id, offer.article.track_id):
        raise mismatch("given")
    return known


async def accept_gift(  # noqa: PLR0913 - who takes what up, where, and when
    session: Session,
    gift_id: UUID,
    recipient_id: UUID,
    *,
    article: Article,
    territory: str | None,
    now: datetime,
) -> list[Bought]:
    """Take a gift up: whoever does owns its track, for what they still lacked of it.

    Raises:
        Refused: `gift-unknown`, 404; `gift-over`, 410; `nothing-to-buy`, 409; `gift-waits`, 409:
            the giver's wallet is frozen; `gift-falls-short`, 409: it holds less than it takes.

    """
    gift = await gift_of(session, gift_id, lock=True)
    if gift.recipient_id not in {None, recipient_id} or (
        gift.recipient_id is None and is_over(gift, now)
    ):
        raise Refused("gift-over", "This gift was taken up, taken back, or ran out.", status=410)
    order = Order(
        key=f"gift:{gift_id}",
        asked=f"gift:{gift_id}",
        listener_id=recipient_id,
        payer_id=gift_id,
        articles=[article],
        territory=territory,
        beside=(gift.giver_id,),
    )
    bought = await _bought(session, order, now=now)
    if gift.ended_at is None:
        gift.recipient_id, gift.ended_at = recipient_id, now
        await post(session, await returning(session, gift, event="rest", now=now), now=now)
    return bought


async def _bought(session: Session, order: Order, *, now: datetime) -> list[Bought]:
    """Buy what a gift is of; what stands in the way is not the receiver's, who can do nothing."""
    try:
        return await buy(session, order, now=now)
    except InsufficientCredit as error:
        raise Refused(
            "gift-falls-short",
            f"The track costs {error.price} milli-credits, and {error.balance} are left in this "
            "gift: whoever gave it may take it back, and give another.",
            status=409,
        ) from error
    except WalletFrozen as error:
        raise Refused(
            "gift-waits",
            "Whoever gave this cannot give anything at the moment: please try again later. There "
            "is nothing wrong with your own wallet.",
            status=409,
        ) from error


async def end_gift(session: Session, gift_id: UUID, giver_id: UUID, *, now: datetime) -> Gift:
    """Take back a gift that nobody has taken up: all of it returns to who gave it.

    Raises:
        Refused: `gift-unknown`, 404, also when it is another's; `gift-over`, 410: it is somebody's.

    """
    gift = await gift_of(session, gift_id, lock=True)
    if gift.giver_id != giver_id:
        raise unknown_gift()
    if gift.recipient_id is not None:
        raise Refused("gift-over", "This gift was taken up already.", status=410)
    if gift.ended_at is None:
        gift.ended_at = now
        await post(session, await returning(session, gift, event="back", now=now), now=now)
    return gift


async def expire_gifts(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Give back what nobody took up in time; answer how many gifts that were."""
    query = select(Gift).where(Gift.ended_at.is_(None), Gift.expires_at <= now)
    query = query.order_by(Gift.expires_at).limit(limit).with_for_update(skip_locked=True)
    ended = list(await session.scalars(query))
    transactions: list[Transaction] = []
    await lock_wallets(session, {one for gift in ended for one in (gift.id, gift.giver_id)})
    for gift in ended:
        gift.ended_at = now
        transactions += await returning(session, gift, event="back", now=now)
    await post(session, transactions, now=now)
    return len(ended)


async def returning(
    session: Session, gift: Gift, *, event: str, now: datetime
) -> list[Transaction]:
    """Move what a gift still holds back to who gave it; answer what is to be posted of that."""
    move = Move(
        key=f"gift-{event}:{gift.id}",
        giver_id=gift.id,
        receiver_id=gift.giver_id,
        facts={"gift": str(gift.id), "track": str(gift.track_id)},
    )
    return await _moving(session, move, now=now)


async def gifts_of(session: Session, giver_id: UUID, *, limit: int = 200) -> list[Gift]:
    """Answer what somebody gave, the newest first."""
    query = select(Gift).where(Gift.giver_id == giver_id).order_by(Gift.made_at.desc())
    return list(await session.scalars(query.limit(limit)))


async def gift_of(session: Session, gift_id: UUID, *, lock: bool = False) -> Gift:
    """Answer a gift.

    Raises:
        Refused: `gift-unknown`, 404.

    """
    found = await session.get(Gift, gift_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise unknown_gift()
    return found


def unknown_gift() -> Refused:
    """Say that there is none, or none of the caller's."""
    return Refused("gift-unknown", "There is no such gift.", status=404)


def is_over(gift: Gift, now: datetime) -> bool:
    """Whether nobody can take it up any more."""
    return gift.ended_at is not None or gift.expires_at <= now


async def _moving(session: Session, move: Move, *, now: datetime) -> list[Transaction]:
    transaction = await moved(session, move, now=now)
    return [] if transaction is None else [transaction]
