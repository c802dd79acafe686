r"""PostgreSQL's text format of COPY, as `pg_dump` writes it: a row a line, tabs between columns.

`\N` is null. In values a backslash begins what stands for another character: `\b \f \n \r \t \v`,
up to three octal digits, `\x` and up to two hexadecimal ones; before any other it stands for that
one (PostgreSQL, SQL commands, COPY, "Text Format").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What ends the rows of a table.
END = b"\\."
_NULL = "\\N"
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_PRINTED = str.maketrans({"\\": "\\\\"} | {told: f"\\{name}" for name, told in _LETTERS.items()})


def parse_row(line: bytes) -> tuple[str | None, ...]:
    """Answer the columns of a row, without the end of its line.

    Raises:
        ValueError: it is not UTF-8, also not by what its escapes stand for.

    """
    return tuple(None if one == _NULL else _value(one) for one in line.decode().split("\t"))


def print_row(columns: Sequence[str | None]) -> bytes:
    """Answer a row as PostgreSQL writes it, without the end of its line."""
    told = (_NULL if one is None else one.translate(_PRINTED) for one in columns)
    return "\t".join(told).encode()


def _value(text: str) -> str:
    if "\\" not in text:
        return text
    # Digits stand for bytes, of which several may be one character.
    raw = b"".join(_bytes(part) for part in _parts(text))
    return raw.decode()


def _parts(text: str) -> list[str | re.Match[str]]:
    found: list[str | re.Match[str]] = []
    at = 0
    for one in _ESCAPE.finditer(text):
        found += [text[at : one.start()], one]
        at = one.end()
    return [*found, text[at:]]


def _bytes(part: str | re.Match[str]) -> bytes:
    if isinstance(part, str):
        return part.encode()
    octal, hexadecimal, other = part.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    return _LETTERS.get(other, other).encode()
