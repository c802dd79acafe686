from hypothesis import given
from hypothesis import strategies as st

from accounting.suspense import covered

amounts = st.dictionaries(st.sampled_from(["EUR", "USD"]), st.integers(-100, 100))
waiting = st.dictionaries(st.sampled_from("abc"), amounts)


def summed(several: dict[str, dict[str, int]], currency: str) -> int:
    return sum(one.get(currency, 0) for one in several.values())


@given(waiting)
def test_what_is_all_there_is_all_let_go(waits: dict[str, dict[str, int]]) -> None:
    balance = {name: summed(waits, name) for name in ("EUR", "USD")}

    found = covered(waits, balance)

    assert found == {
        of: {name: part for name, part in parts.items() if part} for of, parts in waits.items()
    }


@given(waiting, st.integers(0, 300))
def test_no_more_is_let_go_than_is_there_and_no_less_than_can_be(
    waits: dict[str, dict[str, int]], held: int
) -> None:
    found = covered(waits, {"EUR": -held})

    let_go = -summed(found, "EUR")
    assert let_go == min(-summed(waits, "EUR"), held)
    for of, parts in waits.items():
        for name, amount in parts.items():
            part = found[of].get(name, 0)
            assert part == amount if amount > 0 else amount <= part <= 0


def test_the_first_gets_all_and_the_last_waits() -> None:
    waits = {"a": {"EUR": -60}, "b": {"EUR": -40}}

    assert covered(waits, {"EUR": -70}) == {"a": {"EUR": -60}, "b": {"EUR": -10}}
    assert covered(waits, {}) == {"a": {}, "b": {}}
