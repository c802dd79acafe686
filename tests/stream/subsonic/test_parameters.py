"""What players ask with is read, and bounded."""

import pytest

from stream.subsonic.faults import Code, Fault
from stream.subsonic.parameters import Parameters


def test_values_keep_their_order_and_empty_ones_are_none() -> None:
    asked = Parameters([("id", "1"), ("id", "2"), ("f", "")])

    assert asked.all("id") == ["1", "2"]
    assert (asked.get("id"), asked.get("f", "xml")) == ("1", "xml")


def test_what_has_to_be_there_is_named() -> None:
    with pytest.raises(Fault) as told:
        Parameters([]).must("id")

    assert (told.value.number, "id" in told.value.sentence) == (Code.PARAMETER_MISSING, True)


@pytest.mark.parametrize(
    ("text", "found"), [("", 10), ("7", 7), ("-3", 0), ("900", 500), ("9" * 40, 500)]
)
def test_numbers_are_moved_into_their_bounds(text: str, found: int) -> None:
    assert Parameters([("size", text)]).number("size", 10, most=500) == found


@pytest.mark.parametrize(("name", "text"), [("size", "ten"), ("size", "1.5"), ("public", "maybe")])
def test_what_is_no_number_and_no_truth_is_refused(name: str, text: str) -> None:
    asked = Parameters([(name, text)])

    with pytest.raises(Fault):
        _ = asked.yes(name) if name == "public" else asked.number(name, 1)


def test_truths_are_read() -> None:
    asked = Parameters([("public", "TRUE"), ("submission", "false")])

    assert asked.yes("public")
    assert not asked.yes("submission", default=True)
    assert asked.yes("other", default=True)
