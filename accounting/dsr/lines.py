r"""A line of a flat file: cells between TABs, values between bars, and no more than that.

A backslash stands before a TAB, a bar or a backslash that is part of a value. There are no quotes.
What would end a line, or move the cursor of who reads it, is a blank: titles are what artists
write. DDEX's own pages show bars escaped in two ways; `\|` is what its library reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ESCAPED = re.compile(r"[\t|\\]")
_HARMFUL = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Where nothing of it is in a text, it is taken as it is.
_SUSPECT = re.compile("[\x00-\x1f\x7f-\x9f|\\\\\u2028\u2029\ud800-\udfff]")
_PART = re.compile(r"\\.|[^\\]", re.DOTALL)
COMMENT = "#"


def line_of(cells: Iterable[Iterable[str]]) -> str:
    """Answer a line, without its end, of the values of each cell; an empty cell has none."""
    return "\t".join([cell_of(values) for values in cells])


def cell_of(values: Iterable[str]) -> str:
    """Answer a cell of its values."""
    return "|".join([escaped(one) for one in values])


def cells_of(line: str) -> list[list[str]]:
    """Answer the values of each cell of a line.

    Raises:
        ValueError: a backslash stands before nothing that it may.

    """
    if "\\" not in line:
        return [cell.split("|") if cell else [] for cell in line.split("\t")]
    cells, values, value = [], list[str](), ""
    for part in _PART.findall(line):
        if part == "\t":
            cells.append(_ended(values, value))
            values, value = [], ""
        elif part == "|":
            values.append(value)
            value = ""
        elif len(part) > 1 and part[1] not in "\t|\\":
            raise ValueError("a backslash stands before what needs none")
        else:
            value += part[-1]
    if len(line) - len(line.rstrip("\\")) & 1:
        raise ValueError("a backslash stands at the end")
    return [*cells, _ended(values, value)]


def escaped(text: str) -> str:
    """Answer a value as it stands in a cell."""
    if _SUSPECT.search(text) is None:
        return text
    return _ESCAPED.sub(r"\\\g<0>", harmless(text))


def harmless(text: str) -> str:
    """Answer a text in which nothing ends a line or steers a terminal; a TAB may stay."""
    return "".join([one if _is_harmless(one) else " " for one in text])


def _is_harmless(one: str) -> bool:
    return one == "\t" or unicodedata.category(one) not in _HARMFUL


def _ended(values: list[str], value: str) -> list[str]:
    return [*values, value] if values or value else []
