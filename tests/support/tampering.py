"""What somebody can do who owns the database itself: change rows that are only ever added."""

from __future__ import annotations

from sqlalchemy import text

from base.database import Session


async def unguard(session: Session, table: str) -> None:
    """Take the guards of a table away, until this database ends."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in list(await session.scalars(found, {"table": table})):
        await session.execute(text(f"DROP TRIGGER {name}"))
