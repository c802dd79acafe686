"""Cells of a flat file: what may stand in each, printed from values and read from text.

What keeps a title from being two cells is in accounting.dsr.lines.
Types are those that DDEX's profiles give their cells (facts of the schemas, restated).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from accounting.dsr.lines import cell_of
from base.errors import Broken

#: What a cell can be given; several, where it may repeat.
Single = str | int | bool | Decimal | date | datetime
Value = Single | tuple[Single, ...] | None

#: Micro-units have so many places after the point.
_PLACES = 6
_MICROS = 1_000_000
_AMOUNT = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,6}?)0*)?", re.ASCII)


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    #: A whole number.
    WHOLE = "whole"
    DECIMAL = "decimal"
    #: `true` or `false`.
    FLAG = "flag"
    #: A year, a month or a day.
    DAY = "day"
    #: A time with its offset.
    INSTANT = "instant"
    #: ISO 8601, as in `PT3M7S`.
    DURATION = "duration"


_FORMS: Mapping[CellKind, re.Pattern[str]] = {
    CellKind.WHOLE: re.compile(r"-?[0-9]{1,18}", re.ASCII),
    CellKind.DECIMAL: re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII),
    CellKind.FLAG: re.compile(r"true|false"),
    CellKind.DAY: re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII),
    CellKind.INSTANT: re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[-+][0-9]{2}:[0-9]{2})",
        re.ASCII,
    ),
    CellKind.DURATION: re.compile(
        r"PT(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?", re.ASCII
    ),
}
#: What is printed as its kind of cell wants it, whatever the value.
_PLAIN = frozenset(
    {
        (int, CellKind.WHOLE),
        (int, CellKind.DECIMAL),
        (int, CellKind.TEXT),
        (bool, CellKind.FLAG),
        (date, CellKind.DAY),
        (datetime, CellKind.INSTANT),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A column of a record: its name in the profile, and what may stand in it.

    One that is not `needed` may be empty; one that is `many` may hold several values. `form` is
    what the text of a value must be besides.
    """

    name: str
    kind: CellKind = CellKind.TEXT
    needed: bool = False
    many: bool = False
    form: re.Pattern[str] | None = None

    def printed(self, value: Value) -> str:
        """Answer what stands in it of what it is given; nothing where it is empty.

        Raises:
            Broken: `dsr-cell`: it may not hold that.

        """
        # What is right by its type, and needs no escaping: most of the cells of most rows.
        if value is None and not self.needed:
            return ""
        if (type(value), self.kind) in _PLAIN and self.form is None:
            return _printed(value)  # type: ignore[arg-type]
        return cell_of(self.texts(value))

    def texts(self, value: Value) -> list[str]:
        """Answer the text of each value that it is given; nothing where it is empty.

        Raises:
            Broken: `dsr-cell`: it may not hold that.

        """
        singles = value if isinstance(value, tuple) else () if value is None else (value,)
        texts = [_printed(one) for one in singles]
        if wrong := self.flaw_of(texts):
            raise Broken("dsr-cell", f"{self.name}: {wrong}")
        return texts

    def flaw_of(self, texts: list[str]) -> str | None:
        """Say what is wrong with the texts of its values; None where nothing is."""
        if not texts:
            return "It is empty." if self.needed else None
        if len(texts) > 1 and not self.many:
            return "It holds several values."
        form, kind = self.form, _FORMS.get(self.kind)
        for one in texts:
            is_right = one and (kind is None or kind.fullmatch(one))
            if not is_right or (form is not None and form.fullmatch(one) is None):
                return f"`{one[:60]}` is no {self.kind} that it may hold."
        return None


@lru_cache(maxsize=1 << 12)
def decimal_of(micros: int) -> Decimal:
    """Answer micro-units as the decimal number that they are, exactly."""
    return Decimal(text_of(micros))


def text_of(micros: int) -> str:
    """Answer micro-units as decimal text, with no more places than needed: 2400 is `0.0024`."""
    whole, rest = divmod(abs(micros), _MICROS)
    sign = "-" if micros < 0 else ""
    return f"{sign}{whole}" + (f".{rest:06}".rstrip("0") if rest else "")


def micros_of(text: str) -> int:
    """Answer decimal text in micro-units.

    Raises:
        ValueError: it is no decimal number, or has more places than micro-units have.

    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text[:60]}` is no amount in whole micro-units")
    micros = int(found[2]) * _MICROS + int((found[3] or "").ljust(_PLACES, "0"))
    return -micros if found[1] else micros


def _printed(value: Single) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):  # which is a number to Python
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):  # which is a day to Python
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)
