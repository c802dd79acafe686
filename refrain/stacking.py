"""Tables that are too wide: their columns one below the other, and none of them cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

#: Beside each column, one to the left and one to the right.
_PADDING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A head, and what is below it, a cell for each row."""

    name: str
    cells: Sequence[Text]
    justify: JustifyMethod = "left"

    @property
    def width(self) -> int:
        """How wide it is, with what is beside it."""
        lines = [self.name, *(line for cell in self.cells for line in cell.plain.split("\n"))]
        return max(map(cell_len, lines)) + _PADDING

    @property
    def is_empty(self) -> bool:
        """Whether no row has anything to say."""
        return not any(cell.plain for cell in self.cells)


def stacked(columns: Sequence[Column], width: int) -> Iterator[Table]:
    """Answer as few tables as fit, without empty columns; each begins with the first of all."""
    first, *others = columns
    told = [column for column in others if not column.is_empty]
    while told:
        number = _fitting(told, width - first.width)
        yield _table([first, *told[:number]])
        told = told[number:]


def _fitting(columns: Sequence[Column], room: int) -> int:
    """Answer how many of the next have room, one at least."""
    for number, column in enumerate(columns):
        room -= column.width
        if room < 0:
            return max(1, number)
    return len(columns)


def _table(columns: Sequence[Column]) -> Table:
    table = Table(box=None, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column.name, justify=column.justify, no_wrap=number == 0)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table
