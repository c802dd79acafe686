"""What owners write of their music, field by field: read, or refused with why and in what form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from base.errors import Refused
from ingest.words import NAME_LETTERS, date_of, isrc_of, one_line, upc_of

_ROLE_LETTERS, _SHOWN_LETTERS = 40, 40
_UPC_DIGITS = range(12, 15)
_DAY_LETTERS = len("2026-11-24")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How a field is read (None: it cannot be), what it is called, and what it has to be."""

    read: Callable[[str], str | None]
    called: str
    form: str
    is_needed: bool = False


def read_field(name: str, text: str) -> str | None:
    """Answer what is written down of a text; nothing takes away a word that is not needed.

    Raises:
        Refused: `word-unfit`, 422.

    """
    field = FIELDS[name]
    if not text.strip() and not field.is_needed:
        return None
    word = field.read(text)
    if word is None:
        raise Refused("word-unfit", _why(name, field, text), status=422)
    return word


def read_needed(name: str, text: str) -> str:
    """Answer what is written down of a text where something has to be, as `read_field`."""
    return read_field(name, text) or ""


def _why(name: str, field: Field, text: str) -> str:
    shown = one_line(text, _SHOWN_LETTERS)
    if shown is None:
        return f"The {field.called} is empty, or nothing of it can be shown; it is {field.form}."
    digits = re.sub(r"[ -]", "", shown)
    if name == "upc" and digits.isdigit() and len(digits) in _UPC_DIGITS:
        return (
            f"The {field.called} {shown} is mistyped: its last digit does not fit the others. "
            f"It is {field.form}."
        )
    return f"{shown} is no {field.called}: it is {field.form}."


def _day(text: str) -> str | None:
    """Read a date that is there in the calendar, with nothing after it."""
    said = text.strip()
    if date_of(said) != said:
        return None
    try:
        date.fromisoformat(said if len(said) == _DAY_LETTERS else f"{said[:4]}-01-01")
    except ValueError:
        return None
    return said


_LINE = "one line of text"
FIELDS = {
    "title": Field(read=one_line, called="title", form=_LINE, is_needed=True),
    "artist": Field(read=one_line, called="artist", form=_LINE, is_needed=True),
    "label": Field(
        read=lambda text: one_line(text, NAME_LETTERS), called="label", form=f"{_LINE}, or nothing"
    ),
    "upc": Field(
        read=upc_of,
        called="UPC",
        form="12 to 14 digits, such as 4006381333931, of which the last is a check digit",
    ),
    "isrc": Field(
        read=isrc_of,
        called="ISRC",
        form="two letters, three letters or digits, and seven digits, such as DE-ABC-26-00001",
    ),
    "released_on": Field(
        read=_day,
        called="release date",
        form="a year, a month or a day, such as 2026, 2026-11 or 2026-11-24",
    ),
    "role": Field(
        read=lambda text: one_line(text, _ROLE_LETTERS),
        called="role",
        form=f"{_LINE}, such as composer",
        is_needed=True,
    ),
    "name": Field(
        read=lambda text: one_line(text, NAME_LETTERS),
        called="name of a credit",
        form=_LINE,
        is_needed=True,
    ),
}
