from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.surplus import Claims, SurplusTerms, share_out
from base.errors import Refused

TERMS = SurplusTerms(
    valid_from=datetime(1970, 1, 1, tzinfo=UTC),
    artists_ppm=450_000,
    listeners_ppm=350_000,
    workers_ppm=200_000,
)
WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(-5, 10**12))


def test_artists_listeners_and_workers_have_45_35_and_20() -> None:
    claims = Claims(earned={"ada": 3, "bo": 1}, spent={"bo": 7}, worked={"cy": 1})

    shared = share_out(1000, terms=TERMS, claims=claims)

    assert {one.member: one.amount for one in shared.shares} == {"ada": 338, "bo": 462, "cy": 200}
    [bo] = [one for one in shared.shares if one.member == "bo"]
    assert (bo.as_artist, bo.as_listener, bo.as_worker) == (112, 350, 0)
    assert shared.reserve == 0


def test_a_part_that_nobody_has_a_claim_to_is_the_reserve() -> None:
    claims = Claims(earned={"ada": 1}, spent={"bo": 0, "cy": -4}, worked={})

    shared = share_out(1000, terms=TERMS, claims=claims)

    assert [(one.member, one.amount) for one in shared.shares] == [("ada", 450)]
    assert shared.reserve == 550


@given(amount=st.integers(1, 10**15), earned=WEIGHTS, spent=WEIGHTS, worked=WEIGHTS)
def test_nothing_vanishes(
    amount: int, earned: dict[str, int], spent: dict[str, int], worked: dict[str, int]
) -> None:
    claims = Claims(earned=earned, spent=spent, worked=worked)

    shared = share_out(amount, terms=TERMS, claims=claims)

    assert sum(one.amount for one in shared.shares) + shared.reserve == amount
    assert all(one.amount > 0 for one in shared.shares)
    assert shared.reserve >= 0


def test_a_loss_is_not_shared() -> None:
    with pytest.raises(Refused, match="no-surplus"):
        share_out(0, terms=TERMS, claims=Claims(earned={"a": 1}, spent={}, worked={}))


def test_terms_that_are_no_whole_are_refused() -> None:
    with pytest.raises(Refused, match="bad-surplus-terms"):
        SurplusTerms(valid_from=TERMS.valid_from, artists_ppm=1, listeners_ppm=2, workers_ppm=3)
