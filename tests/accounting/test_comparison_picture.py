from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.comparison import Heard, compare
from accounting.comparison_picture import bars_of, picture_of, shown
from base.units import Micros

SVG = "{http://www.w3.org/2000/svg}"
FAN = UUID(int=1)


def heard(payee: int, micros: int, plays: int = 1) -> Heard:
    return Heard(
        listener_id=FAN, payee_id=UUID(int=100 + payee), plays=plays, micros=Micros(micros)
    )


def drawn(*some: Heard, name: str = "Eva") -> ET.Element:
    found = compare(some)
    names = {row.payee_id: name for row in found.rows}
    text = picture_of(found, names, title="What 2026-11 pays", currency="EUR")
    return ET.fromstring(text)  # noqa: S314 - of our own


@given(st.lists(st.integers(0, 10**12), max_size=30))
def test_bars_stand_for_all_that_is_paid_and_none_leaves_the_picture(some: list[int]) -> None:
    found = compare(heard(*one) for one in enumerate(some))

    bars = bars_of(found, {})
    for way in range(3):
        assert sum(one.amounts[way] for one in bars) == found.micros
    assert len(bars) <= 12
    picture = drawn(*(heard(*one) for one in enumerate(some)))
    for rect in picture.iter(f"{SVG}rect"):
        assert int(rect.get("x", "0")) + int(rect.get("width", "0")) <= int(
            picture.get("width", "")
        )


def test_each_payee_has_three_bars_as_long_as_it_gets() -> None:
    picture = drawn(heard(0, 3_000_000, plays=1), heard(1, 1_000_000, plays=1))

    bars = [one for one in picture.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    widths = [int(one.get("width", "0")) for one in bars]
    assert len(bars) == 6
    assert widths[0] == 3 * widths[3]
    assert [one.findtext(f"{SVG}title") for one in bars[:3]] == [
        "Stream-to-own: 3.00",
        "Pro-rata: 2.00",
        "User-centric: 2.00",
    ]


def test_a_name_is_no_markup_and_turns_nothing_around() -> None:
    picture = drawn(heard(0, 1), name="<script>\u202e&\x00\n")

    texts = [one.text or "" for one in picture.iter(f"{SVG}text")]
    assert "<script>&" in texts


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0.00"), (4_999, "0.00"), (5_000, "0.01"), (1_226_400, "1.23"), (-12_345_678, "-12.35")],
)
def test_amounts_are_shown_in_cents(micros: int, text: str) -> None:
    assert shown(micros) == text
