"""Whoever is told that they have credit for a play can pay it."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accounting.books import balance_of
from accounting.grants import Grant, give
from accounting.lots import LotKind
from accounting.opening import Asked, asked
from accounting.outcome import outcome_of
from accounting.plays import settle
from accounting.promo import forget_promo
from accounting.wallet import contents_of
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.models.ledger import PromoSpent, Terms, Wallet
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import NOON, audible, opened, person, qualified
from tests.support.credit import credited
from tests.support.tampering import unguard


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def listener(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


@pytest.fixture
async def token(database: Database, listener: Caller) -> str:
    async with database.begin() as session:
        return await issue_token(session, listener, label="t", now=NOON)


@pytest.fixture
async def track(database: Database) -> UUID:
    return await audible(database, await person(database, Role.ARTIST))


async def found(database: Database, clock: ManualClock, token: str, track: UUID) -> Asked:
    async with database.read() as session:
        seen = await asked(session, token, track, now=clock())
    assert seen is not None
    return seen


async def limited(database: Database, cap: int | None) -> None:
    async with database.begin() as session:
        await unguard(session, "terms")
        await session.execute(update(Terms).values(promo_cap_micros=cap))


@pytest.mark.parametrize(
    ("cap", "paid", "heard"),
    [(2 * 1_200, 0, 1), (6 * 1_200, 0, 2), (2 * 1_200, 12, 3), (0, 2, 1), (0, 0, 0)],
)
async def test_what_settling_would_not_take_for_a_payee_is_not_offered(  # noqa: PLR0913
    database: Database,
    clock: ManualClock,
    listener: Caller,
    token: str,
    track: UUID,
    *,
    cap: int,
    paid: int,
    heard: int,
) -> None:
    await credited(database, listener, 1000, kind=LotKind.PROMO)
    if paid:
        await credited(database, listener, paid)
    await limited(database, cap)

    reasons = []
    while (await found(database, clock, token, track)).is_affordable:
        play = await qualified(database, clock, listener=listener, track_id=track)
        settled = await database.run(partial(settle, ids=[play], now=clock()))
        reasons += [one.reason for one in settled]

    assert reasons == ["qualified"] * heard
    seen = await found(database, clock, token, track)
    assert seen.balance == await balance(database, listener, clock) >= 994
    assert seen.spendable == 0


async def test_what_is_heard_already_counts_towards_the_limit(
    database: Database, clock: ManualClock, listener: Caller, token: str, track: UUID
) -> None:
    await credited(database, listener, 1000, kind=LotKind.PROMO)
    await limited(database, 5 * 1_200)
    await opened(database, clock, listener=listener, track_id=track)

    assert not (await found(database, clock, token, track)).is_affordable  # 2 + 4
    clock.advance(timedelta(minutes=3))
    assert (await found(database, clock, token, track)).is_affordable


async def test_credit_that_ran_out_is_nowhere_before_it_is_taken_back(
    database: Database, clock: ManualClock, listener: Caller, token: str, track: UUID
) -> None:
    over = NOON + timedelta(minutes=1)
    given = Grant(listener_id=listener.id, key="1", credits=9_000, reason="x", expires_at=over)
    await database.run(lambda session: give(session, given, now=NOON))
    play = await opened(database, clock, listener=listener, track_id=track)
    before = await found(database, clock, token, track)

    clock.advance(timedelta(minutes=1))

    after = await found(database, clock, token, track)
    assert [(one.balance, one.is_affordable) for one in (before, after)] == [(9, True), (0, False)]
    async with database.read() as session:
        assert (await session.get_one(Wallet, listener.id)).promo_micros == 9_000
        seen = await contents_of(session, listener.id, now=clock())
        told = await outcome_of(session, play, now=clock())
    assert (seen.of(LotKind.PROMO), seen.lots, told.balance) == (0, [], 0)
    assert await balance(database, listener, clock) == 0


async def test_a_frozen_wallet_has_what_it_cannot_spend(
    database: Database, clock: ManualClock, listener: Caller, token: str, track: UUID
) -> None:
    await credited(database, listener, 9)
    async with database.begin() as session:
        await session.execute(update(Wallet).values(frozen_at=NOON))

    seen = await found(database, clock, token, track)

    assert (seen.balance, seen.spendable, seen.is_affordable) == (9, 0, False)
    assert await balance(database, listener, clock) == 9


async def balance(database: Database, listener: Caller, clock: ManualClock) -> int:
    async with database.read() as session:
        return await balance_of(session, listener.id, now=clock())


async def test_what_given_credit_came_to_is_noted_under_a_limit_alone_and_for_its_month(
    database: Database, clock: ManualClock, listener: Caller, track: UUID
) -> None:
    await credited(database, listener, 1000, kind=LotKind.PROMO)
    noted = []
    for cap in (None, 10**9, 10**9):
        await limited(database, cap)
        play = await qualified(database, clock, listener=listener, track_id=track)
        await database.run(partial(settle, ids=[play], now=clock()))
        async with database.read() as session:
            noted.append(list(await session.scalars(select(PromoSpent.amount))))
        clock.advance(timedelta(minutes=1))
    assert noted == [[], [4 * 1_200], [4 * 1_200, 8 * 1_200]]

    for now, left in ((clock(), 2), (NOON + timedelta(days=7), 0)):  # into December
        await database.run(partial(forget_promo, now=now))
        async with database.read() as session:
            assert len(list(await session.scalars(select(PromoSpent)))) == left
