from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import Account, AccountKind, Entry, reversed_entries
from accounting.lot_rows import (
    Holding,
    NewLot,
    add_lots,
    apply_entries,
    lock_wallets,
    lots_of,
    unspent,
    write_holdings,
    write_left,
)
from accounting.lots import Lot, LotKind, changes_of, in_order, left, take, taken_entries, worth
from base.database import Database
from base.errors import Refused
from catalog.roles import Role
from tests.support.catalog import person

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WHO = UUID(int=1)
SERIES = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000]


def lot(
    number: int = 1, *, credits: int, amount: int, vat: int = 0, kind: LotKind = LotKind.PAID
) -> Lot:
    return Lot(
        id=number,
        listener_id=WHO,
        kind=kind,
        currency="EUR",
        country="DE",
        acquired_at=NOON + timedelta(minutes=number),
        credits=credits,
        amount=amount,
        vat=vat,
    )


lots = st.lists(
    st.builds(
        lambda n, credits, amount, ppm: lot(
            n, credits=credits, amount=amount, vat=amount * ppm // 1_000_000
        ),
        st.integers(1, 10**6),
        st.integers(1, 10**9),
        st.integers(0, 10**9),
        st.integers(0, 250_000),
    ),
    min_size=1,
    max_size=4,
)


@given(lots, st.data())
def test_nothing_vanishes_however_it_is_spent(all_lots: list[Lot], data: st.DataObject) -> None:
    """Each lot is worth what was paid for it, whatever the order and size of what is taken."""
    known = dict(enumerate(all_lots))
    spent_amount = spent_vat = 0
    total = sum(one.credits for one in all_lots)
    while total:
        part = data.draw(st.integers(1, total) if total < 10**6 else st.integers(10**5, total))
        takes = take([one for one in known.values() if one.credits], part)
        for one in takes:
            spent_amount, spent_vat = spent_amount + one.amount, spent_vat + one.vat
            [index] = [k for k, value in known.items() if value is one.lot]
            known[index] = left(one)
        assert 0 <= sum(one.vat for one in takes) <= sum(one.amount for one in takes)
        assert sum(one.credits for one in takes) == part
        total -= part
    assert spent_amount == sum(one.amount for one in all_lots)
    assert spent_vat == sum(one.vat for one in all_lots)


def test_nine_plays_at_1_20_come_to_their_exact_price() -> None:
    now, amounts = lot(credits=10_000_000, amount=12_000_000), []
    for step in SERIES:
        [one] = take([now], step)
        amounts.append(one.amount)
        now = left(one)
    assert amounts == [2400, 4800, 9600, 19200, 38400, 76800, 153600, 307200, 614400]


def test_more_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="not as much"):
        take([lot(credits=5, amount=6)], 6)


def test_what_was_given_is_spent_first_and_then_the_oldest() -> None:
    given_ = lot(9, kind=LotKind.PROMO, credits=1, amount=1)
    old, new = lot(1, credits=1, amount=1), lot(2, credits=1, amount=1)
    assert in_order([new, given_, old]) == [given_, old, new]


def test_entries_say_what_was_taken_and_undo_it() -> None:
    takes = take([lot(1, credits=10, amount=119, vat=19), lot(2, credits=10, amount=100)], 15)
    entries = taken_entries(takes)
    assert entries == (
        Entry(Account(AccountKind.WALLET, str(WHO)), 119, "EUR", 1, 10),
        Entry(Account(AccountKind.WALLET, str(WHO)), 50, "EUR", 2, 5),
        Entry(Account(AccountKind.VAT, "DE"), -19, "EUR", 1),
    )
    assert worth(takes) == {"EUR": 150}
    assert [(one.lot, one.credits, one.amount, one.vat) for one in changes_of(entries)] == [
        (1, -10, -119, -19),
        (2, -5, -50, 0),
    ]
    assert [one.credits for one in changes_of(reversed_entries(entries))] == [10, 5]


async def test_lots_are_added_spent_and_given_back(database: Database) -> None:
    who = (await person(database, Role.LISTENER)).id
    new = [
        NewLot(
            listener_id=who,
            kind=kind,
            acquired_at=NOON,
            source=kind,
            currency="EUR",
            credits=1_000_000,
            amount=1_200_000,
            vat=200_000,
            country="DE",
        )
        for kind in LotKind
    ]
    async with database.begin() as session:
        await add_lots(session, new)
    async with database.begin() as session:
        held = await lock_wallets(session, [who, uuid4()])
        assert held == {who: Holding(paid=1_000_000, promo=1_000_000)}
        mine = (await unspent(session, [who], now=NOON))[who]
        assert [one.kind for one in mine] == [LotKind.PROMO, LotKind.PAID]
        takes = take(mine, 1_500_000)
        await write_left(session, [left(one) for one in takes])
        await write_holdings(session, {who: Holding(paid=500_000)})
    async with database.begin() as session:
        [last] = (await unspent(session, [who], now=NOON))[who]
        assert (last.credits, last.amount, last.vat) == (500_000, 600_000, 100_000)
        await apply_entries(session, reversed_entries(taken_entries(takes)))
        assert await lock_wallets(session, [who]) == held
        assert await lots_of(session, [one.id for one in mine]) == sorted(mine, key=_id)

    with pytest.raises(Refused, match="spent"):
        async with database.begin() as session:
            entry = Entry(Account(AccountKind.WALLET, str(who)), 1_200_001, "EUR", mine[0].id, 1)
            await apply_entries(session, [entry])


def _id(one: Lot) -> int:
    return one.id


async def test_what_has_expired_is_not_spent(database: Database) -> None:
    who = (await person(database, Role.LISTENER)).id
    async with database.begin() as session:
        await add_lots(
            session,
            [
                NewLot(
                    listener_id=who,
                    kind=LotKind.PROMO,
                    acquired_at=NOON,
                    source="grant",
                    currency="EUR",
                    credits=1,
                    amount=1,
                    expires_at=NOON + timedelta(days=1),
                )
            ],
        )
        assert who in await unspent(session, [who], now=NOON)
        assert who not in await unspent(session, [who], now=NOON + timedelta(days=1))
