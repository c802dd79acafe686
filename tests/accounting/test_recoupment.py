from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.recoupment import Owed, recouped

FIRST, SECOND = UUID(int=1), UUID(int=2)


def owed(number: UUID, left: int, earned: int, ppm: int = 1_000_000) -> Owed:
    return Owed(advance_id=number, left=left, earned=earned, ppm=ppm)


def test_the_first_advance_goes_back_first_and_no_more_than_is_there() -> None:
    advances = [owed(FIRST, 60, 100), owed(SECOND, 60, 100)]

    assert recouped(advances, payable=100) == {FIRST: 60, SECOND: 40}


def test_only_a_part_of_what_is_earned_goes_back_where_that_was_agreed() -> None:
    assert recouped([owed(FIRST, 1_000, 101, ppm=500_000)], payable=500) == {FIRST: 50}


def test_who_owes_more_than_they_earned_is_left_alone() -> None:
    assert recouped([owed(FIRST, 100, -5), owed(SECOND, 100, 5)], payable=-1) == {}


@given(
    st.lists(
        st.builds(
            Owed,
            advance_id=st.uuids(),
            left=st.integers(0, 10**9),
            earned=st.integers(-(10**9), 10**9),
            ppm=st.integers(0, 1_000_000),
        ),
        max_size=6,
    ),
    st.integers(-(10**9), 10**9),
)
def test_nobody_pays_back_more_than_they_owe_earned_or_have(
    advances: list[Owed], payable: int
) -> None:
    taken = recouped(advances, payable=payable)

    assert sum(taken.values()) <= max(payable, 0)
    for one in advances:
        assert 0 <= taken.get(one.advance_id, 0) <= max(0, min(one.left, one.earned))
