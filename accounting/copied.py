"""Rows as `COPY … TO … WITH (FORMAT binary)` writes them, read many at a time.

Each row is the number of its columns (2 bytes), and for each column its length (4 bytes) and its
value; all is big-endian. Where columns have lengths that are known, rows are an array.
PostgreSQL's documentation of COPY, "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

#: Microseconds from 1970 to 2000, where PostgreSQL counts from.
EPOCH_US = 946_684_800_000_000
#: Names and kinds: numbers as `>i8`, `S32` what is so long, `S` what is as long as it is.
Columns = Sequence[tuple[str, str]]
Value = int | bytes | None

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_START = len(_SIGNATURE) + 8
_TRAILER = b"\xff\xff"
_COUNT, _LENGTH = struct.Struct(">h"), struct.Struct(">i")


class Irregular(Exception):  # noqa: N818 - reads as a verdict, which it is
    """A value is missing, or not as long as its kind should be."""


def body_of(data: bytes) -> memoryview:
    """Answer the rows alone.

    Raises:
        ValueError: this is no such copy, or not all of one.

    """
    if not data.startswith(_SIGNATURE) or not data.endswith(_TRAILER):
        raise ValueError("this is no whole copy of rows")
    return memoryview(data)[_START : -len(_TRAILER)]


def array_of(body: memoryview, columns: Columns) -> NDArray[np.void]:
    """Answer rows whose columns are as long as numpy's types (`>i8`, `S32`) say.

    Raises:
        Irregular: one of them is not.

    """
    fields = [("columns", ">i2")]
    for name, kind in columns:
        fields += [(f"{name} length", ">i4"), (name, kind)]
    dtype = np.dtype(fields)
    if len(body) % dtype.itemsize:
        raise Irregular
    rows = np.frombuffer(body, dtype)
    widths = {f"{name} length": np.dtype(kind).itemsize for name, kind in columns}
    if any((rows[name] != width).any() for name, width in widths.items()):
        raise Irregular
    return rows


def rows_of(body: memoryview, columns: Columns) -> Iterator[tuple[Value, ...]]:
    """Answer rows one by one, whatever is in them: numbers, other bytes, or nothing."""
    at = 0
    while at < len(body):
        (count,) = _COUNT.unpack_from(body, at)
        at += _COUNT.size
        row: list[Value] = []
        for _, kind in columns[:count]:
            (length,) = _LENGTH.unpack_from(body, at)
            at += _LENGTH.size
            data = bytes(body[at : at + max(length, 0)])
            at += len(data)
            is_number = kind.startswith(">i")
            value = int.from_bytes(data, signed=True) if is_number else data
            row.append(None if length < 0 else value)
        yield tuple(row)
