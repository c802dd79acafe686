"""Buy tracks outright: all that is left to pay, once, all of them or none.

Rows are locked in the order of settling: counters, then the wallet that pays. What else is played
of a recording meanwhile was counted before, and is not charged again; or comes after, and plays
for its owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from accounting.articles import keep_articles
from accounting.charging import Purse, charged_entries, promo_of
from accounting.counters import Pair, lock_counters, write_counters
from accounting.deal_rows import deals_of
from accounting.deals import deal_for
from accounting.journal import post
from accounting.ledger import Facts, Transaction, TxnKind
from accounting.lot_rows import Holding, added, lock_wallets, unspent, write_holdings, write_left
from accounting.lots import Lot, LotKind, Take, left
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms, in_force
from accounting.promo import note_promo, promo_rooms
from accounting.purchase_rows import Bought, add_purchases, bought_before
from accounting.quoting import Article, InsufficientCredit, Quote, nothing_to_buy, quoted
from accounting.sheets import sharings
from accounting.spending import require_room
from accounting.splits import Timeline
from accounting.terms import all_terms
from base.database import Session
from base.errors import Refused
from catalog.plays import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be bought: for whom, from whose wallet, where, and what was asked for.

    The same `key` of the same payer is the same order.
    """

    key: str
    asked: str
    listener_id: UUID
    payer_id: UUID
    articles: Sequence[Article]
    territory: str | None = None
    #: Whose wallets change in the same transaction; frozen, they hold it up as well.
    beside: Sequence[UUID] = ()


async def buy(session: Session, order: Order, *, now: datetime) -> list[Bought]:
    """Buy what of an order is not owned, own or free; or answer what was bought under its key.

    Raises:
        Refused: `nothing-to-buy`, 409; `insufficient-credit`, 402; `wallet-frozen`, 409;
            `idempotency-mismatch`, 409; `new-account-limit`, `promo-limit`, 409; `track-unknown`,
            404: one was removed at that moment.

    """
    dated = await all_terms(session)
    terms = in_force(dated, now)
    timelines = await sharings(session, {one.recording_id: one.owner_id for one in order.articles})
    standings = await lock_counters(
        session, [(order.listener_id, one.recording_id) for one in order.articles]
    )
    wallets = await lock_wallets(session, [order.payer_id, *order.beside])
    wallet = wallets.get(order.payer_id, Holding())
    known = await bought_before(session, order.payer_id, key=order.key, asked=order.asked)
    if known:
        return known
    await keep_articles(session, order.articles)
    quotes = await _quotes(session, order, standings, terms, now=now)
    lots = (await unspent(session, [order.payer_id], now=now)).get(order.payer_id, [])
    given = sum(lot.credits for lot in lots if lot.kind is LotKind.PROMO)
    await require_room(session, order.payer_id, _prices(quotes), promo_micros=given, now=now)
    rooms = await promo_rooms(session, {one.owner_id for one in order.articles}, dated, now=now)
    is_frozen = any(one.is_frozen for one in wallets.values())
    sales = _sales(quotes, Purse(lots=tuple(lots), is_frozen=is_frozen), rooms)
    await _spend(session, order.payer_id, wallet, sales)
    owned = Standing(plays=len(terms.prices), owned_at=now)
    sold: dict[Pair, Standing] = {(order.listener_id, one.recording_id): owned for one in sales}
    await write_counters(session, sold)
    await note_promo(session, _promo(sales), now=now)
    bought = [_bought(order, one.quote, terms, now=now) for one in sales]
    transactions = [
        _transaction(one, sale, terms, timelines[one.recording_id])
        for one, sale in zip(bought, sales, strict=True)
    ]
    posted = await post(session, transactions, now=now)
    bought = [replace(one, txn_id=txn.id) for one, txn in zip(bought, posted, strict=True)]
    await add_purchases(session, bought)
    return bought


def _prices(quotes: Iterable[Quote]) -> dict[UUID, int]:
    """Answer what is to be paid for each payee's music."""
    prices: dict[UUID, int] = {}
    for one in quotes:
        payee = one.article.owner_id
        prices[payee] = prices.get(payee, 0) + one.remainder
    return prices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sale:
    """What was quoted, and the credit that was taken for it."""

    quote: Quote
    takes: tuple[Take, ...]

    @property
    def recording_id(self) -> UUID:
        """What is owned from then on."""
        return self.quote.article.recording_id


async def _quotes(
    session: Session,
    order: Order,
    standings: Mapping[Pair, Standing],
    terms: Terms,
    *,
    now: datetime,
) -> list[Quote]:
    """Answer what of an order is to be paid for; of an order of several, the rest is left out."""
    deals = await deals_of(session, [one.track_id for one in order.articles])
    quotes = [
        quoted(
            one,
            listener_id=order.listener_id,
            dealt=deal_for(deals.get(one.track_id, ()), at=now, territory=order.territory),
            standing=standings[order.listener_id, one.recording_id],
            prices=terms.prices,
        )
        for one in order.articles
    ]
    due = [one for one in quotes if one.nothing is None]
    if not due and quotes and quotes[0].nothing is not None:
        raise nothing_to_buy(quotes[0].nothing)
    return due


def _sales(quotes: Sequence[Quote], purse: Purse, rooms: Mapping[UUID, int]) -> list[_Sale]:
    """Take the credit for one after the other, as if they were bought one by one."""
    if purse.is_frozen:
        raise WalletFrozen
    rooms, sales, full = dict(rooms), list[_Sale](), purse
    for quote in quotes:
        payee = quote.article.owner_id
        due, room = quote.remainder * MICROS_PER_MILLICREDIT, rooms.get(payee)
        takes = purse.taking(due, promo_room=room)
        if takes is None:
            raise _insufficient(quotes, full)
        if room is not None:
            rooms[payee] = room - promo_of(takes)
        sales.append(_Sale(quote=quote, takes=tuple(takes)))
        purse = purse.after(takes)
    return sales


def _insufficient(quotes: Iterable[Quote], purse: Purse) -> InsufficientCredit:
    """Say what there is: where that is enough, what was given may go no further to a payee."""
    price = sum(one.remainder for one in quotes)
    has = sum(lot.credits for lot in purse.lots) // MICROS_PER_MILLICREDIT
    paid = sum(lot.credits for lot in purse.lots if lot.kind is LotKind.PAID)
    spendable = has if has < price else paid // MICROS_PER_MILLICREDIT
    return InsufficientCredit(price=price, balance=has, spendable=spendable)


def _promo(sales: Iterable[_Sale]) -> dict[UUID, int]:
    """Answer what of credit that was given goes to each payee's recordings."""
    sums: dict[UUID, int] = defaultdict(int)
    for one in sales:
        if given := promo_of(one.takes):
            sums[one.quote.article.owner_id] += given
    return sums


class WalletFrozen(Refused):
    """Nothing can be spent from a wallet."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "wallet-frozen",
            "This wallet is frozen: nothing is spent until it is looked at.",
            status=409,
        )


async def _spend(session: Session, payer_id: UUID, wallet: Holding, sales: Iterable[_Sale]) -> None:
    rest: dict[int, Lot] = {}
    for one in (one for sale in sales for one in sale.takes):
        rest[one.lot.id] = left(one)
        wallet = added(wallet, one.lot.kind, -one.credits)
    await write_left(session, list(rest.values()))
    await write_holdings(session, {payer_id: wallet})


def _bought(order: Order, quote: Quote, terms: Terms, *, now: datetime) -> Bought:
    return Bought(
        id=uuid4(),
        key=order.key,
        asked=order.asked,
        listener_id=order.listener_id,
        payer_id=order.payer_id,
        recording_id=quote.article.recording_id,
        track_id=quote.article.track_id,
        payee_id=quote.article.owner_id,
        first_step=quote.plays + 1,
        last_step=quote.steps,
        price_millicredits=quote.remainder,
        bought_at=now,
        txn_id=0,
        terms_id=terms.id,
        territory=order.territory,
        deal_id=quote.dealt.kept_by,
    )


def _transaction(one: Bought, sale: _Sale, terms: Terms, timeline: Timeline) -> Transaction:
    sharing = timeline.at(one.bought_at)
    return Transaction(
        kind=TxnKind.PURCHASE,
        key=f"buy:{one.key}:{one.recording_id}",
        occurred_at=one.bought_at,
        entries=charged_entries(sale.takes, artist_ppm=terms.artist_ppm, sharing=sharing),
        facts={**_facts(one), **sharing.facts},
    )


def _facts(one: Bought) -> Facts:
    facts: dict[str, str | int] = {
        "purchase": str(one.id),
        "listener": str(one.listener_id),
        "recording": str(one.recording_id),
        "track": str(one.track_id),
        "payee": str(one.payee_id),
        "first_step": one.first_step,
        "last_step": one.last_step,
        "price": one.price_millicredits,
        "terms": one.terms_id,
    }
    if one.payer_id != one.listener_id:
        facts["payer"] = str(one.payer_id)
    if one.territory is not None:
        facts["territory"] = one.territory
    if one.deal_id is not None:
        facts["deal"] = str(one.deal_id)
    return facts
