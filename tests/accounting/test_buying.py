"""Tracks are bought outright: once, for exactly what was left to pay."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.deal_rows import NewDeal, add_deal
from accounting.deals import DealModel, Subject
from accounting.ledger import Account, AccountKind
from accounting.lots import LotKind
from accounting.purchase_rows import Bought
from accounting.quoting import InsufficientCredit
from accounting.refunds import Why, charges_of, refund_all, refund_purchase, require_returnable
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ledger import Terms
from catalog.models.plays import Counter
from catalog.plays import Standing, standing_of
from catalog.removal import remove_track
from catalog.roles import Role
from catalog.states import TrackState
from tests.support.catalog import NOON, audible, person
from tests.support.credit import credited, left_of, owed_to, paid_out, sums_to_nothing
from tests.support.locks import wait_for_locks
from tests.support.tampering import unguard

REMAINDERS = [1022, 1020, 1016, 1008, 992, 960, 896, 768, 512]
WHOLE_MICROS, ARTIST_MICROS = 1_226_400, 858_480
#: Where two write at the same time.
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def artist(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def track(database: Database, artist: Caller) -> UUID:
    return await audible(database, artist)


async def nothing() -> None:
    pass


async def bought(  # noqa: PLR0913 - what is bought, and what others do meanwhile
    database: Database,
    listener: Caller,
    *tracks: UUID,
    key: str = "",
    asked: str = "track",
    territory: str | None = None,
    before: Callable[[], Awaitable[object]] = nothing,
    after: Callable[[], Awaitable[object]] = nothing,
) -> list[Bought]:
    async def work(session: Session) -> list[Bought]:
        order = Order(
            key=key or str(uuid4()),
            asked=asked,
            listener_id=listener.id,
            payer_id=listener.id,
            articles=[await article_of(session, track) for track in tracks],
            territory=territory,
        )
        await before()
        sold = await buy(session, order, now=NOON)
        await after()
        return sold

    return await database.run(work)


async def counted(database: Database, listener: Caller, recording_id: UUID, plays: int) -> None:
    async with database.begin() as session:
        session.add(Counter(listener_id=listener.id, recording_id=recording_id, plays=plays))


async def standing(database: Database, listener: Caller, recording_id: UUID) -> Standing:
    async with database.read() as session:
        return await standing_of(session, listener_id=listener.id, recording_id=recording_id)


async def recording_of(database: Database, track: UUID) -> UUID:
    async with database.read() as session:
        return (await article_of(session, track)).recording_id


async def test_buying_outright_charges_the_remainder_and_makes_an_owner(
    database: Database, artist: Caller
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, sum(REMAINDERS))
    tracks = [await audible(database, artist, f"song {one}".encode()) for one in range(9)]
    for plays, track in enumerate(tracks):
        await counted(database, listener, await recording_of(database, track), plays)

    sold = [one for track in tracks for one in await bought(database, listener, track)]

    assert [one.price_millicredits for one in sold] == REMAINDERS
    assert [(one.first_step, one.last_step) for one in sold] == [(n, 9) for n in range(1, 10)]
    assert await left_of(database, listener) == 0
    has = await standing(database, listener, sold[0].recording_id)
    assert has == Standing(plays=9, owned_at=NOON)
    assert await sums_to_nothing(database)


async def removed(database: Database, track: UUID) -> TrackState:
    async with database.begin() as session:
        return await remove_track(session, track, now=NOON, until=NOON)


@ON_POSTGRESQL
async def test_what_is_removed_while_it_is_bought_costs_nothing(
    database: Database, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 1022)

    with pytest.raises(Refused, match="track-unknown"):
        await bought(database, listener, track, before=lambda: removed(database, track))

    assert await left_of(database, listener) == 1_022_000


@ON_POSTGRESQL
async def test_what_is_bought_while_it_is_removed_stays_for_who_bought_it(
    database: Database, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 1022)

    async def remove_it() -> None:
        removing.append(asyncio.create_task(removed(database, track)))
        await wait_for_locks(database, 1)

    removing: list[asyncio.Task[TrackState]] = []
    await bought(database, listener, track, after=remove_it)

    assert await removing[0] == TrackState.WITHDRAWN


async def test_what_is_bought_is_divided_as_plays_are(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 1022, vat_ppm=190_000)

    await bought(database, listener, track)

    net = WHOLE_MICROS - WHOLE_MICROS * 19 // 100
    share = await owed_to(database, Account(AccountKind.PAYABLE, str(artist.id)))
    assert share == 695_369  # of 695368.8: the larger remainder has it
    assert await owed_to(database, Account(AccountKind.COOP_SHARE)) == net - share
    assert await owed_to(database, Account(AccountKind.VAT, "DE")) == WHOLE_MICROS - net


async def test_mistake_04_buy_now_then_charged_again(database: Database, track: UUID) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 5000)

    [one] = await bought(database, listener, track)

    has = await standing(database, listener, one.recording_id)
    assert (has.plays, has.owned_at) == (9, NOON)
    with pytest.raises(Refused) as refused:
        await bought(database, listener, track)
    assert (refused.value.code, refused.value.status) == ("nothing-to-buy", 409)
    assert await left_of(database, listener) == (5000 - 1022) * 1000


async def test_the_same_key_buys_once_and_other_things_need_another(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener, other = await person(database, Role.LISTENER), await audible(database, artist, b"2")
    await credited(database, listener, 5000)

    answers = await asyncio.gather(*(bought(database, listener, track, key="k") for _ in range(8)))

    assert len({one.id for some in answers for one in some}) == 1
    assert await left_of(database, listener) == (5000 - 1022) * 1000
    with pytest.raises(Refused) as refused:
        await bought(database, listener, other, key="k", asked="another")
    assert refused.value.code == "idempotency-mismatch"


async def test_who_has_not_enough_is_told_price_and_balance_and_pays_nothing(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener, other = await person(database, Role.LISTENER), await audible(database, artist, b"2")
    await credited(database, listener, 2 * 1022 - 1)

    with pytest.raises(InsufficientCredit) as refused:
        await bought(database, listener, track, other)

    assert (refused.value.status, refused.value.price, refused.value.balance) == (402, 2044, 2043)
    assert await left_of(database, listener) == 2043_000
    recording = await recording_of(database, track)
    assert await standing(database, listener, recording) == Standing(plays=0, owned_at=None)


async def test_of_a_release_what_is_owned_or_own_costs_nothing(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener, other = await person(database, Role.LISTENER), await audible(database, artist, b"2")
    own = await audible(database, listener, b"3")
    await credited(database, listener, 2044)
    await bought(database, listener, track)

    [one] = await bought(database, listener, track, other, own, asked="release")

    assert (one.track_id, one.price_millicredits) == (other, 1022)
    assert await left_of(database, listener) == 0


async def test_promotional_credit_goes_first(database: Database, track: UUID) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 2000)
    await credited(database, listener, 1000, kind=LotKind.PROMO)

    await bought(database, listener, track)

    promo = Account(AccountKind.WALLET_PROMO, str(listener.id))
    assert await owed_to(database, promo) == 0
    assert await left_of(database, listener) == 1_978_000


async def test_a_refund_ends_ownership_and_returns_each_credit_to_its_lot(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 2000, vat_ppm=190_000)
    await credited(database, listener, 1000, kind=LotKind.PROMO)
    await counted(database, listener, await recording_of(database, track), 3)
    [one] = await bought(database, listener, track)
    why = Why(by=listener.id, reason="by mistake")

    async def back(session: Session) -> bool:
        return (await refund_purchase(session, one.id, why=why, now=NOON)).is_new

    assert sorted(await asyncio.gather(*(database.run(back) for _ in range(4)))) == [False] * 3 + [
        True
    ]
    assert await standing(database, listener, one.recording_id) == Standing(plays=3, owned_at=None)
    for kind, left in ((AccountKind.WALLET, 2_400_000), (AccountKind.WALLET_PROMO, 1_200_000)):
        assert await owed_to(database, Account(kind, str(listener.id))) == left
    for account in (Account(AccountKind.PAYABLE, str(artist.id)), Account(AccountKind.VAT, "DE")):
        assert await owed_to(database, account) == 0
    assert await left_of(database, listener) == 3_000_000
    [again] = await bought(database, listener, track)
    assert again.price_millicredits == 1008


async def test_given_credit_buys_of_a_payee_what_the_terms_allow(
    database: Database, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 2000, kind=LotKind.PROMO)
    await credited(database, listener, 10)
    async with database.begin() as session:
        await unguard(session, "terms")
        await session.execute(update(Terms).values(promo_cap_micros=1021 * 1_200))

    with pytest.raises(InsufficientCredit, match="and there are 10 to spend on it") as refused:
        await bought(database, listener, track)

    told = {"price": 1022, "balance": 2010, "spendable": 10, "held": 0}
    assert refused.value.figures == told


async def test_what_payees_were_paid_already_they_owe(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 1022)
    [one] = await bought(database, listener, track)
    payable = Account(AccountKind.PAYABLE, str(artist.id))
    await paid_out(database, payable, ARTIST_MICROS)

    why = Why(by=listener.id, reason="by mistake")
    await database.run(lambda session: refund_purchase(session, one.id, why=why, now=NOON))

    assert await owed_to(database, payable) == -ARTIST_MICROS
    assert await sums_to_nothing(database)


async def test_listeners_give_back_what_is_new_and_not_downloaded(
    database: Database, track: UUID
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 1022)
    [one] = await bought(database, listener, track)
    days = timedelta(days=14)

    async def refusal(now_later: timedelta) -> str:
        async with database.read() as session:
            try:
                await require_returnable(session, one, within=days, now=NOON + now_later)
            except Refused as refused:
                return refused.code
        return ""

    assert await refusal(timedelta(days=13)) == ""
    assert await refusal(days) == "too-late-to-refund"
    async with database.begin() as session:
        counter = await session.get_one(Counter, (listener.id, one.recording_id))
        counter.downloaded_at = NOON
    assert await refusal(timedelta(days=1)) == "downloaded"


async def test_all_that_an_account_paid_is_given_back_at_once(
    database: Database, artist: Caller, track: UUID
) -> None:
    listener, other = await person(database, Role.LISTENER), await audible(database, artist, b"2")
    await credited(database, listener, 2044)
    await bought(database, listener, track, other)
    why = Why(by=artist.id, reason="stolen card")

    async def back(session: Session) -> int:
        charges = await charges_of(session, listener.id)
        return len(await refund_all(session, charges, why=why, now=NOON))

    assert await database.run(back) == 2
    assert await database.run(back) == 0
    assert await left_of(database, listener) == 2_044_000


@pytest.mark.parametrize(("model", "territory"), [("free", "DE"), ("paid", "DE"), ("paid", "FR")])
async def test_what_no_deal_allows_is_not_sold(
    database: Database, track: UUID, model: str, territory: str
) -> None:
    listener = await person(database, Role.LISTENER)
    await credited(database, listener, 2000)
    new = NewDeal(
        subject=Subject.TRACK,
        subject_id=track,
        model=DealModel(model),
        territories=["DE", "AT"],
        excluded=[],
        starts_at=NOON,
        ends_at=None,
    )
    async with database.begin() as session:
        deal = await add_deal(session, new, by=listener.id, now=NOON)

    if (model, territory) != ("paid", "DE"):
        with pytest.raises(Refused) as refused:
            await bought(database, listener, track, territory=territory)
        assert refused.value.code == "nothing-to-buy"
        return
    [one] = await bought(database, listener, track, territory=territory)
    assert (one.deal_id, one.territory) == (deal, territory)
