from hypothesis import given
from hypothesis import strategies as st

from catalog.ranks import LONGEST, are_fit, between, several, spread

#: Where each next entry is put: a part of the list as long as it is by then.
PLACES = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5)), max_size=60)


@given(PLACES)
def test_wherever_something_is_put_all_stand_in_order(places: list[tuple[float, int]]) -> None:
    ranks: list[bytes] = []
    for part, number in places:
        at = round(part * len(ranks))
        low = ranks[at - 1] if at else None
        high = ranks[at] if at < len(ranks) else None

        ranks[at:at] = several(low, high, number)

    assert are_fit(ranks)
    assert not any(rank.endswith(b"\0") for rank in ranks)


def test_a_list_that_only_grows_has_short_ranks() -> None:
    ranks = several(None, None, 10_000)

    assert are_fit(ranks)
    assert {len(rank) for rank in ranks} == {4}
    assert len(between(None, ranks[0])) == 4
    assert are_fit([*several(None, ranks[0], 100), *ranks])


def test_a_gap_holds_hundreds_before_a_rank_is_too_long() -> None:
    low, high, put = *spread(2), 0
    while len(high) <= LONGEST:
        high = between(low, high)
        put += 1

    assert put > 400
    assert len(max(several(*spread(2), 500), key=len)) <= 6


def test_what_is_spread_is_in_order_with_room_at_the_ends() -> None:
    ranks = spread(10_000)

    assert are_fit(ranks)
    assert are_fit([between(None, ranks[0]), *ranks, between(ranks[-1], None)])
    assert spread(0) == []


def test_the_very_ends_have_room_too() -> None:
    first, last = b"\x00\x00\x00\x80", b"\xff\xff\xff\x80"

    assert are_fit([*several(None, first, 50), first, last, *several(last, None, 50)])
    assert not are_fit([last, first])
