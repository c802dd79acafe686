"""Bring a database to the tables of this version, by Alembic."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from base.database import Database, reached

#: Tables of SQLite's FTS5, each with some of its own.
_FULL_TEXT = ("search_texts", "search_grams")
#: Beside the packages, in the sources and in the wheel alike.
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def is_compared(name: str | None, kind: str, *_: object) -> bool:
    """Whether a table or an index of a database is one that the models tell of.

    Full text is indexed by each database in its own way, which migrations write by hand.
    """
    by_hand = kind == "index" and "_by_hand_" in (name or "")
    return not (by_hand or (kind == "table" and (name or "").startswith(_FULL_TEXT)))


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration that the database has not seen; a second call does nothing.

    Raises:
        Unavailable: the database cannot be reached or used.

    """
    async with reached(), database.engine.begin() as connection:
        await connection.run_sync(partial(_upgrade, revision=revision))


async def revision_of(database: Database) -> str | None:
    """Answer which migration a database saw last; None where it saw none.

    Raises:
        Unavailable: the database cannot be reached or used.

    """
    async with reached(), database.engine.connect() as connection:
        return await connection.run_sync(_revision)


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


def _upgrade(connection: Connection, *, revision: str) -> None:
    # Alembic reads every migration anew to find out that there is none to run.
    if MigrationContext.configure(connection).get_current_heads() != _newest():
        command.upgrade(alembic_config(connection), revision)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> tuple[str, ...]:
    """Answer which migration is the last: of one version there is one for as long as it runs."""
    return tuple(_scripts().get_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
