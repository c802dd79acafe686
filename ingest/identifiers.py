"""Numbers that the trade knows music and people by: read, checked, and written in one form.

python-stdnum knows ISRC, UPC and EAN, GRid and ISNI. It does not know IPI and ISWC, whose check
digits are worked out here: of an IPI name number as in CISAC's "IPI Name Number" of the CWR
specifications (weights 10 to 2, modulus 101), of an ISWC as in ISO 15707, annex A (weights 1 to 9,
modulus 10). Each function answers None for what is no such number, and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from stdnum import ean, grid, isni, isrc
from stdnum.exceptions import ValidationError

_LETTERS = 100
_IPI = re.compile(r"[0-9]{9,11}")
_IPI_DIGITS, _IPI_CHECKED = 11, 9
_ISWC = re.compile(r"T([0-9]{9})([0-9])")
_UPC_DIGITS = range(12, 15)


def isrc_of(text: str | None) -> str | None:
    """Answer an ISRC (ISO 3901) without the dashes it is often written with."""
    plain = re.sub(r"[^A-Z0-9]", "", _upper(text)).removeprefix("ISRC")
    return _valid(isrc.validate, plain)


def upc_of(text: str | None) -> str | None:
    """Answer a UPC, EAN-13 or GTIN-14 whose check digit is right."""
    plain = re.sub(r"[ -]", "", (text or "")[:_LETTERS])
    return _valid(ean.validate, plain) if len(plain) in _UPC_DIGITS else None


def grid_of(text: str | None) -> str | None:
    """Answer a GRid of 18 letters and digits, the last of which is right (ISO 7064, 37,36)."""
    return _valid(grid.validate, re.sub(r"[^A-Z0-9]", "", _upper(text)).removeprefix("GRID"))


def isni_of(text: str | None) -> str | None:
    """Answer an ISNI (ISO 27729), also from its address."""
    last = _upper(text).rstrip("/").rpartition("/")[2]
    return _valid(isni.validate, re.sub(r"[^0-9X]", "", last.removeprefix("ISNI")))


def ipi_of(text: str | None) -> str | None:
    """Answer an IPI name number of 11 digits; its first zeros are often left out."""
    plain = re.sub(r"[^0-9]", "", (text or "")[:_LETTERS])
    if not _IPI.fullmatch(plain):
        return None
    plain = plain.zfill(_IPI_DIGITS)
    rest = sum(int(d) * (10 - n) for n, d in enumerate(plain[:_IPI_CHECKED])) % 101
    return plain if int(plain[_IPI_CHECKED:]) == (101 - rest) % 101 % 100 and int(plain) else None


def iswc_of(text: str | None) -> str | None:
    """Answer an ISWC as `T` and ten digits."""
    plain = re.sub(r"[^A-Z0-9]", "", _upper(text)).removeprefix("ISWC")
    found = _ISWC.fullmatch(plain)
    if found is None:
        return None
    weighed = 1 + sum(int(digit) * n for n, digit in enumerate(found[1], 1))
    return plain if int(found[2]) == -weighed % 10 else None


def mbid_of(text: str | None) -> str | None:
    """Answer an id of MusicBrainz, which is a UUID, also from its address."""
    last = (text or "")[:_LETTERS].strip().rstrip("/").rpartition("/")[2]
    try:
        return str(UUID(last))
    except ValueError:
        return None


def _upper(text: str | None) -> str:
    return (text or "")[:_LETTERS].upper().strip()


def _valid(validate: Callable[[str], str], text: str) -> str | None:
    # Digits of other scripts are digits to them, and no number of anything here.
    try:
        return validate(text) if text.isascii() else None
    except ValidationError:
        return None
