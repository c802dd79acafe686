import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.reconciliation import SENTENCES, Check, Difference, compared, counted

sides = st.dictionaries(st.sampled_from("abcde"), st.integers(-5, 5))


@given(sides, sides)
def test_nothing_that_differs_is_missed_and_nothing_else_is_told(
    left: dict[str, int], right: dict[str, int]
) -> None:
    found = compared(Check.WALLETS, expected=left, found=right)

    differ = {one for one in "abcde" if left.get(one, 0) != right.get(one, 0)}
    assert {one.subject for one in found.differences} == differ
    assert all(one.expected == left.get(one.subject, 0) for one in found.differences)
    assert found.figures == len(left.keys() | right.keys())


@given(sides)
def test_what_is_the_same_agrees(side: dict[str, int]) -> None:
    assert compared(Check.LOTS, expected=side, found=side).differences == ()


@pytest.mark.parametrize("check", Check)
def test_each_difference_is_a_sentence_with_its_figures(check: Check) -> None:
    told = Difference(check=check, subject="x1", expected=17, found=4_711).as_json()

    assert told["code"] == check
    assert str(told["sentence"]).endswith(".")
    assert "x1" in str(told["sentence"])
    assert check in SENTENCES


def test_differences_are_counted_by_their_codes() -> None:
    found = [
        compared(Check.LOTS, expected={"a": 1, "b": 2}, found={}),
        compared(Check.CHAIN, expected={}, found={}),
    ]

    assert counted(found) == {"wallet-lots": 2}
