"""Tables as labels want them: their own columns, in their order, under their own names.

A template says which field of a sale stands in which column, or a text that is the same in each
row; there is no more to it than this vocabulary, and nothing in it is ever run. What a spreadsheet
would take for a formula is made a text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from accounting.dsr.cells import decimal_of
from accounting.dsr.financial import BOOKED_LATER, price_type, right_share, unit_earned, unit_price
from accounting.dsr.lines import harmless
from accounting.dsr.sold import Sale
from base.errors import Refused
from catalog.described import ReleaseDescribed

#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_MOST_COLUMNS, _LONGEST = 100, 200


class DayForm(StrEnum):
    """How days are written."""

    ISO = "YYYY-MM-DD"
    PLAIN = "YYYYMMDD"
    GERMAN = "DD.MM.YYYY"
    BRITISH = "DD/MM/YYYY"
    AMERICAN = "MM/DD/YYYY"

    def of(self, day: date) -> str:
        """Answer a day in this form."""
        parts = {"YYYY": f"{day.year:04}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
        text = self.value
        for name, number in parts.items():
            text = text.replace(name, number)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is the same in each row: of which report, and of which time."""

    since: date
    until: date
    month: str
    number: int
    message_id: str
    replaces: str
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row is of: a sale, or an amount of no sale, as what is deducted; and its report."""

    about: About
    sale: Sale | None = None
    currency: str
    reason: str
    amount: int


Value = str | int | Decimal | date


def _of_sale(read: Callable[[Sale], Value]) -> Callable[[Row], Value]:
    return lambda row: "" if row.sale is None else read(row.sale)


def _of_release(read: Callable[[ReleaseDescribed], Value]) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        release = None if row.sale is None else row.sale.track.release
        return "" if release is None else read(release)

    return value


def _of_report(read: Callable[[About], Value]) -> Callable[[Row], Value]:
    return lambda row: read(row.about)


#: All that a column can be of: what of it is summed up in the last row, see `_SUMMED`.
FIELDS: Mapping[str, Callable[[Row], Value]] = {
    "track_id": _of_sale(lambda sale: str(sale.track.id)),
    "release_id": _of_release(lambda of: str(of.id)),
    "isrc": _of_sale(lambda sale: sale.track.isrc or ""),
    "icpn": _of_release(lambda of: of.upc or ""),
    "grid": _of_release(lambda of: of.grid or ""),
    "catalogue_number": _of_release(lambda of: of.catalogue_number or ""),
    "title": _of_sale(lambda sale: sale.track.title),
    "artist": _of_sale(lambda sale: sale.track.artist),
    "release": _of_release(lambda of: of.title),
    "release_artist": _of_release(lambda of: of.artist),
    "label": _of_release(lambda of: of.label or ""),
    "territory": _of_sale(lambda sale: sale.territory),
    "use": _of_sale(lambda sale: "stream" if sale.step else "download"),
    "step": _of_sale(lambda sale: sale.step or ""),
    "price_type": _of_sale(price_type),
    "month": _of_sale(lambda sale: sale.month),
    "usages": _of_sale(lambda sale: sale.usages),
    "returns": _of_sale(lambda sale: sale.returns),
    "net_usages": _of_sale(lambda sale: sale.usages - sale.returns),
    "consumer_price": _of_sale(unit_price),
    "unit_price": _of_sale(unit_earned),
    "share_percent": _of_sale(right_share),
    "consumer_paid": _of_sale(lambda sale: decimal_of(sale.price - sale.returned)),
    "allocated": _of_sale(lambda sale: decimal_of(sale.earned)),
    "taken_back": _of_sale(lambda sale: decimal_of(sale.taken_back)),
    "booked": _of_sale(lambda sale: BOOKED_LATER if sale.is_later else ""),
    "amount": lambda row: decimal_of(row.amount),
    "reason": lambda row: row.reason,
    "currency": lambda row: row.currency,
    "report_month": _of_report(lambda about: about.month),
    "report_number": _of_report(lambda about: about.number),
    "period_start": _of_report(lambda about: about.since),
    "period_end": _of_report(lambda about: about.until),
    "message_id": _of_report(lambda about: about.message_id),
    "replaces": _of_report(lambda about: about.replaces),
    "sender": _of_report(lambda about: about.sender),
    "recipient": _of_report(lambda about: about.recipient),
}
_SUMMED = frozenset(
    {"usages", "returns", "net_usages", "consumer_paid", "allocated", "taken_back", "amount"}
)
_TOTAL = "Total"


class Column(BaseModel):
    """A column: its name, and of which field it is; or a `text` that is the same in each row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=_LONGEST)
    field: str | None = None
    text: str | None = Field(default=None, max_length=_LONGEST)

    @model_validator(mode="after")
    def _is_one(self) -> Column:
        if (self.field is None) == (self.text is None):
            raise ValueError("a column is of a `field`, or has a `text`, and not both")
        if self.field is not None and self.field not in FIELDS:
            raise ValueError(f"there is no field `{self.field[:40]}`")
        if not all(_PRINTABLE.fullmatch(one) for one in (self.name, self.text or "")):
            raise ValueError("names and texts have no control characters")
        return self


class Template(BaseModel):
    """A table of a label's own: columns in their order, and how cells are written.

    `places` is to how many places amounts are told at least; none is ever rounded. The last row is
    of what all rows come to, by currency, where `has_totals`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Column, ...] = Field(min_length=1, max_length=_MOST_COLUMNS)
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    days: DayForm = DayForm.ISO
    places: int = Field(default=2, ge=0, le=10)
    has_header: bool = True
    has_totals: bool = False
    #: What some spreadsheets need to take a file for UTF-8.
    has_mark: bool = False


def template_of(said: Mapping[str, object]) -> Template:
    """Read a template.

    Raises:
        Refused: `report-template-unfit`, 422: it says something that is not of the vocabulary.

    """
    try:
        return Template.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "template"
        raise Refused(
            "report-template-unfit",
            f"This is no template of a report: {place}: {first['msg'][:200]}.",
            status=422,
        ) from None


class Table:
    """A table in the making, row by row; sums of what was written are kept for the last one."""

    def __init__(self, template: Template) -> None:
        """Begin one."""
        self._template = template
        self._sums: dict[str, dict[str, int | Decimal]] = {}
        self._last: Row | None = None

    def head(self) -> str:
        """Answer what stands before the rows."""
        template = self._template
        mark = "\ufeff" if template.has_mark else ""
        names = [_text(one.name) for one in template.columns]
        return mark + (self._line(names) if template.has_header else "")

    def row(self, row: Row) -> str:
        """Answer the line of a row."""
        self._last = row
        sums = self._sums.setdefault(row.currency, {})
        cells = []
        for column in self._template.columns:
            if column.field is None:
                cells.append(_text(column.text or ""))
                continue
            value = FIELDS[column.field](row)
            if column.field in _SUMMED and isinstance(value, int | Decimal):
                sums[column.field] = sums.get(column.field, 0) + value
            cells.append(self._cell(value))
        return self._line(cells)

    def foot(self) -> str:
        """Answer what stands after them: what they come to, a line for each currency."""
        if not self._template.has_totals:
            return ""
        return "".join(self._totals(currency) for currency in sorted(self._sums))

    def _totals(self, currency: str) -> str:
        sums, cells, is_named = self._sums[currency], [], False
        for column in self._template.columns:
            field = column.field or ""
            if field == "currency":
                cells.append(_text(currency))
            elif field in _SUMMED:
                cells.append(self._cell(sums.get(field, 0)))
            else:
                cells.append("" if is_named else _TOTAL)
                is_named = True
        return self._line(cells)

    def _cell(self, value: Value) -> str:
        if isinstance(value, Decimal):
            return self._number(value)
        if isinstance(value, int):
            return str(value)
        return self._template.days.of(value) if isinstance(value, date) else _text(value)

    def _number(self, value: Decimal) -> str:
        whole, _, rest = f"{value:f}".partition(".")
        rest = rest.rstrip("0").ljust(self._template.places, "0")
        return f"{whole}{self._template.decimal}{rest}" if rest else whole

    def _line(self, cells: Iterable[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=self._template.delimiter, lineterminator="\r\n").writerow(cells)
        return text.getvalue()


def _text(text: str) -> str:
    """Answer a text that stays one, whatever an artist called it."""
    told = harmless(text)
    return f"'{told}" if told.startswith(_FORMULA) else told
