import pytest

from accounting.pricing import plays_left_to_own, price_of_next_play, remainder_to_own

REMAINDERS = [1022, 1020, 1016, 1008, 992, 960, 896, 768, 512, 0]


@pytest.mark.parametrize(("plays", "remainder"), list(enumerate(REMAINDERS)))
def test_the_remainder_after_each_play(plays: int, remainder: int) -> None:
    assert remainder_to_own(plays) == remainder


def test_each_play_costs_the_difference_of_two_remainders() -> None:
    for plays in range(9):
        assert price_of_next_play(plays) == REMAINDERS[plays] - REMAINDERS[plays + 1]


def test_the_tenth_play_is_free_and_nothing_is_left() -> None:
    assert [price_of_next_play(9), price_of_next_play(10)] == [0, 0]
    assert [plays_left_to_own(8), plays_left_to_own(9), plays_left_to_own(10)] == [1, 0, 0]


@pytest.mark.parametrize("ask", [price_of_next_play, remainder_to_own, plays_left_to_own])
def test_a_negative_count_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="negative"):
        ask(-1)
