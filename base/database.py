"""The one door to SQL: transactions, retries, column types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Dialect, Executable, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from base.engines import NO_FILE, READ_ONLY, engine_of, reading_engine_of
from base.errors import Unavailable

#: What a query function takes; named here so that rooms above need not know SQLAlchemy.
Session = AsyncSession
T = TypeVar("T")

#: Serialization failure and deadlock (PostgreSQL, appendix A, class 40).
_RETRIED_STATES = frozenset({"40001", "40P01"})
#: SQLite has another writer; or somebody else just wrote what is written once, and is found then.
_RETRIED_WORDS = ("database is locked", "uq_ledger_txn_key", "ledger_txn.key")
#: What SQLite says, too, where the file beside its log cannot grow.
_AWAY_WORDS = ("disk I/O error",)
#: The connection broke, there are too many, or the server is being stopped or started (08, 53, 57).
_AWAY = frozenset({"08", "53", "57"})
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
_FULL = (
    "database-full",
    (
        "The disk of the database is full, and nothing was written; it goes on by itself when "
        "whoever runs this house has made room."
    ),
)
_TO_MEND = {
    "unable to open database file": NO_FILE,
    "3D000": _NO_DATABASE,
    "28000": _SHUT_OUT,
    "28P01": _SHUT_OUT,
    **dict.fromkeys(("database or disk is full", "53100"), _FULL),
    **dict.fromkeys(("no such table", "no such column", "42P01", "42703"), _NOT_MIGRATED),
}
_ATTEMPTS = 5
#: What a writer waits for those before it in the same process, in seconds.
_TURN_S = 60.0
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
        self._engine = engine_of(url, is_lasting=True)
        self._passing_engine = engine_of(url, is_lasting=False)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._passing_sessions = async_sessionmaker(self._passing_engine, expire_on_commit=False)
        # What is read is never written back, whatever becomes of it.
        self._reading = async_sessionmaker(
            reading_engine_of(self._engine), expire_on_commit=False, autoflush=False
        )
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
        """Read only, and so never wait for a writer.

        On PostgreSQL each question is a transaction by itself, as what one sees there is of the
        moment of the question in any case: to say where a transaction begins and ends would be
        two more ways to the server and back. What is to be read bit by bit needs a `snapshot`.
        """
        async with reached(), self._reading() as session:
            yield session

    @asynccontextmanager
    async def snapshot(self, like: str = "") -> AsyncIterator[Session]:
        """Open a transaction that only reads, and sees all as it was at one moment.

        It is the moment that another sees on PostgreSQL, of which `like` is the name, see
        `name_of_snapshot`.
        """
        options: dict[str, Any] = {READ_ONLY: True}
        if self._turn is None:  # with SQLite each transaction is one
            options["isolation_level"] = "REPEATABLE READ"
        async with reached(), self._engine.connect() as connection:
            await connection.execution_options(**options)
            async with self._sessions(bind=connection) as session:
                if like:
                    name = like.replace("'", "")
                    await session.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))
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


async def name_of_snapshot(session: Session) -> str:
    """Answer by which name others can see what a snapshot sees, while it lasts.

    On SQLite there is none.
    """
    if session.get_bind().dialect.name != "postgresql":
        return ""
    return str(await session.scalar(text("SELECT pg_export_snapshot()")))


async def time_of(session: Session) -> datetime | None:
    """Answer the time by the clock of the database's machine; None on SQLite, which has none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    told: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return told


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
        if isinstance(error, DBAPIError) and (wrong := _TO_MEND.get(_said(error))):
            raise Unavailable(*wrong) from error
        if isinstance(error, DBAPIError) and not _is_transient(error):
            raise
        raise Unavailable(
            "database-unavailable", "The database cannot be reached now; please try again."
        ) from error


def sqlstate_of(error: DBAPIError) -> str:
    """Answer the code of PostgreSQL (appendix A of its manual); nothing of SQLite's errors."""
    return getattr(error.orig, "sqlstate", None) or ""


def _said(error: DBAPIError) -> str:
    """Answer the code of PostgreSQL, or what SQLite says without the name of what it is about."""
    return sqlstate_of(error) or str(error.orig).partition(":")[0]


def _is_transient(error: DBAPIError) -> bool:
    is_away = error.connection_invalidated or sqlstate_of(error)[:2] in _AWAY
    is_away = is_away or any(said in str(error.orig) for said in _AWAY_WORDS)
    return _may_retry(error) or is_away


def _may_retry(error: DBAPIError) -> bool:
    is_retried = sqlstate_of(error) in _RETRIED_STATES
    return is_retried or any(said in str(error.orig) for said in _RETRIED_WORDS)
