"""What somebody can do who owns the database itself: change rows that are only ever added."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Row, Table, delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from base.database import Database, Session


async def unguard(session: Session, table: str) -> None:
    """Take the guards of a table away, until this database ends."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in list(await session.scalars(found, {"table": table})):
        await session.execute(text(f"DROP TRIGGER {name}"))


@asynccontextmanager
async def owner(database: Database) -> AsyncIterator[AsyncConnection]:
    """Be who owns the database: no rule holds, neither triggers nor foreign keys.

    What is done is undone when the block ends.
    """
    engine = create_async_engine(database.engine.url)
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:  # keeps foreign keys only for who asks
                await connection.exec_driver_sql("BEGIN")
                await _drop_triggers(connection)
            yield connection
            await connection.rollback()
    finally:
        await engine.dispose()


@asynccontextmanager
async def undone(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """Undo what is done in the block; answer who reads it meanwhile."""
    savepoint = await connection.begin_nested()
    async with AsyncSession(bind=connection) as session:
        yield session
    await savepoint.rollback()


async def _drop_triggers(connection: AsyncConnection) -> None:
    found = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in (await connection.execute(found)).scalars().all():
        await connection.execute(text(f"DROP TRIGGER {name}"))


async def tampered(connection: AsyncConnection, row: Row[Any], column: Column[Any]) -> None:
    """Change one bit of a column of a row."""
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's way to its columns
    same = (one == said[one.name] for one in column.table.primary_key)
    change = update(column.table).where(*same)
    await connection.execute(change.values({column.name: flipped(said[column.name])}))


async def removed(connection: AsyncConnection, table: Table, row: Row[Any]) -> None:
    """Delete a row."""
    said = row._mapping  # noqa: SLF001
    await connection.execute(delete(table).where(*(c == said[c.name] for c in table.primary_key)))


def flipped(value: object) -> object:
    """Answer a value of which one bit, or the least that can be, is another."""
    match value:
        case int():
            return value ^ 1 << 12
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str():
            return chr(ord(value[0]) ^ 1) + value[1:]
        case UUID():
            return UUID(int=value.int ^ 1)
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
    raise TypeError(f"{value!r} has no bits that we know")
