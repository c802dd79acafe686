from datetime import UTC, datetime, timedelta

import pytest

from base.clock import ManualClock, system_clock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert system_clock().tzinfo is UTC


def test_a_manual_clock_stands_still_until_moved() -> None:
    clock = ManualClock(NOON)
    assert clock() == clock() == NOON

    clock.advance(timedelta(seconds=45))

    assert clock() == NOON + timedelta(seconds=45)


def test_a_manual_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="back"):
        ManualClock(NOON).advance(timedelta(seconds=-1))


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        ManualClock(NOON.replace(tzinfo=None))
