"""Bring a database to the tables of this version, by Alembic."""

from __future__ import annotations

import asyncio
import zlib
from functools import cache, partial
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import Database, Session, reached, sqlstate_of
from base.errors import Unavailable

log = structlog.get_logger()

#: Tables of SQLite's FTS5, each with some of its own.
_FULL_TEXT = ("search_texts", "search_grams")
#: Beside the packages, in the sources and in the wheel alike.
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
#: Whoever asks for a table waits behind a migration that waits for it: no longer than this.
_LOCK_S = 2
_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
#: Lock not available (PostgreSQL, appendix A).
_LOCKED_OUT = "55P03"
#: Nobody waits for it in a statement: a step that indexes beside others waits for all of those.
_ALONE = text("SELECT pg_try_advisory_lock(:number)")
_WAITS = (
    "migration-waits",
    (
        "Others have held for long what a migration needs: another migration, or a transaction "
        "that is not ended (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY 2). What "
        "came to an end is kept; end that transaction, or wait, and run `refrain migrate` again."
    ),
)


def is_compared(name: str | None, kind: str, *_: object) -> bool:
    """Whether a table or an index of a database is one that the models tell of.

    Full text is indexed by each database in its own way, which migrations write by hand.
    """
    by_hand = kind == "index" and "_by_hand_" in (name or "")
    return not (by_hand or (kind == "table" and (name or "").startswith(_FULL_TEXT)))


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration that the database has not seen; a second call does nothing.

    On PostgreSQL each is a transaction of its own, while servers and workers go on: one that does
    not get its locks at once steps back, for whoever comes after it would wait behind it.

    Raises:
        Unavailable: the database cannot be reached or used; `migration-waits`: others hold locks.

    """
    if database.engine.dialect.name == "postgresql":
        async with reached():
            await _upgrade_online(database, revision)
        return
    async with reached(), database.engine.begin() as connection:
        await connection.run_sync(partial(_upgrade, revision=revision))


async def revision_of(database: Database) -> str | None:
    """Answer which migration a database saw last; None where it saw none.

    Raises:
        Unavailable: the database cannot be reached or used.

    """
    async with reached(), database.engine.connect() as connection:
        return await connection.run_sync(_revision)


async def revision_in(session: Session) -> str | None:
    """Answer the same of what a transaction sees."""
    return await (await session.connection()).run_sync(_revision)


def is_known(revision: str) -> bool:
    """Whether this version has that migration."""
    return any(one.revision == revision for one in _scripts().walk_revisions())


def newest() -> str:
    """Answer the last migration of this version."""
    return _newest()[0]


def alembic_config(connection: Connection) -> Config:
    """Answer Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def _upgrade_online(database: Database, revision: str) -> None:
    async with database.engine.connect() as connection:
        if await connection.run_sync(_is_newest):
            return
        try:
            await connection.execute(text(f"SET lock_timeout = '{_LOCK_S}s'"))
            await connection.commit()
            for pause_s in _PAUSES_S:
                if await _is_done(connection, revision):
                    return
                log.info("a migration waits for others", again_in_s=pause_s)
                await asyncio.sleep(pause_s)
            if not await _is_done(connection, revision):
                raise Unavailable(*_WAITS)
        finally:
            await connection.invalidate()  # nobody else shall have its limit and its lock


async def _is_done(connection: AsyncConnection, revision: str) -> bool:
    """Run migrations, and keep those that came to an end; answer whether all did."""
    try:
        is_alone = await connection.scalar(_ALONE, {"number": zlib.crc32(b"migrations")})
        await connection.commit()
        if not is_alone:
            return False
        await connection.run_sync(partial(_upgrade, revision=revision))
        await connection.commit()
    except DBAPIError as error:
        await connection.rollback()
        if sqlstate_of(error) != _LOCKED_OUT:
            raise
        return False
    return True


def _is_newest(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_heads() == _newest()


def _upgrade(connection: Connection, *, revision: str) -> None:
    # Alembic reads every migration anew to find out that there is none to run.
    if not _is_newest(connection):
        if connection.dialect.name == "postgresql":
            connection.rollback()  # of looking: Alembic begins its own transactions
        command.upgrade(alembic_config(connection), revision)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> tuple[str, ...]:
    """Answer which migration is the last: of one version there is one for as long as it runs."""
    return tuple(_scripts().get_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
