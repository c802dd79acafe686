from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.settlement import Due
from accounting.suspicion import RULES, Features, Limits, explained, suspicion_of
from accounting.weighing import Known, weigh_all

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMITS = Limits()
PRICES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
YEAR_S = 365 * 86_400
#: For each rule: figures at its limit, which pass, and the one that breaks it.
RIM: Mapping[str, tuple[Features, Features]] = {
    "held:reported-unserved": (
        Features(reported_ms=945_000, heard_ms=45_000),
        Features(reported_ms=945_001, heard_ms=45_000),
    ),
    "held:faster-than-time": (Features(claimed_ms=120_000), Features(claimed_ms=120_001)),
    "held:beside-itself": (Features(beside=60), Features(beside=61)),
    "held:too-many-an-hour": (Features(plays_hour=240), Features(plays_hour=241)),
    "held:too-many-a-day": (Features(plays_day=1_500), Features(plays_day=1_501)),
    "held:same-purse": (Features(), Features(is_payees_purse=True)),
    "held:shared-method": (Features(shared_methods=4), Features(shared_methods=5)),
    "held:new-account-spends": (
        Features(account_age_s=0, spent_day=5_110),
        Features(account_age_s=1_209_599, spent_day=5_111),
    ),
    "held:one-payee": (
        Features(account_age_s=9, spent_day=3_067, payee_day=2_913),
        Features(account_age_s=9, spent_day=3_067, payee_day=2_914),
    ),
    "held:promo-farm": (
        Features(is_promo=True, payee_promo_day=5_110),
        Features(is_promo=True, payee_promo_day=5_111),
    ),
    "held:loop": (
        Features(account_age_s=YEAR_S, given_month=9_999, returned_month=5_110),
        Features(account_age_s=YEAR_S, given_month=9_999, returned_month=5_111),
    ),
}

figures = st.builds(
    Features,
    reported_ms=st.integers(0, 200_000),
    claimed_ms=st.integers(0, 400_000),
    heard_ms=st.integers(0, 200_000),
    plays_hour=st.integers(0, 400),
    spent_day=st.integers(0, 10_000),
    payee_day=st.integers(0, 10_000),
    account_age_s=st.integers(0, YEAR_S),
    is_promo=st.booleans(),
    payee_promo_day=st.integers(0, 20_000),
    is_payees_purse=st.booleans(),
)


def test_every_rule_has_its_rim() -> None:
    assert [rule.reason for rule in RULES] == list(RIM)
    assert all(len(reason) <= 40 for reason in RIM)


@pytest.mark.parametrize("reason", RIM)
def test_a_rule_is_kept_at_its_limit_and_broken_one_past_it(reason: str) -> None:
    kept, broken = RIM[reason]

    assert suspicion_of(kept, LIMITS) is None
    found = suspicion_of(broken, LIMITS)
    assert found is not None
    assert found.reasons == (reason,)
    [sentence] = explained(found)
    assert sentence.endswith(".")
    assert "{" not in sentence


@given(figures)
def test_a_verdict_can_be_made_again_from_what_was_stored(features: Features) -> None:
    stored, limits = features.as_json(), LIMITS.as_json()

    again = suspicion_of(Features.from_json(stored), Limits.from_json(limits))

    assert again == suspicion_of(features, LIMITS)
    assert all(type(figure) is int for figure in stored.values())


@given(figures)
def test_wider_limits_never_hold_more(features: Features) -> None:
    wider = Limits.from_json({name: limit * 2 for name, limit in LIMITS.as_json().items()})
    wider = Limits.from_json(wider.as_json() | {"new_account_s": LIMITS.new_account_s})
    held, still = suspicion_of(features, LIMITS), suspicion_of(features, wider)

    assert set(still.reasons if still else ()) <= set(held.reasons if held else ())


ADA, BEN = UUID(int=1), UUID(int=2)
EVA, SONGS = UUID(int=9), [UUID(int=10), UUID(int=11)]


def known(listener: UUID, song: UUID, second: int, *, plays: int = 0, promo: int = 0) -> Known:
    due = Due(
        session_id=uuid4(),
        listener_id=listener,
        recording_id=song,
        track_id=song,
        payee_id=EVA,
        occurred_at=NOON + timedelta(seconds=second),
    )
    return Known(due=due, features=Features(), prices=PRICES, plays=plays, promo_micros=promo)


batches = st.lists(
    st.tuples(st.sampled_from([ADA, BEN]), st.sampled_from(SONGS), st.integers(0, 5_000)),
    max_size=40,
).map(lambda some: [known(*one) for one in sorted(some, key=lambda one: one[2])])


@given(batches)
def test_each_play_of_a_batch_is_weighed_with_those_before_it(batch: list[Known]) -> None:
    weighed = weigh_all(batch, LIMITS)

    for number, one in enumerate(weighed):
        before = [
            other for other in weighed[:number] if other.due.listener_id == one.due.listener_id
        ]
        if all(other.suspicion is None for other in before):
            assert one.features.spent_day == one.features.price + sum(
                other.features.price for other in before
            )


def test_nine_plays_in_one_batch_cost_what_they_cost_one_at_a_time_and_the_tenth_is_no_matter() -> (
    None
):
    weighed = weigh_all([known(ADA, SONGS[0], at * 60) for at in range(9)], LIMITS)

    assert [one.features.price for one in weighed] == [2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert weighed[-1].features.spent_day == 1_022


def test_what_is_held_does_not_count_against_what_comes_after_it() -> None:
    narrow = Limits(plays_hour=3)

    weighed = weigh_all([known(ADA, SONGS[0], at * 60) for at in range(6)], narrow)

    assert [one.suspicion is not None for one in weighed] == [False] * 3 + [True] * 3
    assert {one.features.plays_hour for one in weighed[3:]} == {4}


def test_what_a_person_released_passes_and_is_not_weighed_again() -> None:
    one = known(ADA, SONGS[0], 0)
    released = replace(one, features=Features(is_payees_purse=True), is_weighed=True)

    assert weigh_all([released], LIMITS) == []


def test_promotional_credit_is_told_from_paid_as_long_as_there_is_enough_of_it() -> None:
    batch = [known(ADA, SONGS[0], at * 60, promo=7_000) for at in range(3)]

    weighed = weigh_all(batch, LIMITS)

    assert [one.features.is_promo for one in weighed] == [True, True, False]
    assert [one.features.payee_promo_day for one in weighed] == [2, 6, 6]
