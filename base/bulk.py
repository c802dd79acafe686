"""Thousands of rows at a time: COPY and arrays on PostgreSQL, prepared statements on SQLite.

An array is one parameter: as many parameters as there are values would be read one by one, and
prepared anew for every other number of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    TableValuedAlias,
    any_,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError

from base.database import Session

Row = Sequence[object]
T = TypeVar("T")
_CLASS_INTEGRITY = "23"
#: Parameters of one statement that every database takes.
_AT_ONCE = 5_000


async def insert_many(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows, each with a value for every one of `columns`.

    Raises:
        IntegrityError: one of them breaks a rule of the table.

    """
    if not rows:
        return
    if is_sqlite(session):
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


async def copy_in(session: Session, table: Table, columns: Sequence[str], rows: bytes) -> None:
    """Insert rows that are written in PostgreSQL's binary format of COPY, see refrain.binary_rows.

    Raises:
        IntegrityError: one of them breaks a rule of the table.

    """
    driver = await _driver(session)
    source = io.BytesIO(rows)
    try:
        await driver.copy_to_table(
            table.name, source=source, columns=list(columns), format="binary"
        )
    except asyncpg.PostgresError as error:
        raise _translated(table.name, error) from error


async def copy_out(session: Session, query: Select[Any]) -> bytes:
    """Answer the rows of a query as PostgreSQL writes them in its binary format of COPY."""
    dialect = session.get_bind().dialect
    told = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    parts: list[bytes] = []

    async def take(data: bytes) -> None:
        parts.append(data)

    driver = await _driver(session)
    try:
        await driver.copy_from_query(str(told), output=take, format="binary")
    except asyncpg.PostgresError as error:
        raise _translated("out", error) from error
    return b"".join(parts)


async def take_numbers(session: Session, table: Table, count: int) -> list[int]:
    """Answer numbers that no row of a table has as its `id`, and nobody else is given.

    On PostgreSQL of the sequence `<table>_id_seq`; on SQLite the writer is alone.
    """
    if is_sqlite(session):
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
    if is_sqlite(session):
        given = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        found = [table.c[name] == given[name] for name in key]
        change = update(table).where(*found).values({name: given[name] for name in columns})
        told = [{f"new_{name}": one for name, one in zip(names, row, strict=True)} for row in rows]
        await session.execute(change, told)
        return
    new = _unnested(table, names, rows)
    found = [table.c[name] == new.c[name] for name in key]
    change = update(table).where(*found).values({name: new.c[name] for name in columns})
    await session.execute(change.execution_options(synchronize_session=False))


async def insert_missing(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows, each unless one of its unique keys is taken.

    Who inserts them in the order of their keys never waits for one who waits for it.
    """
    if not rows:
        return
    if is_sqlite(session):
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        await session.execute(sqlite.insert(table).on_conflict_do_nothing(), values)
        return
    new = _unnested(table, columns, rows)
    change = postgresql.insert(table).from_select(list(columns), select(new))
    await session.execute(change.on_conflict_do_nothing())


def among(session: Session, column: Column[T], values: Iterable[T]) -> ColumnElement[bool]:
    """Say that a column is one of many values."""
    if is_sqlite(session):
        return column.in_(list(values))
    return column == any_(cast(list(values), ARRAY(column.type)))


def among_rows(
    session: Session, table: Table, key: Sequence[str], rows: Sequence[Row]
) -> ColumnElement[bool]:
    """Say that columns are together one of many rows."""
    columns = tuple_(*(table.c[name] for name in key))
    if is_sqlite(session):
        return columns.in_(rows)
    return columns.in_(select(_unnested(table, key, rows)))


def _unnested(table: Table, names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    arrays = [
        cast(list(values), ARRAY(table.c[name].type))
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    return func.unnest(*arrays).table_valued(*names).render_derived(name="new")


async def _driver(session: Session) -> asyncpg.Connection:
    connection = await session.connection()
    await connection.execute(text("SELECT 1"))  # the driver begins its transaction only now
    raw = await connection.get_raw_connection()
    return raw.driver_connection


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Answer values in parts, of which each database takes one in a statement."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def is_sqlite(session: Session) -> bool:
    """Answer whether it is SQLite, which has nothing for many rows at a time."""
    return session.get_bind().dialect.name == "sqlite"


def _translated(name: str, error: asyncpg.PostgresError) -> DBAPIError:
    """Answer it as it would come of a statement, so that it is told and retried as any other."""
    is_integrity = (error.sqlstate or "").startswith(_CLASS_INTEGRITY)
    kind = IntegrityError if is_integrity else DBAPIError
    return kind(f"COPY {name}", None, error)
