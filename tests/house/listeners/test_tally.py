import pytest
from hypothesis import given
from hypothesis import strategies as st

from refrain.listeners.tally import latencies, percentile


@given(st.lists(st.floats(min_value=0, max_value=9), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_not_exceeded_by_its_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


def test_figures_of_nothing_are_none() -> None:
    assert latencies([]) == {"count": 0}
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_latencies_are_milliseconds() -> None:
    assert latencies([0.001] * 99 + [0.5]) == {
        "count": 100,
        "p50": 1.0,
        "p95": 1.0,
        "p99": 1.0,
        "max": 500.0,
    }
