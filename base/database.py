"""The one door to SQL: engine, transactions, retries, column types.

SQLite and PostgreSQL behave alike behind it: writers are serialised where they meet
(`BEGIN IMMEDIATE` on SQLite, row locks on PostgreSQL), and foreign keys are enforced.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Dialect, Executable, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InvalidRequestError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from base.errors import Refused, Unavailable

#: What a query function takes; named here so that rooms above need not know SQLAlchemy.
Session = AsyncSession
T = TypeVar("T")

#: Serialization failure and deadlock (PostgreSQL, appendix A, class 40).
_RETRIED_STATES = frozenset({"40001", "40P01"})
#: SQLite has another writer; or somebody else just wrote what is written once, and is found then.
_RETRIED_WORDS = ("database is locked", "uq_ledger_txn_key", "ledger_txn.key")
#: The connection broke, there are too many, or the server is being stopped or started (08, 53, 57).
_AWAY = frozenset({"08", "53", "57"})
_NO_FILE = (
    "database-missing",
    (
        "The database file cannot be opened: see that its folder, that of REFRAIN_DATA_DIR or in "
        "REFRAIN_DATABASE_URL, is there and ours; then run `refrain migrate`."
    ),
)
_NO_DATABASE = (
    "database-missing",
    (
        "The server of REFRAIN_DATABASE_URL has no database of that name: see that it is right, or "
        "make it; then run `refrain migrate`."
    ),
)
_SHUT_OUT = (
    "database-refuses",
    "The database does not let us in: see the user and the password in REFRAIN_DATABASE_URL.",
)
_NOT_MIGRATED = (
    "database-not-migrated",
    (
        "The database lacks what this version needs: run `refrain migrate`, and see that "
        "REFRAIN_DATA_DIR and REFRAIN_DATABASE_URL are right."
    ),
)
#: What whoever set it up has to mend, by what SQLite says and by the codes of PostgreSQL. A server
#: answers no other than while it is away: it goes on as soon as that is done.
_SET_UP_WRONG = {
    "unable to open database file": _NO_FILE,
    "3D000": _NO_DATABASE,
    "28000": _SHUT_OUT,
    "28P01": _SHUT_OUT,
    **dict.fromkeys(("no such table", "no such column", "42P01", "42703"), _NOT_MIGRATED),
}
_ATTEMPTS = 5
#: What a writer waits for those before it in the same process, in seconds.
_TURN_S = 60.0
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
}
_USED = "used_s"
_READ_ONLY = "refrain_read_only"
_LASTING = text("SET LOCAL synchronous_commit = on")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant in every database; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant before it is stored as something else."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("only aware instants are stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone that SQLite dropped."""
        del dialect
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Database:
    """One engine; each use case opens one transaction on it."""

    def __init__(self, url: str) -> None:
        """Prepare an engine; nothing is connected yet.

        Raises:
            Refused: the address is of no kind that we know.

        """
        self._engine = _engine(url, is_lasting=True)
        self._passing_engine = _engine(url, is_lasting=False)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._passing_sessions = async_sessionmaker(self._passing_engine, expire_on_commit=False)
        # SQLite lets one write at a time; others look again now and then who is first, and where
        # fifty do, some never are. In here they come in their order.
        self._turn = asyncio.Lock() if url.startswith("sqlite") else None

    @property
    def engine(self) -> AsyncEngine:
        """The engine itself, for migrations."""
        return self._engine

    @asynccontextmanager
    async def begin(self, *, is_lasting: bool = True) -> AsyncIterator[Session]:
        """Open a transaction that may write; it commits unless an error leaves it.

        What need not be `is_lasting` is not waited for until it is on the platter: it outlives the
        process, but a power cut takes the last of it, and so does a kill of PostgreSQL; what turns
        out to be more is for `make_lasting`. Nothing that is committed later outlives what was
        committed before.

        Raises:
            Unavailable: the database cannot be reached, or is too busy.

        """
        sessions = self._sessions if is_lasting else self._passing_sessions
        async with self._in_turn(), reached(), sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """Open a transaction that only reads, and so never waits for a writer."""
        async with reached(), self._engine.connect() as connection:
            await connection.execution_options(**{_READ_ONLY: True})
            async with self._sessions(bind=connection) as session:
                yield session

    async def run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Do `work` in a transaction, again when it lost a race, at most five times.

        Safe only when all that `work` does is in the database: what was rolled
        back never happened.

        Raises:
            Unavailable: every attempt lost, or the database cannot be reached.

        """
        async with reached():
            for attempt in range(_ATTEMPTS):
                try:
                    async with self._in_turn(), self._sessions.begin() as session:
                        return await work(session)
                except DBAPIError as error:
                    if not _may_retry(error):
                        raise
                    await asyncio.sleep(0.01 * 2**attempt)
        raise _busy()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self._turn is None:
            yield
            return
        try:
            async with asyncio.timeout(_TURN_S):
                await self._turn.acquire()
        except TimeoutError:
            raise _busy() from None
        try:
            yield
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
        await self._passing_engine.dispose()


async def make_lasting(session: Session) -> None:
    """Let a transaction that need not be lasting be so after all.

    On SQLite there is nothing to do: what was committed outlives whoever is killed.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_LASTING)


async def insert_once(session: Session, row: object) -> bool:
    """Insert a row unless one of its unique keys is taken; answer whether it was new."""
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:
        return False
    return True


async def insert_if_new(
    session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, each unless one of its unique keys is taken; many, and without objects.

    Who inserts them in the order of their keys never waits for one who waits for it.
    """
    if rows:
        await session.execute(_insert_if_new(session, model), list(rows))


async def is_new(session: Session, model: type[DeclarativeBase], row: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken; answer whether it was inserted."""
    found = await session.execute(_insert_if_new(session, model), row)
    return int(found.rowcount) > 0  # type: ignore[attr-defined] # of an insertion there is one


def _insert_if_new(session: Session, model: type[DeclarativeBase]) -> Executable:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    table = cast("Table", model.__table__)  # without objects, and so with a count
    insert = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    return insert.on_conflict_do_nothing()


def _busy() -> Unavailable:
    return Unavailable("database-busy", "The database is too busy; please try again.")


@asynccontextmanager
async def reached() -> AsyncIterator[None]:
    """Translate what says that the database is away, or not as it should be.

    Raises:
        Unavailable: it cannot be reached or used; the sentence says who can mend it.

    """
    try:
        yield
    except (OSError, DBAPIError, NoConnectionError) as error:
        if isinstance(error, DBAPIError) and (wrong := _SET_UP_WRONG.get(_said(error))):
            raise Unavailable(*wrong) from error
        if isinstance(error, DBAPIError) and not _is_transient(error):
            raise
        raise Unavailable(
            "database-unavailable", "The database cannot be reached now; please try again."
        ) from error


def _said(error: DBAPIError) -> str:
    """Answer the code of PostgreSQL, or what SQLite says without the name of what it is about."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state or str(error.orig).partition(":")[0]


def _is_transient(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or ""
    is_away = error.connection_invalidated or state[:2] in _AWAY
    return _may_retry(error) or is_away


def _may_retry(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRIED_STATES or any(said in str(error.orig) for said in _RETRIED_WORDS)


def _engine(url: str, *, is_lasting: bool) -> AsyncEngine:
    try:
        return _engine_of(url, is_lasting=is_lasting)
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError):
        # Their words may hold the address, and so the password.
        raise Refused(
            "bad-database-url",
            "REFRAIN_DATABASE_URL is neither `sqlite+aiosqlite:///…` nor `postgresql+asyncpg://…`.",
        ) from None


def _engine_of(url: str, *, is_lasting: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        said = {**_NOTICED, **({} if is_lasting else {"synchronous_commit": "off"})}
        reach = {"timeout": _CONNECT_S, "server_settings": said}
        # None beyond the pool: those are closed after each use, and opening one takes milliseconds.
        engine = create_async_engine(url, pool_size=_POOL, max_overflow=0, connect_args=reach)
        event.listen(engine.sync_engine, "checkin", _note_use)
        event.listen(engine.sync_engine, "checkout", _require_alive)
        return engine
    engine = create_async_engine(url, pool_size=5, max_overflow=15)
    event.listen(engine.sync_engine, "do_connect", _require_folder)
    event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, is_lasting=is_lasting))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _let_go_sqlite)
    return engine


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


def _require_folder(
    dialect: Dialect,
    entry: ConnectionPoolEntry,
    arguments: tuple[str, ...],
    options: Mapping[str, object],
) -> None:
    """Say so before the driver does: it would leave a thread behind that outlives the loop."""
    del dialect, entry
    if not options.get("uri") and not Path(arguments[0]).parent.is_dir():
        raise Unavailable(*_NO_FILE)


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
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
