"""Engines of SQL: how each kind of database is connected, prepared, and found to be gone.

SQLite and PostgreSQL are brought to behave alike here: writers are serialised where they meet
(`BEGIN IMMEDIATE` on SQLite, row locks on PostgreSQL), and foreign keys are enforced.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.exc import ArgumentError, DisconnectionError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from base.errors import Broken, Refused, Unavailable

#: What is said where a database file is to be opened in a folder that is not there.
NO_FILE = (
    "database-missing",
    (
        "The database file cannot be opened: see that its folder, that of REFRAIN_DATA_DIR or in "
        "REFRAIN_DATABASE_URL, is there and ours; then run `refrain migrate`."
    ),
)
#: A connection to PostgreSQL that rested longer is asked whether it is still there, in seconds.
_FRESH_S = 2.0
#: Connections to PostgreSQL of each kind, of which a server has a hundred for all.
_POOL = 12
#: What a server may take to let us in; one that starts says so sooner.
_CONNECT_S = 10.0
#: A machine of ours that is cut off, or dies with all that is on it, is noticed within half a
#: minute, and holds no row any longer.
_NOTICED = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    # The same in milliseconds where an answer is under way: nobody is asked then whether he lives,
    # and TCP alone would send it for a quarter of an hour.
    "tcp_user_timeout": "30000",
}
#: To compile a plan takes 50 ms, and pays where it runs for seconds: what requests ask does not.
_UNCOMPILED = {"jit": "off"}
_USED = "used_s"
#: What asyncpg says while a statement has no answer yet.
_UNFINISHED = "another operation is in progress"
#: An option of a connection: it begins transactions that only read.
READ_ONLY = "refrain_read_only"
#: Statements that a connection to PostgreSQL keeps ready: all that a server asks, and to spare.
#: With a hundred, which is the default, what is asked often is prepared again and again.
_PREPARED = 500
_WRITES = ("INSERT", "UPDATE", "DELETE")


def engine_of(url: str, *, is_lasting: bool) -> AsyncEngine:
    """Prepare an engine; nothing is connected yet.

    Raises:
        Refused: the address is of no kind that we know.

    """
    try:
        return _engine_for(url, is_lasting=is_lasting)
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError, ValueError):
        # Their words may hold the address, and so the password.
        raise Refused(
            "bad-database-url",
            "REFRAIN_DATABASE_URL is neither `sqlite+aiosqlite:///…` nor `postgresql+asyncpg://…`.",
        ) from None


def _engine_for(url: str, *, is_lasting: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        said = {**_NOTICED, **_UNCOMPILED}
        if not is_lasting:
            said["synchronous_commit"] = "off"
        reach = {
            "timeout": _CONNECT_S,
            "server_settings": said,
            "prepared_statement_cache_size": _PREPARED,
        }
        # None beyond the pool: those are closed after each use, and opening one takes milliseconds.
        # The one used last is used next: it has its statements planned, and its pages at hand.
        engine = create_async_engine(
            url,
            pool_size=_POOL,
            max_overflow=0,
            pool_use_lifo=True,
            connect_args=reach,
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "checkin", _note_use)
        event.listen(engine.sync_engine, "checkout", _require_alive)
        event.listen(engine.sync_engine, "handle_error", _give_up_unfinished)
        return engine
    engine = create_async_engine(url, pool_size=5, max_overflow=15, hide_parameters=True)
    event.listen(engine.sync_engine, "do_connect", _require_folder)
    event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, is_lasting=is_lasting))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _let_go_sqlite)
    return engine


def reading_engine_of(engine: AsyncEngine) -> AsyncEngine:
    """Answer the same engine for what only reads; on PostgreSQL it opens no transactions."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ_ONLY: True})
    reading = engine.execution_options(**{READ_ONLY: True}, isolation_level="AUTOCOMMIT")
    event.listen(reading.sync_engine, "before_cursor_execute", _refuse_writes)
    return reading


def _refuse_writes(connection: object, cursor: object, statement: str, *_: object) -> None:
    """Refuse what nobody could take back any more.

    Raises:
        Broken: it would write.

    """
    del connection, cursor
    if statement.startswith(_WRITES):
        raise Broken("written-while-reading", "Something is written where it is only read.")


def _note_use(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
    del connection
    entry.info[_USED] = time.monotonic()


def _require_alive(connection: Any, entry: ConnectionPoolEntry, proxy: object) -> None:  # noqa: ANN401
    """Let the pool replace a connection that is gone; one used just now is not asked again."""
    del proxy
    used_s: float | None = entry.info.get(_USED)
    if used_s is None:
        return
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if time.monotonic() - used_s > _FRESH_S:
        try:
            connection.ping()
        except Exception as error:  # whatever the driver says
            raise DisconnectionError from error


def _give_up_unfinished(context: ExceptionContext) -> None:
    """Take a connection for lost on which not even a rollback can be said.

    Where the other end dies between two writes of a statement, the driver never hears its answer,
    and takes no other.
    """
    if context.statement is None and _UNFINISHED in str(context.original_exception):
        context.is_disconnect = True


def _require_folder(
    dialect: Dialect,
    entry: ConnectionPoolEntry,
    arguments: tuple[str, ...],
    options: Mapping[str, object],
) -> None:
    """Say so before the driver does: it would leave a thread behind that outlives the loop."""
    del dialect, entry
    if not options.get("uri") and not Path(arguments[0]).parent.is_dir():
        raise Unavailable(*NO_FILE)


def _prepare_sqlite(
    connection: Any,  # noqa: ANN401 - the driver's own
    entry: ConnectionPoolEntry,
    *,
    is_lasting: bool,
) -> None:
    del entry
    # The driver would begin transactions late and by itself; _begin_sqlite does it at once.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        # A commit survives a crash of the process and of the machine: what was
        # acknowledged is never lost. NORMAL leaves that to whoever commits next.
        "synchronous = FULL" if is_lasting else "synchronous = NORMAL",
        "foreign_keys = ON",
        "busy_timeout = 15000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _let_go_sqlite(connection: Any, entry: ConnectionPoolEntry, error: object) -> None:  # noqa: ANN401
    """Roll back what was cancelled in the middle, before its connection is closed.

    SQLite keeps a connection that is closed, and its lock, until the last statement of it is gone;
    and those of a cancelled task wait for the garbage collector (sqlite3_close_v2).
    """
    del entry, error
    rolling_back = connection.driver_connection.rollback()
    with suppress(StopIteration, ValueError):  # it has no connection any more
        # Its first step puts it into the queue of the driver's thread, where closing comes next.
        rolling_back.send(None)
    rolling_back.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once when another
    # wrote in between; taking the write lock first makes it wait instead.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
