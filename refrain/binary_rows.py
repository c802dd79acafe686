"""Rows as PostgreSQL's COPY reads them in its binary format, made of columns by the million.

Every value of a column is as long as the others; what is not is for `base.bulk.insert_many`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
#: See "File Formats" of COPY in PostgreSQL's documentation.
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NULL = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Values of one length: `width` bytes each, or nothing at all."""

    values: Bytes | Numbers | bytes
    width: int | None


def ids(values: Bytes) -> Column:
    """Answer UUIDs, of sixteen bytes each."""
    return Column(values=values, width=16)


def numbers(values: Numbers | int, width: int = 4) -> Column:
    """Answer whole numbers of two, four or eight bytes."""
    return Column(values=np.asarray(values, dtype=np.int64), width=width)


def instants(values: Numbers) -> Column:
    """Answer times as microseconds since 2000."""
    return Column(values=values, width=8)


def microseconds(at: datetime) -> int:
    """Answer a time as `instants` takes it."""
    return round((at - _EPOCH).total_seconds() * 1_000_000)


def always(text: str) -> Column:
    """Answer the same text for every row."""
    told = text.encode()
    return Column(values=told, width=len(told))


def nothing() -> Column:
    """Answer NULL for every row."""
    return Column(values=b"", width=None)


def binary_rows(count: int, columns: Mapping[str, Column]) -> bytes:
    """Answer `count` rows."""
    rows = np.zeros(count, dtype=_layout(list(columns.values())))
    rows["fields"] = len(columns)
    for at, column in enumerate(columns.values()):
        rows[f"length{at}"] = _NULL if column.width is None else column.width
        if column.width is not None:
            rows[f"value{at}"] = _told(column)
    return _HEADER + rows.tobytes() + _TRAILER


def _layout(columns: Sequence[Column]) -> np.dtype[np.void]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for at, column in enumerate(columns):
        fields.append((f"length{at}", ">i4"))
        if column.width is not None:
            fields.append((f"value{at}", _kind(column)))
    return np.dtype(fields)


def _kind(column: Column) -> str:
    if isinstance(column.values, bytes) or column.values.dtype == np.uint8:
        return f"V{column.width}"
    return f">i{column.width}"


def _told(column: Column) -> object:
    if isinstance(column.values, bytes):
        return np.void(column.values)
    if column.values.dtype == np.uint8:
        return np.ascontiguousarray(column.values).view(f"V{column.width}").ravel()
    return column.values
