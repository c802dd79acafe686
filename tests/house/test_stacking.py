"""What an operator sees of a fleet in a terminal as narrow as they are."""

from __future__ import annotations

import pytest
from rich.console import Console, Group
from rich.text import Text

from refrain.stacking import Column, stacked


def column(name: str, *cells: str) -> Column:
    return Column(name=name, cells=[Text(cell) for cell in cells])


LANES = [
    column("lane", "first", "housekeeping"),
    column("waiting", "12", ""),
    column("aside", "", ""),
    column("oldest", "12 min 3 s", ""),
    column("drained in", "2 h 40 min", "never"),
]


def shown(width: int) -> list[str]:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(Group(*stacked(LANES, width)))
    return [" ".join(line.split()) for line in captured.get().splitlines()]


def test_what_has_room_is_one_table_without_the_columns_that_say_nothing() -> None:
    assert shown(80) == [
        "lane waiting oldest drained in",
        "first 12 12 min 3 s 2 h 40 min",
        "housekeeping never",
    ]


@pytest.mark.parametrize("width", [26, 40])
def test_what_has_no_room_goes_below_and_nothing_is_cut_off(width: int) -> None:
    said = shown(width)

    assert sum(line.startswith("lane") for line in said) > 1
    assert sum(line.startswith("housekeeping") for line in said) > 1
    assert "\N{HORIZONTAL ELLIPSIS}" not in "".join(said)
    for words in ("waiting", "12 min 3 s", "drained in", "2 h 40 min", "never"):
        assert any(words in line for line in said)
    assert not any("aside" in line for line in said)
