"""Sets of places behave as sets do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ddex.territories import EVERYWHERE, WORLDWIDE, Territories, territories_of

PLACES = ["DE", "FR", "US", "US-CA", "US-NY", "JP"]
codes = st.frozensets(st.sampled_from(PLACES))
sets = st.builds(territories_of, st.frozensets(st.sampled_from([*PLACES, WORLDWIDE])), codes)


@pytest.mark.parametrize(
    ("named", "excluded", "inside", "outside"),
    [
        ([WORLDWIDE], [], PLACES, []),
        ([], [], PLACES, []),
        ([], ["US"], ["DE", "JP"], ["US", "US-CA"]),
        ([WORLDWIDE], ["US-CA"], ["DE", "US", "US-NY"], ["US-CA"]),
        (["US"], [], ["US", "US-CA"], ["DE"]),
        (["US-CA"], [], ["US-CA"], ["US", "US-NY"]),
        (["DE", "FR"], ["FR"], ["DE"], ["FR"]),
        (["US", "DE"], ["US-CA"], ["DE", "US", "US-NY"], ["US-CA"]),
        (["US-CA", "DE"], ["US"], ["DE"], ["US", "US-CA", "US-NY"]),
    ],
)
def test_who_is_in(
    named: list[str], excluded: list[str], inside: list[str], outside: list[str]
) -> None:
    found = territories_of(named, excluded)

    assert [place for place in PLACES if place in found and place in inside + outside] == inside
    assert not [place for place in outside if place in found]


@given(sets, sets)
def test_sets_that_share_a_place_meet(one: Territories, other: Territories) -> None:
    assert one.meets(other) == other.meets(one)
    if any(place in one and place in other for place in PLACES):
        assert one.meets(other)
    if not one.is_all_but and not other.is_all_but:
        assert one.meets(other) == any(place in one and place in other for place in PLACES)


@given(st.frozensets(st.sampled_from([*PLACES, WORLDWIDE])), codes)
def test_what_is_excluded_is_in_no_set(named: frozenset[str], excluded: frozenset[str]) -> None:
    found = territories_of(named, excluded)

    assert not [place for place in excluded if place in found]
    assert found.is_nowhere is not any(place in found for place in [*PLACES, "XX"])


def test_nowhere_and_everywhere() -> None:
    assert territories_of(["DE"], ["DE"]).is_nowhere
    assert not EVERYWHERE.is_nowhere
    assert "XX" in EVERYWHERE
