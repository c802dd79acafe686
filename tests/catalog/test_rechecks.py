import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rechecks import chosen_rung, is_chosen

DIGESTS = st.binary(max_size=8).map(lambda data: hashlib.sha256(data).hexdigest())
RUNGS = ["aac-128", "aac-64", "flac", "opus-96"]


@given(sha256=DIGESTS)
def test_all_or_none_are_chosen_where_all_or_none_shall_be(sha256: str) -> None:
    assert is_chosen(sha256, 1.0)
    assert not is_chosen(sha256, 0.0)


def test_about_as_many_are_chosen_as_shall_be_and_every_rung_has_its_turn() -> None:
    digests = [hashlib.sha256(bytes([a, b])).hexdigest() for a in range(100) for b in range(100)]

    chosen = [one for one in digests if is_chosen(one, 0.05)]

    assert len(chosen) == pytest.approx(500, rel=0.15)
    turns = [chosen_rung(one, RUNGS) for one in digests]
    assert all(turns.count(rung) == pytest.approx(2_500, rel=0.1) for rung in RUNGS)


@given(sha256=DIGESTS, generation=st.integers(0, 9))
def test_the_next_generation_is_another_rungs_turn(sha256: str, generation: int) -> None:
    now = chosen_rung(sha256, RUNGS, generation=generation)

    assert chosen_rung(sha256, RUNGS[::-1], generation=generation) == now
    assert chosen_rung(sha256, RUNGS, generation=generation + 1) != now
