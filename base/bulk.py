"""Thousands of rows at a time: COPY on PostgreSQL, prepared inserts on SQLite."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
from sqlalchemy import Table, bindparam, cast, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError

from base.database import Session

Row = Sequence[object]
_CLASS_INTEGRITY = "23"


async def insert_many(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows, each with a value for every one of `columns`.

    Raises:
        IntegrityError: one of them breaks a rule of the table.

    """
    if not rows:
        return
    if _is_sqlite(session):
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        await session.execute(insert(table), values)
        return
    connection = await session.connection()
    await connection.execute(text("SELECT 1"))  # the driver begins its transaction only now
    raw = await connection.get_raw_connection()
    driver: asyncpg.Connection = raw.driver_connection
    try:
        await driver.copy_records_to_table(table.name, records=rows, columns=list(columns))
    except asyncpg.PostgresError as error:
        raise _translated(table.name, error) from error


async def take_numbers(session: Session, table: Table, count: int) -> list[int]:
    """Answer numbers that no row of a table has as its `id`, and nobody else is given.

    On PostgreSQL of the sequence `<table>_id_seq`; on SQLite the writer is alone.
    """
    if _is_sqlite(session):
        last = await session.scalar(select(func.coalesce(func.max(table.c.id), 0)))
        return list(range((last or 0) + 1, (last or 0) + 1 + count))
    numbers = text("SELECT nextval(:name) FROM generate_series(1, :count)")
    told = {"name": f"{table.name}_id_seq", "count": count}
    return sorted(await session.scalars(numbers, told))


async def update_many(
    session: Session, table: Table, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Set `columns` of rows, each found by `key`; a row has its key first, then its values."""
    if not rows:
        return
    names = [*key, *columns]
    if _is_sqlite(session):
        given = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        found = [table.c[name] == given[name] for name in key]
        change = update(table).where(*found).values({name: given[name] for name in columns})
        told = [{f"new_{name}": one for name, one in zip(names, row, strict=True)} for row in rows]
        await session.execute(change, told)
        return
    arrays = [
        cast(list(values), ARRAY(table.c[name].type))
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    new = func.unnest(*arrays).table_valued(*names).render_derived(name="new")
    found = [table.c[name] == new.c[name] for name in key]
    change = update(table).where(*found).values({name: new.c[name] for name in columns})
    await session.execute(change.execution_options(synchronize_session=False))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _translated(name: str, error: asyncpg.PostgresError) -> DBAPIError:
    """Answer it as it would come of a statement, so that it is told and retried as any other."""
    is_integrity = (error.sqlstate or "").startswith(_CLASS_INTEGRITY)
    kind = IntegrityError if is_integrity else DBAPIError
    return kind(f"COPY {name}", None, error)
