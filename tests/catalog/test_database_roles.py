"""The roles of a PostgreSQL: who migrates, who serves, and who reads, and no more than that."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from accounting.closing import close
from accounting.month_end import settle_month
from accounting.months import month_named
from accounting.plays import settle
from base.clock import ManualClock
from base.database import Database
from catalog.database_roles import NEVER, UNREAD, readable, sql_of_roles
from catalog.models import Model
from catalog.people import issue_token
from catalog.roles import Role
from catalog.schema import newest, revision_of
from tests.support.books import book_play, song
from tests.support.catalog import NOON, audible, migrated, person, qualified
from tests.support.postgres import new_database
from tests.support.served import served, wave

TABLES = Model.metadata.tables
#: What a column is called that nobody reads who makes reports; and those that are called so and
#: are none: sums of files, the books' chain, public halves, what names a request.
SECRET = re.compile(r"sealed|secret|digest|hash|iban|bic|holder|token|nonce|challenge|_code$")
OPEN = {
    *("ddex_files.digests", "ledger_chain.hash", "ledger_periods.digest", "money_requests.digest"),
    *("statements.digest", "surplus_proposals.digest", "track_versions.holder_id"),
    *("oauth_access_tokens.token_id",),
}
DENIED = asyncpg.InsufficientPrivilegeError
MARCH = month_named("2026-03", "Europe/Berlin")


def test_each_column_that_is_called_a_secret_is_hidden_from_reports() -> None:
    for table in TABLES.values():
        for name in readable(table):
            assert not SECRET.search(name) or f"{table.name}.{name}" in OPEN, (table.name, name)
    for name, columns in UNREAD.items():
        assert columns <= set(TABLES[name].columns.keys()), name
    assert NEVER.keys() - {"alembic_version"} <= TABLES.keys()


@pytest.mark.parametrize("prefix", ["", "Refrain", 'a"; DROP TABLE plays; --', "a" * 42, "1a"])
def test_a_prefix_that_would_have_to_be_quoted_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        sql_of_roles(prefix)


@dataclass(frozen=True, kw_only=True)
class Roles:
    """A database, and its address as each of its roles."""

    admin: str
    owner: str
    app: str
    reader: str


@pytest.fixture(scope="module")
def prefix() -> str:
    return f"r{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def roles(postgres_server: str, prefix: str) -> Roles:
    return asyncio.run(made_in(postgres_server, prefix))


async def made_in(server: str, prefix: str) -> Roles:
    """Make roles before there is a table, let the owner migrate, and make them again."""
    admin = await new_database(server)
    urls = {one: admin.replace("tests@", f"{prefix}_{one}@") for one in ("owner", "app", "reader")}
    await said(admin, sql_of_roles(prefix))
    await migrated(urls["owner"])
    await said(admin, sql_of_roles(prefix))
    return Roles(admin=admin, **urls)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def said(url: str, sql: str) -> None:
    async with connected(url) as connection:
        await connection.execute(sql)


async def refuses(url: str, sql: str) -> None:
    with pytest.raises(DENIED):
        await said(url, sql)


async def test_a_house_serves_and_keeps_its_books_as_the_app_and_changes_no_book(
    roles: Roles, tmp_path: Path
) -> None:
    async with served(tmp_path, database_url=roles.app) as client:
        tools = client.holding.tools
        artist = await client.artist()
        sent = await client.ask("PUT", "/api/v1/masters/a.wav", token=artist, data=wave(1))
        assert sent.status == 201, sent.body
        await client.play()
        hears = await person(tools.database, Role.LISTENER, millicredits=1_000)
        async with tools.database.begin() as session:
            listener = await issue_token(session, hears, label="test", now=NOON)
        asked = {"track": sent.json["track"]}
        play = await client.ask("POST", "/api/v1/plays", token=listener, data=asked)
        assert play.status == 201, play.body
        await books_are_kept(tools.database)

    async with connected(roles.app) as app:
        assert await app.fetchval("SELECT count(*) FROM ledger_txn") >= 2
        assert await app.fetchval("SELECT count(*) FROM statements") == 1
    for table, verbs in NEVER.items():
        column = next(iter(TABLES[table].columns)).name if table in TABLES else "version_num"
        if "UPDATE" in verbs:
            await refuses(roles.app, f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - our own names
        if "DELETE" in verbs:
            await refuses(roles.app, f"DELETE FROM {table}")  # noqa: S608 - our own names
    for table in ("ledger_txn", "tracks"):
        await refuses(roles.app, f"TRUNCATE {table} CASCADE")
    await refuses(roles.app, "CREATE TABLE mine (id int)")
    await refuses(roles.app, "ALTER TABLE ledger_txn DISABLE TRIGGER ALL")


async def books_are_kept(database: Database) -> None:
    """Settle a play, book another in a month that is over, and close that."""
    clock = ManualClock(MARCH.ends_at + timedelta(days=1))
    artist = await person(database, Role.ARTIST)
    listener = await person(database, Role.LISTENER, millicredits=1_000)
    track_id = await audible(database, artist, b"settled")
    play_id = await qualified(database, clock, listener=listener, track_id=track_id)
    async with database.begin() as session:
        [settled] = await settle(session, [play_id], now=clock())
    assert settled.transaction is not None
    of = await song(database)
    early = MARCH.starts_at + timedelta(days=9)
    await database.run(lambda session: book_play(session, of, step=3, at=early, now=early))
    await close(database, MARCH.name, zone="Europe/Berlin", clock=clock, settle=settle_month)


async def test_reports_are_made_of_all_but_secrets(roles: Roles) -> None:
    async with connected(roles.reader) as reader:
        for table in TABLES.values():
            columns = ", ".join(f'"{name}"' for name in readable(table))
            await reader.fetch(f"SELECT {columns} FROM {table.name} LIMIT 1")  # noqa: S608 - our own names
            for hidden in UNREAD.get(table.name, ()):
                with pytest.raises(DENIED):
                    await reader.fetch(f'SELECT "{hidden}" FROM {table.name}')  # noqa: S608 - our own names
        with pytest.raises(DENIED):
            await reader.execute("DELETE FROM tracks")


async def test_what_the_app_may_never_do_is_what_the_database_refuses_everybody(
    roles: Roles,
) -> None:
    query = """
        SELECT event_object_table, event_manipulation FROM information_schema.triggers
        WHERE action_statement LIKE '%ledger_refuse()%' AND event_manipulation <> 'TRUNCATE'
        AND trigger_name LIKE '%are_kept%'
    """
    async with connected(roles.admin) as admin:
        rows = await admin.fetch(query)

    guarded: dict[str, set[str]] = {}
    for table, verb in rows:
        guarded.setdefault(table, set()).add(verb)
    # Some columns of payouts are fixed, and others tell how they went.
    fixed = {"payouts": {"UPDATE"}, "payout_runs": {"UPDATE"}}
    for table, verbs in guarded.items():
        assert verbs - fixed.get(table, set()) <= set(NEVER[table].split(", ")), table
    assert len(guarded) > 15


async def test_tables_of_a_later_migration_are_the_apps_at_once_and_no_readers(
    roles: Roles,
) -> None:
    await said(roles.owner, "CREATE TABLE later (id bigserial PRIMARY KEY, word text)")

    await said(roles.app, "INSERT INTO later (word) VALUES ('new')")

    await refuses(roles.reader, "SELECT * FROM later")


async def test_tables_that_another_made_are_taken_over(
    migrated_postgres_url: str, prefix: str
) -> None:
    await said(migrated_postgres_url, sql_of_roles(prefix))
    owner = migrated_postgres_url.replace("tests@", f"{prefix}_owner@")

    database = Database(owner)
    try:
        assert await revision_of(database) == newest()
    finally:
        await database.close()
    async with connected(owner) as connection:
        query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> $1"
        assert await connection.fetchval(query, f"{prefix}_owner") == 0
