"""Known attacks, each played out, with what it costs the co-operative at most.

The bounds are those of docs/ledger/fraud.md, in micro-units.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounting.evidence import judge
from accounting.holds import held_plays
from accounting.journal import balance_of
from accounting.ledger import Account, AccountKind
from accounting.lots import LotKind
from accounting.plays import settle
from accounting.reconciliation import counted
from accounting.reconciling import reconcile
from accounting.reports import Beat
from accounting.suspicion import Limits
from base.clock import ManualClock
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, open_database, person, qualified
from tests.support.credit import credited
from tests.support.economy import MICROS_PER_MILLICREDIT, PRICES, Economy

TRACK = sum(PRICES)
LIMITS = Limits()
#: What a payee can get of promotional credit in a day: 70 of 100 parts of 5.11 credits.
PROMO_A_DAY = LIMITS.payee_promo_day * MICROS_PER_MILLICREDIT * 7 // 10
#: What a new account can give payees in a day by its plays.
NEW_A_DAY = LIMITS.new_spent_day * MICROS_PER_MILLICREDIT * 7 // 10
SOON = timedelta(minutes=3)
EUR = 1_000_000


def songs(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]


def hammer(market: Economy, listener: UUID, tracks: list[UUID], payee: UUID) -> Iterator[bool]:
    """Let a listener play all tracks again and again until nothing is charged any more."""
    while True:
        charged = [market.play(listener, track, payee) for track in tracks]
        yield from charged
        if not any(charged):
            return
        market.now += SOON


def guaranteed(earned: int, guarantee: int) -> int:
    """Answer what a guarantee adds: what is missing to it, however often anything was played."""
    return max(0, guarantee - earned)


@settings(max_examples=20)
@given(st.integers(0, 9), st.integers(0, 300))
def test_attack_guarantee_pump_costs_the_artist_and_never_more_than_the_guarantee(
    tracks: int, guarantee_eur: int
) -> None:
    """An artist with a guarantee (or an advance to be earned) has friends play the music."""
    market, guarantee = Economy(), guarantee_eur * EUR
    artist = market.account(days_old=400)
    friend = market.account(paid=tracks * TRACK, days_old=400)
    for track in songs(tracks):
        for _ in PRICES:
            market.now += SOON
            market.play(friend, track, artist)

    earned, spent = market.earned[artist], market.spent[friend]
    net = earned + guaranteed(earned, guarantee) - spent
    loss = guaranteed(earned, guarantee) - market.coop_income

    assert spent == tracks * TRACK * MICROS_PER_MILLICREDIT
    assert net <= guarantee
    assert net < guarantee or not tracks
    assert loss <= guarantee


def test_attack_promo_farming_by_180_accounts_is_capped_per_payee_and_day() -> None:
    """Somebody opens accounts for the credit that is given to begin with, to play one artist."""
    market, [track] = Economy(), songs(1)
    payee, days = uuid4(), 2
    given_away = 180 * 100
    accounts = [market.account(promo=100) for _ in range(180)]
    for day in range(days):
        for account in accounts[day * 90 : (day + 1) * 90]:
            market.now += timedelta(seconds=1)
            for _ in range(5):
                market.play(account, track, payee)
        market.now += timedelta(days=1)

    assert market.earned[payee] <= days * PROMO_A_DAY
    assert market.promo_expense <= days * LIMITS.payee_promo_day * MICROS_PER_MILLICREDIT
    assert market.earned[payee] > days * PROMO_A_DAY * 95 // 100  # it is what stops it
    assert market.earned[payee] < given_away * MICROS_PER_MILLICREDIT * 7 // 10
    assert set(market.held) == {"held:promo-farm"}
    assert PROMO_A_DAY == 4_292_400


def beat(at: int, position: int, elapsed: int) -> Beat:
    return Beat(at_ms=at * 1_000, position_ms=position * 1_000, elapsed_ms=elapsed * 1_000)


HONEST = [beat(at, at, at) for at in range(0, 50, 10)] + [beat(50, 50, 50)]
SERVED = [(0, 60_000)]


@pytest.mark.parametrize(
    ("how", "delivered", "beats", "is_play"),
    [
        ("as it should be", SERVED, HONEST, True),
        ("the same report a thousand times is one play's", SERVED, HONEST[:3] * 1_000, False),
        ("reports without any music that was served", [], HONEST, False),
        ("reports of music that was not served", [(60_000, 120_000)], HONEST, False),
        ("music without reports", SERVED, [], False),
        ("an hour reported in a second", SERVED, [beat(0, 0, 0), beat(1, 50, 50)], False),
        (
            "a clock that runs fifty times as fast",
            SERVED,
            [beat(1, at, at) for at in (0, 50)],
            False,
        ),
        ("the end sought", SERVED, [beat(0, 0, 0), beat(50, 50, 1)], False),
        ("the same ten seconds", SERVED, [beat(n, n % 10, n) for n in range(0, 60, 5)], False),
    ],
)
def test_attack_forged_and_replayed_events_make_no_play(
    how: str, delivered: list[tuple[int, int]], beats: list[Beat], *, is_play: bool
) -> None:
    """Nothing is charged or earned without bytes that were served and time that passed."""
    verdict = judge(duration_ms=180_000, threshold_ms=45_000, delivered=delivered, beats=beats)

    assert verdict.is_play is is_play, how


def test_attack_forged_plays_of_a_patient_liar_cost_what_plays_cost() -> None:
    """Who fetches the bytes and waits is a listener: each play is paid for, at its step."""
    market, tracks = Economy(), songs(2)
    artist, liar = uuid4(), market.account(paid=10 * TRACK, days_old=400)

    charged = sum(hammer(market, liar, tracks, artist))

    assert charged == 18
    assert market.earned[artist] - market.spent[liar] == -market.coop_income
    assert market.coop_income == 2 * TRACK * MICROS_PER_MILLICREDIT * 3 // 10


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), max_size=60))
def test_attack_a_ring_of_artists_loses_the_co_operatives_part_of_all_it_moves(
    moves: list[tuple[int, int, int]],
) -> None:
    """Artists play each other in whatever order: together they pay 30 of 100 parts each time."""
    market = Economy()
    ring = [market.account(paid=3 * TRACK, days_old=400) for _ in range(3)]
    catalogue = {one: songs(2) for one in ring}
    for listener, payee, number in moves:
        market.now += SOON
        market.play(ring[listener], catalogue[ring[payee]][number], ring[payee])

    spent, earned = sum(market.spent.values()), sum(market.earned.values())
    assert earned - spent == -market.coop_income
    assert market.coop_income * 10 == spent * 3


def test_attack_two_artists_in_a_loop_are_held_after_five_tracks_each() -> None:
    market = Economy()
    one, other = (market.account(paid=20 * TRACK, days_old=400) for _ in range(2))
    mine, theirs = songs(10), songs(10)
    for track, back in zip(mine, theirs, strict=True):
        for _ in PRICES:
            market.now += SOON
            market.play(one, back, other)
            market.play(other, track, one)

    moved = min(market.spent[one], market.spent[other])
    assert moved <= LIMITS.looped_month * MICROS_PER_MILLICREDIT
    assert set(market.held) == {"held:loop"}
    assert market.earned[one] + market.earned[other] == (
        market.spent[one] + market.spent[other] - market.coop_income
    )


def stolen(
    market: Economy, thief: UUID, tracks: list[UUID], *, cards: int, days: int
) -> list[UUID]:
    """Let accounts with a stolen card each spend all they may on a thief's music."""
    accounts = [market.account(paid=40_000, card=f"card {n}") for n in range(cards)]
    for _ in range(days):
        morning = market.now
        for account in accounts:
            market.now = morning
            for track in tracks:
                list(hammer(market, account, [track], thief))
        market.now = morning + timedelta(days=1)
    return accounts


def test_attack_stolen_cards_spend_little_a_day_while_accounts_are_new() -> None:
    """Cards are stolen, credit bought and spent on one's own music, before the owners notice."""
    market, thief, days = Economy(), uuid4(), 3
    accounts = stolen(market, thief, songs(9), cards=2, days=days)

    loss_if_paid_out = market.earned[thief]
    assert loss_if_paid_out <= len(accounts) * days * NEW_A_DAY
    # To one payee even less: nothing is charged past three tracks a day.
    assert loss_if_paid_out <= len(accounts) * days * LIMITS.payee_spent_day * 12 * 70
    assert "held:one-payee" in market.held
    assert NEW_A_DAY == 4_292_400


def test_attack_stolen_cards_get_nothing_where_the_charge_comes_back_before_the_payout() -> None:
    market, thief, holdback = Economy(), uuid4(), timedelta(days=30)
    begun = market.now
    stolen(market, thief, songs(3), cards=2, days=2)
    charged_back_at = begun + timedelta(days=29)

    lost = market.paid_out(thief, heard_before=charged_back_at - holdback)

    assert lost == 0
    assert market.paid_out(thief, heard_before=market.now) == market.earned[thief] > 0


def test_attack_one_stolen_card_on_many_accounts_is_held() -> None:
    market, thief = Economy(), uuid4()
    tracks = songs(1)
    accounts = [market.account(paid=40_000, card="the same") for _ in range(6)]

    charged = [market.play(account, tracks[0], thief) for account in accounts]

    assert not any(charged)
    assert set(market.held) == {"held:shared-method"}


def test_attack_an_artist_who_buys_credit_for_a_second_account_is_held_at_once() -> None:
    market = Economy()
    artist = market.account(days_old=400, card="mine")
    puppet = market.account(paid=40_000, days_old=400, card="mine")

    assert not market.play(puppet, uuid4(), artist)
    assert market.held == ["held:same-purse"]


async def test_attack_promo_farming_is_capped_by_real_settlement_too(
    migrated_sqlite_url: str,
) -> None:
    """The same as above on a database: what was held is no play, and the books agree."""
    async with open_database(migrated_sqlite_url) as database:
        clock = ManualClock(NOON)
        artist = await person(database, Role.ARTIST)
        track = (await accepted(database, artist)).track_id
        plays = []
        for _ in range(6):
            listener = await person(database, Role.LISTENER)
            await credited(database, listener, TRACK, kind=LotKind.PROMO)
            for _ in PRICES:
                clock.advance(SOON)
                plays.append(await qualified(database, clock, listener=listener, track_id=track))

        await database.run(lambda session: settle(session, plays, now=clock()))

        async with database.read() as session:
            owed = await balance_of(session, Account(AccountKind.PAYABLE, str(artist.id)))
            held = await held_plays(session, limit=100)
            later = clock() + timedelta(hours=1)
            found = await reconcile(session, now=later, chained_within=timedelta(days=9))
        assert owed == {"EUR": -PROMO_A_DAY}
        assert {one.reason for one in held} == {"held:promo-farm"}
        assert len(held) == len(PRICES)
        assert counted(found) == {}
