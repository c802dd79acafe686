from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.payouts import (
    MICROS_PER_CENT,
    Details,
    Plan,
    Planned,
    Policy,
    Standing,
    Why,
    months_before,
    plan,
    whole_cents,
)
from base.units import Micros
from tests.support.catalog import NOON

CENT = MICROS_PER_CENT
EUR = 100 * CENT
ID = UUID(int=1)
KNOWN = Details(id=ID, since=NOON - timedelta(days=30))
POLICY = Policy(currency="EUR", threshold=Micros(10 * EUR), details_days=7)
HOLDING = replace(POLICY, holdback_ppm=50_000, holdback_months=6)

amounts = st.integers(-(10**13), 10**13).map(Micros)
parts = st.integers(0, 10**9).map(Micros)
policies = st.builds(
    Policy,
    currency=st.just("EUR"),
    threshold=st.integers(CENT, 100 * EUR).map(Micros),
    holdback_ppm=st.integers(0, 1_000_000),
    holdback_months=st.integers(0, 24),
    details_days=st.integers(0, 30),
)
standings = st.builds(
    Standing,
    payee=st.text("abc", min_size=1, max_size=3),
    currency=st.sampled_from(["EUR", "USD"]),
    payable=amounts,
    exempt=parts,
    reserve=parts,
    young=parts,
    is_on_hold=st.booleans(),
    details=st.none()
    | st.builds(Details, id=st.just(ID), since=st.just(NOON), is_doubtful=st.booleans()),
)


def owed(payable: int, **more: object) -> Standing:
    one = Standing(payee="ada", currency="EUR", payable=Micros(payable), details=KNOWN)
    return replace(one, **more)  # type: ignore[arg-type] # whatever a test is about


def why(standing: Standing, policy: Policy = POLICY) -> tuple[Why, ...]:
    found = plan([standing], policy, now=NOON)
    return found.waiting[0].why if found.waiting else ()


def paid(standing: Standing, policy: Policy = POLICY) -> Planned:
    [payout] = plan([standing], policy, now=NOON).payouts
    return payout


def test_9_99_waits_and_10_00_is_paid() -> None:
    assert why(owed(10 * EUR - CENT)) == (Why.BELOW_THRESHOLD,)
    assert why(owed(10 * EUR - 1)) == (Why.BELOW_THRESHOLD,)
    assert paid(owed(10 * EUR)).amount == 10 * EUR


def test_what_is_below_a_cent_stays_on_the_account() -> None:
    assert paid(owed(10 * EUR + CENT - 1)).amount == 10 * EUR
    assert paid(owed(10 * EUR + CENT)).amount == 10 * EUR + CENT


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"currency": "USD"}, Why.OTHER_CURRENCY),
        ({"payable": Micros(-1)}, Why.IN_DEBT),
        ({"is_on_hold": True}, Why.ON_HOLD),
        ({"details": None}, Why.NO_DETAILS),
        ({"details": Details(id=ID, since=NOON - timedelta(days=6))}, Why.NEW_DETAILS),
        ({"details": replace(KNOWN, is_doubtful=True)}, Why.DOUBTFUL_DETAILS),
    ],
)
def test_who_waits_is_told_why(more: dict[str, object], expected: Why) -> None:
    standing = replace(owed(20 * EUR), **more)  # type: ignore[arg-type] # as above

    assert why(standing) == (expected,)


def test_all_reasons_are_told_at_once() -> None:
    new = Details(id=ID, since=NOON, is_doubtful=True)

    assert why(owed(1, is_on_hold=True, details=new)) == (
        Why.BELOW_THRESHOLD,
        Why.ON_HOLD,
        Why.NEW_DETAILS,
        Why.DOUBTFUL_DETAILS,
    )


def test_part_is_held_back_and_comes_back_whole() -> None:
    first = paid(owed(100 * EUR), HOLDING)
    assert (first.amount, first.held, first.released) == (95 * EUR, 5 * EUR, 0)

    later = paid(owed(20 * EUR, reserve=Micros(6 * EUR), young=Micros(EUR)), HOLDING)
    assert (later.amount, later.held, later.released) == (24 * EUR, EUR, 5 * EUR)


def test_what_came_back_from_a_bank_is_not_held_back_again() -> None:
    assert paid(owed(30 * EUR, exempt=Micros(20 * EUR)), HOLDING).held == EUR // 2
    assert paid(owed(15 * EUR, exempt=Micros(20 * EUR)), HOLDING).held == 0


def test_a_debt_is_first_covered_by_what_comes_back_from_the_reserve() -> None:
    assert paid(owed(-5 * EUR, reserve=Micros(20 * EUR))).amount == 15 * EUR
    assert why(owed(-20 * EUR, reserve=Micros(5 * EUR))) == (Why.IN_DEBT,)


def test_who_is_owed_nothing_is_not_mentioned() -> None:
    assert plan([owed(0, details=None)], POLICY, now=NOON) == Plan(payouts=(), waiting=())


def test_a_policy_that_pays_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="threshold"):
        replace(POLICY, threshold=Micros(CENT - 1))
    with pytest.raises(ValueError, match="holdback"):
        replace(POLICY, holdback_ppm=1_000_001)


@given(st.lists(standings, max_size=5), policies)
def test_nothing_vanishes_and_nobody_gets_more_than_is_owed(
    several: list[Standing], policy: Policy
) -> None:
    owing = {(one.payee, one.currency): one for one in several}

    found = plan(owing.values(), policy, now=NOON)

    for one in found.payouts:
        standing = owing[one.payee, policy.currency]
        left = standing.payable + one.released - one.held - one.amount
        assert one.amount % CENT == 0
        assert one.amount >= policy.threshold
        assert 0 <= left < CENT
        assert 0 <= one.held <= max(0, standing.payable)
        assert 0 <= one.released <= standing.reserve
    mentioned = {one.payee for one in found.payouts} | {one.payee for one in found.waiting}
    assert mentioned == {one.payee for one in owing.values() if one.payable or one.matured}
    assert len(found.payouts) + len(found.waiting) == sum(
        1 for one in owing.values() if one.payable or one.matured
    )
    assert found == plan(reversed(list(owing.values())), policy, now=NOON)


@given(st.lists(st.integers(0, 30 * EUR), min_size=1, max_size=20), st.integers(0, 200_000))
def test_over_many_months_what_is_paid_and_what_waits_is_what_was_earned(
    earnings: list[int], holdback_ppm: int
) -> None:
    policy = replace(HOLDING, holdback_ppm=holdback_ppm)
    payable, reserve, out = 0, 0, 0
    holdings: list[int] = []

    for earned in earnings:
        payable += earned
        young = sum(holdings[-3:])
        standing = owed(payable, reserve=Micros(reserve), young=Micros(young))
        held = 0
        for one in plan([standing], policy, now=NOON).payouts:
            payable += one.released - one.held - one.amount
            reserve += one.held - one.released
            out += one.amount
            held = one.held
        holdings.append(held)

        assert payable >= 0
        assert reserve >= 0
        assert payable + reserve + out == sum(earnings[: len(holdings)])


@given(amounts)
def test_whole_cents_are_the_next_below(amount: Micros) -> None:
    assert 0 <= amount - whole_cents(amount) < CENT
    assert whole_cents(amount) % CENT == 0


def test_months_end_where_their_last_day_is() -> None:
    end = datetime(2026, 8, 31, 12, tzinfo=UTC)

    assert months_before(end, 6) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert months_before(end, 8) == datetime(2025, 12, 31, 12, tzinfo=UTC)
    assert months_before(end, 0) == end
