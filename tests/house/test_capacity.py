"""What so many listeners need is arithmetic, and the page says what it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refrain.capacity import MEASURED, needs, row
from tests.support.masters import ROOT
from transcode.ladder import FIRST, REST
from transcode.shares import _COST as COST  # what they are is told by its comment

PAGE = (ROOT / "docs" / "capacity.md").read_text()


@given(st.integers(min_value=1_000, max_value=10_000_000))
def test_twice_as_many_listeners_need_twice_as_much(listeners: int) -> None:
    once, twice = needs(listeners), needs(2 * listeners)

    assert twice.server_cores == pytest.approx(2 * once.server_cores, rel=0.03)
    assert twice.month_egress_bytes == pytest.approx(2 * once.month_egress_bytes)
    assert once.servers <= twice.servers <= 2 * once.servers


def test_what_leaves_the_house_is_what_is_heard() -> None:
    # 1000 listeners, 12 plays of 210 s a day, 30 days, 260 kb/s.
    assert needs(1_000).month_egress_bytes == 1_000 * 12 * 210 * 30 * 260_000 / 8


def test_nobody_needs_nothing() -> None:
    with pytest.raises(ValueError, match="without listeners"):
        needs(0)


@pytest.mark.parametrize("listeners", [1_000, 100_000, 10_000_000])
def test_the_page_says_what_the_arithmetic_does(listeners: int) -> None:
    assert row(listeners) in PAGE, f"docs/capacity.md should hold:\n{row(listeners)}"


def test_what_a_ladder_takes_is_that_of_the_ladder() -> None:
    rungs = [rung for rung in (*FIRST, *REST) if not rung.is_preview]
    encoded = sum(COST[rung.codec] for rung in rungs if rung.name != "flac-48")

    assert MEASURED.lossy_bps == sum(rung.bitrate_bps or 0 for rung in rungs)
    assert MEASURED.ladder_core == pytest.approx(encoded * 1.31 + 1 / 286)
