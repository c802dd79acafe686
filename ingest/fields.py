"""What owners write of their music, field by field: read, or refused with why and in what form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from base.errors import Refused
from catalog.languages import language_of
from catalog.release_types import ReleaseType
from catalog.words import Explicit
from ingest.identifiers import grid_of, ipi_of, isni_of, isrc_of, iswc_of, mbid_of, upc_of
from ingest.words import NAME_LETTERS, date_of, one_line

_ROLE_LETTERS, _SHOWN_LETTERS = 40, 40
_UPC_DIGITS = range(12, 15)
_NUMBER_LETTERS = 60
_COUNTRY = re.compile(r"[A-Za-z]{2}")
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
    "type": Field(
        read=lambda text: next((str(one) for one in ReleaseType if one == text.strip()), None),
        called="type",
        form=f"one of {', '.join(ReleaseType)}",
    ),
    "grid": Field(
        read=grid_of,
        called="GRid",
        form="18 letters and digits, such as A1-2425G-ABC1234002-M, the last of which checks them",
    ),
    "catalogue_number": Field(
        read=lambda text: one_line(text, _NUMBER_LETTERS), called="catalogue number", form=_LINE
    ),
    "original_on": Field(
        read=_day,
        called="original release date",
        form="a year, a month or a day, such as 1976, 1976-11 or 1976-11-24",
    ),
    "language": Field(
        read=language_of,
        called="language",
        form="a tag of BCP 47, such as en, pt-BR or zxx where nothing is sung",
    ),
    "explicit": Field(
        read=lambda text: next((str(one) for one in Explicit if one == text.strip()), None),
        called="word on explicit lyrics",
        form=f"one of {', '.join(Explicit)}",
        is_needed=True,
    ),
    "iswc": Field(
        read=iswc_of,
        called="ISWC",
        form="T and ten digits, such as T-034.524.680-1, of which the last is a check digit",
    ),
    "isni": Field(
        read=isni_of,
        called="ISNI",
        form="16 digits, such as 0000 0001 2150 090X, of which the last is a check digit",
    ),
    "ipi": Field(
        read=ipi_of,
        called="IPI name number",
        form="11 digits, such as 00014107338, of which the last two are check digits",
    ),
    **{
        name: Field(
            read=mbid_of,
            called="MusicBrainz id",
            form="a UUID, such as b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d",
        )
        for name in ("mbid", "group_mbid")
    },
    "country": Field(
        read=lambda text: text.strip().upper() if _COUNTRY.fullmatch(text.strip()) else None,
        called="country",
        form="two letters, such as DE",
    ),
    "artist_name": Field(
        read=lambda text: one_line(text, NAME_LETTERS), called="name", form=_LINE, is_needed=True
    ),
    "owner": Field(
        read=lambda text: one_line(text, NAME_LETTERS),
        called="owner of a line of rights",
        form=_LINE,
        is_needed=True,
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
