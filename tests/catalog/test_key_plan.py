from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.key_plan import KEPT_AFTER, PUBLISHED_BEFORE, SIGNS_FOR, KeyTimes, signing, turn

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_house_without_a_key_gets_one_that_signs_at_once() -> None:
    due = turn([], NOON)

    assert (due.make, due.remove) == (NOON, set())


def test_the_next_is_published_before_it_signs() -> None:
    first = KeyTimes(id="first", signs_from=NOON)
    early = NOON + SIGNS_FOR - PUBLISHED_BEFORE - timedelta(seconds=1)

    assert turn([first], early).make is None
    assert turn([first], early + timedelta(seconds=1)).make == NOON + SIGNS_FOR


def test_who_was_away_publishes_the_next_first_all_the_same() -> None:
    back = NOON + timedelta(days=400)

    assert turn([KeyTimes(id="first", signs_from=NOON)], back).make == back + PUBLISHED_BEFORE


def test_the_last_is_kept_as_long_as_what_it_signed_is_shown() -> None:
    next_from = NOON + SIGNS_FOR
    keys = [KeyTimes(id="first", signs_from=NOON), KeyTimes(id="next", signs_from=next_from)]

    assert turn(keys, next_from + KEPT_AFTER - timedelta(seconds=1)).remove == set()
    assert turn(keys, next_from + KEPT_AFTER).remove == {"first"}


@given(st.lists(st.integers(min_value=1, max_value=24 * 40), min_size=1, max_size=60))
def test_whenever_one_looks_one_signs_that_was_published_long_enough(hours: list[int]) -> None:
    now, keys, made_at = NOON, list[KeyTimes](), dict[str, datetime]()
    for wait in hours:
        now += timedelta(hours=wait)
        due = turn(keys, now)
        if due.make is not None:
            made_at[str(len(made_at))] = now
            keys.append(KeyTimes(id=str(len(made_at) - 1), signs_from=due.make))
        keys = [key for key in keys if key.id not in due.remove]

        one = signing(keys, now)
        assert one is not None
        is_first = one.id == "0"
        assert is_first or now - made_at[one.id] >= PUBLISHED_BEFORE
        assert len(keys) <= 3
