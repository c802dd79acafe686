import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.kinds import Lane
from workers.lanes import all_lanes, parse_lanes, slots_of, with_jobs


def test_a_worker_that_is_told_nothing_does_everything() -> None:
    assert parse_lanes(" ", cores=2) == all_lanes(2)
    assert set(all_lanes(2)) == set(Lane)


def test_a_worker_does_what_it_is_told_and_as_many_as_it_is_told() -> None:
    assert parse_lanes("first, ladder=3,", cores=2) == {Lane.FIRST: 2, Lane.LADDER: 3}


@pytest.mark.parametrize(
    "text",
    ["frist", "first=0", "first=", "ladder=257", "ladder=two", "ladder=²", "=3", "first,first=3"],
)
def test_what_is_no_lane_or_no_number_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match="lane") as refused:
        parse_lanes(text, cores=2)

    assert refused.value.code == "bad-lanes"


@pytest.mark.parametrize(
    ("cores", "first", "ladder", "webhooks"), [(1, 2, 1, 4), (2, 2, 1, 4), (16, 8, 4, 16)]
)
def test_more_cores_do_more_at_a_time(cores: int, first: int, ladder: int, webhooks: int) -> None:
    lanes = all_lanes(cores)

    assert lanes[Lane.FIRST] == first
    assert lanes[Lane.LADDER] == ladder
    assert lanes[Lane.WEBHOOKS] == webhooks
    assert lanes[Lane.HOUSEKEEPING] == 1


@given(lane=st.sampled_from(Lane), cores=st.integers(1, 1024))
def test_a_lane_that_is_done_is_done_at_least_once_and_never_less_with_more_cores(
    lane: Lane, cores: int
) -> None:
    assert 1 <= slots_of(lane, cores) <= slots_of(lane, cores + 1)


def test_no_message_ever_tells_of_settlements() -> None:
    assert with_jobs(all_lanes(2)) == {
        lane: slots for lane, slots in all_lanes(2).items() if lane is not Lane.SETTLEMENT
    }
