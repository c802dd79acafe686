from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounting.pricing import Terms, in_force, require_possible
from base.errors import Refused

REMAINDERS = [1022, 1020, 1016, 1008, 992, 960, 896, 768, 512, 0]
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = datetime(2027, 1, 1, tzinfo=UTC)


def terms(number: int = 1, *, valid_from: datetime = FIRST, artist_ppm: int = 700_000) -> Terms:
    return Terms(
        id=number,
        valid_from=valid_from,
        currency="EUR",
        prices=(2, 4, 8, 16, 32, 64, 128, 256, 512),
        credit_value_micros=1_200_000,
        artist_ppm=artist_ppm,
    )


@pytest.mark.parametrize(("plays", "remainder"), list(enumerate(REMAINDERS)))
def test_the_remainder_after_each_play(plays: int, remainder: int) -> None:
    assert terms().remainder_after(plays) == remainder


def test_each_play_costs_the_difference_of_two_remainders() -> None:
    for plays in range(9):
        assert terms().price_after(plays) == REMAINDERS[plays] - REMAINDERS[plays + 1]


def test_the_tenth_play_is_free_and_nothing_is_left() -> None:
    assert [terms().price_after(9), terms().price_after(10)] == [0, 0]
    assert [terms().plays_left_after(plays) for plays in (8, 9, 10)] == [1, 0, 0]


def test_what_nobody_paid_for_is_worth_what_the_terms_say() -> None:
    assert terms().value_of(1_022_000) == 1_226_400


@pytest.mark.parametrize("ask", [Terms.price_after, Terms.remainder_after, Terms.plays_left_after])
def test_a_negative_count_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="negative"):
        ask(terms(), -1)


def test_terms_are_in_force_from_their_very_instant() -> None:
    both = [terms(1), terms(2, valid_from=SECOND, artist_ppm=850_000)]

    before = SECOND - timedelta(microseconds=1)
    assert [in_force(both, at).id for at in (FIRST, before, SECOND)] == [1, 1, 2]
    assert in_force(both, FIRST - timedelta(days=1)).id == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"prices": ()},
        {"prices": (2, 0, 4)},
        {"prices": (1,) * 101},
        {"artist_ppm": 1_000_001},
        {"artist_ppm": -1},
        {"credit_value_micros": 0},
        {"promo_cap_micros": -1},
    ],
)
def test_terms_by_which_nothing_could_be_settled_are_refused(wrong: dict[str, object]) -> None:
    require_possible(terms())
    with pytest.raises(Refused, match="bad-terms"):
        require_possible(replace(terms(), **wrong))  # type: ignore[arg-type]
