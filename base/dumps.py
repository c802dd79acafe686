"""A whole PostgreSQL as tables of text, and back: COPY in one snapshot, without a program.

What stands around rows (tables, indexes, triggers) migrations make; here are rows and the numbers
that sequences came to. `pg_dump` is not used: one of an older version than the server's refuses it,
and what it writes only it can read (docs/decisions/0037).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import Database, Session, reached
from base.errors import Refused

#: The names of tables, each with those of its columns that are written and not computed.
Tables = Mapping[str, Sequence[str]]

_TABLES = text(
    "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "AND a.attgenerated = '' WHERE c.relkind = 'r' AND c.relnamespace = "
    "current_schema()::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d "
    "WHERE d.objid = c.oid AND d.deptype = 'e') GROUP BY c.relname ORDER BY c.relname"
)
_SEQUENCES = text(
    "SELECT sequencename::text, last_value FROM pg_sequences "
    "WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1"
)
_FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace "
    "ORDER BY 1, 2"
)
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
#: However a server or a database is set, these read what these wrote.
_FORM = ("SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL intervalstyle = 'postgres'")
#: Somebody who uses a table that is to be filled is not waited for much longer.
_PATIENCE = "SET LOCAL lock_timeout = '10s'"


async def tables_of(session: Session) -> Tables:
    """Answer all tables of ours."""
    return {name: tuple(columns) for name, columns in await session.execute(_TABLES)}


async def sequences_of(session: Session) -> Mapping[str, int]:
    """Answer the number that each sequence gave last; they are of now, whatever a snapshot sees."""
    return {name: int(last) for name, last in await session.execute(_SEQUENCES)}


async def other_connections(session: Session) -> int:
    """Answer how many connections to this database there are beside the one that asks."""
    return int(await session.scalar(_OTHERS) or 0)


async def copy_table_out(
    session: Session, table: str, columns: Sequence[str], take: Callable[[bytes], Awaitable[None]]
) -> int:
    """Hand all rows of a table over as text, bit by bit; answer how many there were."""
    for statement in _FORM:
        await session.execute(text(statement))
    driver = await _driver(session)
    said = await driver.copy_from_table(table, columns=list(columns), output=take, format="text")
    return int(said.rpartition(" ")[2])


async def load(
    session: Session, tables: Tables, sequences: Mapping[str, int], rows: Rows
) -> Mapping[str, int]:
    """Have exactly these rows in the tables of an up-to-date schema; answer how many of each.

    Triggers rest meanwhile, as rows come in no order and were looked at when they were written;
    foreign keys are put back, and looked at, in the same transaction.

    Raises:
        Refused: `dump-of-others`, 409: there are other tables or columns here.

    """
    _require_known(await tables_of(session), tables)
    for statement in (_PATIENCE, *_FORM):
        await session.execute(text(statement))
    keys = [tuple(row) for row in await session.execute(_FOREIGN_KEYS)]
    quoted = [_quoted(table) for table in await tables_of(session)]
    await _do(session, (f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in keys))
    await _do(session, (f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in quoted))
    await _do(session, [f"TRUNCATE {', '.join(quoted)}"])
    driver, counts = await _driver(session), dict[str, int]()
    for table, columns in tables.items():
        said = await driver.copy_to_table(
            table, columns=list(columns), source=rows(table), format="text"
        )
        counts[table] = int(said.rpartition(" ")[2])
    again = (f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what in keys)
    await _do(session, again)
    await _do(session, (f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in quoted))
    for name, last in sequences.items():
        told = {"name": _quoted(name), "last": last}
        await session.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), told)
    await session.execute(text("ANALYZE"))
    return counts


#: Answers the rows of a table as text.
Rows = Callable[[str], AsyncIterator[bytes]]


@asynccontextmanager
async def scratch_database(url: str) -> AsyncIterator[str]:
    """Answer the address of a new database on the server of another, which goes afterwards.

    Raises:
        Refused: `may-not-create`, 403: the user may make none.
        Unavailable: the server cannot be reached.

    """
    name = f"refrain_check_{uuid4().hex}"
    server = Database(url)
    try:
        try:
            await _say(server.engine, f"CREATE DATABASE {name} TEMPLATE template0")
        except DBAPIError as error:
            raise Refused(
                "may-not-create",
                "The user of the database may create none, which opening a backup needs: name a "
                "server where it may with --server, or leave it out with --no-open.",
                status=403,
            ) from error
        try:
            # What else an address says stays, whatever strokes it has.
            yield make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            await _say(server.engine, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.close()


async def _say(engine: AsyncEngine, statement: str) -> None:
    apart = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with reached(), apart.connect() as connection:
        await connection.execute(text(statement))


async def _do(session: Session, statements: Iterable[str]) -> None:
    connection = await session.connection()
    for statement in statements:
        await connection.exec_driver_sql(statement)


async def _driver(session: Session) -> asyncpg.Connection:
    connection = await session.connection()
    await connection.execute(text("SELECT 1"))  # the driver begins its transaction only now
    return (await connection.get_raw_connection()).driver_connection


def _require_known(here: Tables, told: Tables) -> None:
    for table, columns in told.items():
        if lacking := set(columns) - set(here.get(table, ())):
            raise Refused(
                "dump-of-others",
                f"The database has no {table}.{min(lacking)}, which the backup has: is it one of "
                "Refrain, and of this version?",
                status=409,
            )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
