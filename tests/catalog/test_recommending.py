"""What is recommended: by which reasons, in which shares, in a sentence."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.colistening import Heard, Near, as_numbers, neighbours
from catalog.heat import HALF_LIFE, heat_of, score_on
from catalog.recommending import (
    EXPLORED_EVERY,
    MOST_OF_ONE,
    Reason,
    Suggestion,
    Why,
    about_of,
    mixed,
    named_by,
    near_reason,
    places_to_try,
    sentence_of,
)

TODAY = date(2026, 11, 26)


def some(number: int, why: Why, owner: UUID | None = None) -> list[Suggestion]:
    return [
        Suggestion(
            recording_id=uuid4(), owner_id=owner or uuid4(), reason=Reason(why=why, about="Song")
        )
        for _ in range(number)
    ]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 50))
def test_every_fifth_place_is_for_what_few_have_heard(known: int, new: int, limit: int) -> None:
    found = mixed([some(known, Why.TRENDING)], some(new, Why.UNDISCOVERED), limit=limit)

    assert len(found) == min(limit, known + new)
    full = min(len(found), known, new * EXPLORED_EVERY)
    explored = [one.reason.why is Why.UNDISCOVERED for one in found[:full]]
    assert explored == [at % EXPLORED_EVERY == EXPLORED_EVERY - 1 for at in range(full)]


def test_reasons_take_turns_and_nobody_has_more_than_two_places() -> None:
    loud = uuid4()
    owned, followed = some(9, Why.OWNED, loud), some(3, Why.FOLLOWED)

    found = mixed([owned, followed, followed], [], limit=50)

    assert [one.reason.why for one in found[:4]] == [Why.OWNED, Why.FOLLOWED] * 2
    assert sum(one.owner_id == loud for one in found) == MOST_OF_ONE
    assert len(found) == MOST_OF_ONE + 3


@pytest.mark.parametrize("why", Why)
def test_each_reason_has_a_sentence(why: Why) -> None:
    said = sentence_of(Reason(why=why, about="Song", people=7))

    assert said.endswith(".")
    assert "None" not in said


def test_the_strongest_reason_is_told_and_few_owners_are_not() -> None:
    about = uuid4()

    reasons = [
        near_reason(about, is_owned=is_owned, together=9, owners=owners)
        for is_owned, owners in ((True, 5), (False, 5), (False, 0))
    ]

    assert [(one.why, one.people) for one in reasons] == [
        (Why.OWNED, 9),
        (Why.FINISHED, 5),
        (Why.HEARD, 9),
    ]
    assert about_of(reasons) == {about}
    assert {named_by(one, {about: "Song"}).about for one in reasons} == {"Song"}


def test_what_is_tried_is_the_same_all_day_and_another_for_each() -> None:
    ben, eva = uuid4(), uuid4()

    first = places_to_try(ben, TODAY, of=500, number=40)

    assert first == places_to_try(ben, TODAY, of=500, number=40)
    assert first != places_to_try(eva, TODAY, of=500, number=40)
    assert first != places_to_try(ben, TODAY + timedelta(days=1), of=500, number=40)
    assert set(range(1, 41)) <= set(first) <= set(range(1, 501))


def heard(*baskets: list[int], owned: int = -1) -> Heard:
    pairs = [(who, one) for who, basket in enumerate(baskets) for one in basket]
    return Heard(
        listeners=as_numbers([who for who, _ in pairs]),
        recordings=as_numbers([one for _, one in pairs]),
        owned=np.array([one == owned for _, one in pairs], dtype=np.bool_),
    )


def test_neighbours_are_heard_by_the_same_people_and_by_enough_of_them() -> None:
    found = dict(neighbours(heard([0, 1], [0, 1], [0, 1], [0, 2], [2, 3], owned=0), least=2))

    [near] = found[0]
    assert (near.recording, near.together, near.owners) == (1, 3, 3)
    assert near.score == pytest.approx(3 / np.sqrt(4 * 3) * 3 / 13)
    assert [(one.recording, one.owners) for one in found[1]] == [(0, 0)]
    assert set(found) == {0, 1}
    assert list(neighbours(heard(), least=1)) == []


@given(st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=12))
def test_who_hears_both_is_counted_as_one_would_by_hand(baskets: list[set[int]]) -> None:
    found = dict(neighbours(heard(*map(sorted, baskets)), least=2))

    by_hand = {
        (one, other): together
        for one in range(7)
        for other in range(7)
        if one != other and (together := sum({one, other} <= basket for basket in baskets)) >= 2
    }
    told = {
        (one, near.recording): near.together
        for one, near_ones in found.items()
        for near in near_ones
    }
    assert told == by_hand
    assert all(_is_ordered(ones) for ones in found.values())


def _is_ordered(ones: list[Near]) -> bool:
    return ones == sorted(ones, key=lambda one: (-one.score, one.recording))


def test_a_day_counts_for_half_as_much_every_three_days() -> None:
    then = TODAY - timedelta(days=HALF_LIFE)

    heat = heat_of({TODAY: 3, then: 4, then - timedelta(days=1000): 99})

    assert heat is not None
    assert score_on(TODAY, heat) == pytest.approx(5)
    assert score_on(TODAY + timedelta(days=HALF_LIFE), heat) == pytest.approx(2.5)
    assert heat_of({}) is heat_of({TODAY: 0}) is None
