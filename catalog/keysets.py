"""Going on in an ordered list behind the last that was told (keyset pagination)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, literal, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute


def behind(
    columns: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]],
    place: tuple[object, ...] | None,
    *,
    descending: bool,
) -> ColumnElement[bool]:
    """Answer the condition for what follows a place; of no place all does.

    The columns are those of the order, all in one direction, and end in one that is unique. Rows
    are compared as such, for which SQLite and PostgreSQL both use an index on the columns.
    """
    if place is None:
        return true()
    here = tuple_(*columns)
    there = tuple_(*(_said(value, column) for column, value in zip(columns, place, strict=True)))
    return here < there if descending else here > there


def _said(
    value: object, column: InstrumentedAttribute[Any] | ColumnElement[Any]
) -> BindParameter[Any]:
    """Answer a parameter; a place may also be told when it is asked, by parameters of its own."""
    return value if isinstance(value, BindParameter) else literal(value, column.type)
