"""Purchases are no way around what holds plays: what would be suspicious is refused."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounting.lots import LotKind
from accounting.plays import settle
from accounting.spending import promo_to, require_room
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.roles import Role
from refrain.synthetic_credit import top_up
from tests.support.booked import book_purchase
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.credit import credited

LATER = NOON + timedelta(days=14)


@pytest.fixture
async def artist(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def track(database: Database, artist: Caller) -> UUID:
    return (await accepted(database, artist)).track_id


async def test_a_new_account_buys_two_albums_a_day_and_an_old_one_what_it_likes(
    database: Database, artist: Caller, track: UUID
) -> None:
    fan = await person(database, Role.LISTENER)
    async with database.begin() as session:
        await top_up(session, fan.id, millicredits=2_000, now=NOON)
    play = await qualified(database, ManualClock(NOON), listener=fan, track_id=track)
    await database.run(lambda session: settle(session, [play], now=NOON))
    async with database.begin() as session:
        await book_purchase(session, fan.id, track, millicredits=1_020, lot=1, now=NOON)
        left = 25_550 - 2 - 1_020
        await require_room(session, fan.id, {artist.id: left}, promo_micros=0, now=NOON)
        with pytest.raises(Refused, match="24528 are left today") as refused:
            await require_room(
                session, fan.id, {artist.id: left, uuid4(): 1}, promo_micros=0, now=NOON
            )
        await require_room(session, fan.id, {artist.id: 25_550}, promo_micros=0, now=TOMORROW)
        await require_room(session, fan.id, {artist.id: 10**6}, promo_micros=0, now=LATER)

    assert (refused.value.code, refused.value.status) == ("new-account-limit", 409)


TOMORROW = NOON + timedelta(days=1)


async def test_given_credit_of_all_buys_a_payee_so_much_a_day_and_no_more(
    database: Database, artist: Caller, track: UUID
) -> None:
    fan, other = [await person(database, Role.LISTENER) for _ in range(2)]
    lots = [await credited(database, one, 2_000, kind=LotKind.PROMO) for one in (fan, other)]
    play = await qualified(database, ManualClock(NOON), listener=fan, track_id=track)
    await database.run(lambda session: settle(session, [play], now=NOON))
    async with database.begin() as session:
        await book_purchase(session, other.id, track, millicredits=1_022, lot=lots[1], now=NOON)
        spent = await promo_to(session, [artist.id], since=NOON - timedelta(days=1))
        left = 5_110 - 1_024
        for price, credit in ((left, 10**7), (left + 1, left * 1_000), (10**4, 0)):
            await require_room(session, fan.id, {artist.id: price}, promo_micros=credit, now=NOON)
        with pytest.raises(Refused) as refused:
            await require_room(session, fan.id, {artist.id: left + 1}, promo_micros=10**7, now=NOON)
        await require_room(session, fan.id, {artist.id: left + 1}, promo_micros=10**7, now=TOMORROW)

    assert spent == {artist.id: 1_024}
    assert refused.value.code == "promo-limit"
