from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.comparison import Heard, compare
from base.units import Micros

PEOPLE = [UUID(int=number) for number in range(1, 6)]
ARTISTS = [UUID(int=number) for number in range(11, 15)]

heard = st.dictionaries(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ARTISTS)),
    st.tuples(st.integers(0, 40), st.integers(0, 2_000_003)),
    max_size=20,
).map(
    lambda found: [
        Heard(listener_id=one, payee_id=other, plays=plays, micros=Micros(micros))
        for (one, other), (plays, micros) in found.items()
    ]
)


def one(listener: int, payee: int, plays: int, micros: int) -> Heard:
    return Heard(
        listener_id=PEOPLE[listener], payee_id=ARTISTS[payee], plays=plays, micros=Micros(micros)
    )


@given(heard)
def test_each_way_pays_the_same_to_the_micro_unit(some: list[Heard]) -> None:
    compared = compare(some)

    total = sum(each.micros for each in some)
    assert compared.micros == total
    assert sum(row.stream_to_own for row in compared.rows) == total
    assert sum(row.pro_rata for row in compared.rows) == total
    assert sum(row.user_centric for row in compared.rows) == total
    assert compared.plays == sum(each.plays for each in some)


@given(heard, st.randoms())
def test_the_order_of_plays_changes_nothing(some: list[Heard], chance: Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)

    assert compare(shuffled) == compare(some)


@given(heard)
def test_who_hears_one_artist_only_pays_that_artist_whatever_others_hear(some: list[Heard]) -> None:
    faithful = Heard(
        listener_id=UUID(int=99), payee_id=UUID(int=98), plays=1, micros=Micros(1_000_003)
    )

    [row] = [row for row in compare([*some, faithful]).rows if row.payee_id == UUID(int=98)]

    assert row.user_centric == row.stream_to_own == 1_000_003


def test_a_busy_listener_takes_the_pot_of_others_pro_rata_and_no_other_way() -> None:
    busy, quiet = one(0, 0, 90, 1_000), one(1, 1, 10, 9_000)

    first, second = compare([busy, quiet]).rows

    assert (first.payee_id, first.stream_to_own, first.pro_rata) == (ARTISTS[1], 9_000, 1_000)
    assert (second.payee_id, second.stream_to_own, second.pro_rata) == (ARTISTS[0], 1_000, 9_000)
    assert (first.user_centric, second.user_centric) == (9_000, 1_000)


def test_a_third_of_a_micro_unit_goes_to_somebody() -> None:
    compared = compare([one(0, payee, 1, payee == 0) for payee in range(3)])

    assert [row.pro_rata for row in compared.rows] == [1, 0, 0]
    assert [row.user_centric for row in compared.rows] == [1, 0, 0]


def test_a_purchase_without_a_play_stays_with_whose_it_was() -> None:
    compared = compare([one(0, 0, 0, 1_226_400), one(0, 1, 0, 0)])

    assert [row.user_centric for row in compared.rows] == [1_226_400, 0]
    assert [row.pro_rata for row in compared.rows] == [1_226_400, 0]


def test_nothing_is_compared_to_nothing() -> None:
    assert compare([]).rows == ()
