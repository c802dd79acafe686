from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.periods import NOTICE, covers, is_announced, next_change
from tests.support.catalog import NOON

SECONDS = st.integers(0, 120)


@dataclass
class Generation:
    number: int
    since: datetime | None = None
    retired_at: datetime | None = None


def swap(history: list[Generation], now: datetime) -> None:
    change = next_change(now, after=history[-1].since)
    history[-1].retired_at = change
    history.append(Generation(number=len(history), since=change))


def found(history: list[Generation], at: datetime) -> list[int]:
    return [one.number for one in history if covers(one, at)]


@given(swaps=st.lists(SECONDS, max_size=6), at=SECONDS)
def test_who_comes_finds_one_generation_and_keeps_it_whatever_follows(
    swaps: list[int], at: int
) -> None:
    # Clocks of machines differ: swaps are written in any order of their own times.
    history, came = [Generation(number=0)], NOON + timedelta(seconds=at)
    before: list[int] = []

    for second in swaps:
        now = NOON + timedelta(seconds=second)
        if came < now:
            before = found(history, came)
        swap(history, now)

        assert len(found(history, came)) == 1
        if came < now:
            assert found(history, came) == before


@given(late_ms=st.integers(0, 20_000))
def test_a_change_is_written_before_it_holds_or_not_at_all(late_ms: int) -> None:
    change, late = next_change(NOON, after=None), timedelta(milliseconds=late_ms)

    assert is_announced(change, now=NOON + late) == (late <= NOTICE / 2)
