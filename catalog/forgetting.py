"""Obeying the rules of retention: rows that are too old go, or what stands in some columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, or_, select, update

from base.database import Session
from catalog.erasing import ERASED
from catalog.models.base import Model
from catalog.retention import Rule


async def forget_by(session: Session, rule: Rule, *, now: datetime, limit: int) -> int:
    """Forget up to so many rows; answer how many there were, the longest known first."""
    table = Model.metadata.tables[rule.table]
    [key] = table.primary_key.columns
    old = select(key).where(*_conditions(table, rule, now)).order_by(key).limit(limit)
    found = list(await session.scalars(old))
    if not found:
        return 0
    these = key.in_(found)
    if rule.blanks:
        values = {name: _nothing(table.c[name]) for name in rule.blanks}
        await session.execute(update(table).where(these).values(values))
    else:
        await session.execute(delete(table).where(these))
    return len(found)


def _conditions(table: Table, rule: Rule, now: datetime) -> list[ColumnElement[bool]]:
    found = [table.c[rule.counted_from] < rule.before(now)]
    found += [table.c[name].in_(values) for name, values in rule.only.items()]
    if rule.blanks:
        found.append(or_(*(_is_something(table.c[name]) for name in rule.blanks)))
    return found


def _nothing(column: Column[Any]) -> str | None:
    return None if column.nullable else ERASED


def _is_something(column: Column[Any]) -> ColumnElement[bool]:
    return column.is_not(None) if column.nullable else column != ERASED
