import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, ForeignKeyConstraint, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import SchemaItem

import catalog.models.statements  # noqa: F401 - the same
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.database import Database
from catalog.models import Model
from catalog.models.charts import RollupMark
from catalog.models.ledger import LedgerTxn
from catalog.rollup_marks import counted_until
from catalog.schema import alembic_config, is_compared, upgrade

_PICTURED = ("artists", "labels", "tracks")


def is_reflected(one: SchemaItem, *_: object) -> bool:
    """Whether a database says all of what it was told, as SQLite does not of a new column."""
    if not isinstance(one, ForeignKeyConstraint) or one.column_keys != ["artwork_id"]:
        return True
    return one.table.name not in _PICTURED


def differences(connection: Connection) -> list[object]:
    opts: dict[str, object] = {"compare_type": True, "include_name": is_compared}
    if connection.dialect.name == "sqlite":
        opts["include_object"] = is_reflected
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, Model.metadata))


def tables(connection: Connection) -> set[str]:
    return {one for one in inspect(connection).get_table_names() if is_compared(one, "table")}


def on_forgotten_pictures(connection: Connection) -> set[str]:
    """Answer what SQLite does, which alone knows of what was said with a column."""
    asked = [f"PRAGMA foreign_key_list({table})" for table in _PICTURED]
    rows = [row for one in asked for row in connection.exec_driver_sql(one)]
    return {row.on_delete for row in rows if row.table == "artworks"}


def downgrade(connection: Connection) -> None:
    command.downgrade(alembic_config(connection), "base")


async def test_migrations_make_the_tables_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    await upgrade(database)
    await upgrade(database)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        made = await connection.run_sync(tables)
        if connection.dialect.name == "sqlite":
            assert await connection.run_sync(on_forgotten_pictures) == {"SET NULL"}
    assert made == {*Model.metadata.tables, "alembic_version"}
    await database.close()


async def test_migrations_can_be_undone(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database)

    # Of each step its own transaction, on PostgreSQL; what is built beside others is in none.
    async with database.engine.connect() as connection:
        await connection.run_sync(downgrade)
        await connection.commit()

    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    await database.close()
    await asyncio.sleep(0)


async def test_what_was_served_before_evidence_was_joined_is_joined(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda one: command.upgrade(alembic_config(one), "0008"))
    play, other = "0" * 31 + "1", "0" * 31 + "2"
    path = sqlite_url.partition(":///")[2]
    # By the library itself, which does not ask for the rows that these refer to.
    with closing(sqlite3.connect(path)) as raw, raw:
        columns = 'id, listener_id, track_id, recording_id, master_id, "grant", duration_ms'
        columns += ", threshold_ms, opened_at, active_at, state, reason"
        for one in (play, other):
            values = [one] * 5 + ["full", 9, 9, "2026-01-01 00:00:00", "2026-01-01 00:00:00"]
            marks = ", ".join("?" * 12)
            raw.execute(
                f"INSERT INTO play_sessions ({columns}) VALUES ({marks})",  # noqa: S608 - ours
                [*values, "open", "open"],
            )
        stretches = [(5, 9), (0, 5), (20, 30), (7, 12)]
        insert = "INSERT INTO deliveries (session_id, at, start_ms, end_ms) VALUES (?, ?, ?, ?)"
        raw.executemany(insert, [(play, "2026-01-01", a, b) for a, b in stretches])
        insert = "INSERT INTO heartbeats (session_id, at, position_ms, elapsed_ms) "
        insert += "VALUES (?, '2026-01-01', ?, ?)"
        raw.executemany(insert, [(play, 1, 1), (play, 2, 2), (play, 1, 1)])

    await upgrade(database)

    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT delivered FROM play_sessions ORDER BY id").fetchall()
        assert [row[0] and json.loads(row[0]) for row in rows] == [[[0, 12], [20, 30]], None]
        assert raw.execute("SELECT COUNT(*) FROM heartbeats").fetchall() == [(2,)]
    await database.close()


async def test_all_is_counted_anew_whatever_a_version_before_counted(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await upgrade(database)

    async with AsyncSession(database.engine) as session:
        session.add(RollupMark(name="plays", at=datetime(2026, 11, 1, tzinfo=UTC)))
        await session.flush()
        assert await counted_until(session) is None
    await database.close()


async def test_names_of_before_are_found_as_new_ones_are(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda one: command.upgrade(alembic_config(one), "0033"))
    path, names = sqlite_url.partition(":///")[2], ["ÄRA", "Straße", "\u0390" * 200]
    with closing(sqlite3.connect(path)) as raw, raw:
        insert = "INSERT INTO accounts (id, name, kind, created_at, events) VALUES (?, ?, ?, ?, 0)"
        people = [
            (UUID(int=number).hex, name, "person", "2026-01-01 00:00:00")
            for number, name in enumerate(names, 1)
        ]
        raw.executemany(insert, people)

    await upgrade(database)

    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT name_key FROM accounts ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ["ära", "strasse", ("\u0390".casefold() * 200)[:400]]
    await database.close()


async def test_credit_held_before_there_were_books_is_carried_into_them(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda one: command.upgrade(alembic_config(one), "0016"))
    path, held = sqlite_url.partition(":///")[2], {UUID(int=1): 5_000, UUID(int=2): 1}
    with closing(sqlite3.connect(path)) as raw, raw:
        people = (
            "INSERT INTO accounts (id, name, role, created_at, events) VALUES (?, 'A', 'x', ?, 0)"
        )
        raw.executemany(people, [(one.hex, "2026-01-01 00:00:00") for one in held])
        insert = "INSERT INTO wallets (listener_id, balance_micros) VALUES (?, ?)"
        raw.executemany(insert, [(one.hex, credits_) for one, credits_ in held.items()])

    await upgrade(database)

    async with AsyncSession(database.engine) as session:
        rows = list(await session.scalars(select(LedgerTxn).order_by(LedgerTxn.id)))
    for row, (one, credits_) in zip(rows, held.items(), strict=True):
        worth, wallet = credits_ * 6 // 5, Account(AccountKind.WALLET_PROMO, str(one))
        told = Transaction(
            kind=TxnKind.OPENING,
            key=f"opening:{one}",
            occurred_at=row.occurred_at,
            entries=(
                Entry(Account(AccountKind.OPENING), worth, "EUR"),
                Entry(wallet, -worth, "EUR", lot=row.id, credits=-credits_),
            ),
            facts={"listener": str(one), "reason": "held before there were books"},
        )
        assert (row.key, row.facts, row.payload) == (told.key, told.facts_text, told.payload)
    await database.close()
