import asyncio
import json
import sqlite3
from contextlib import closing
from uuid import UUID

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

import catalog.models.statements  # noqa: F401 - the same
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.database import Database
from catalog.models import Model
from catalog.models.ledger import LedgerTxn
from catalog.schema import alembic_config, is_compared, upgrade


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": is_compared}
    )
    return list(compare_metadata(context, Model.metadata))


def tables(connection: Connection) -> set[str]:
    return {one for one in inspect(connection).get_table_names() if is_compared(one, "table")}


def downgrade(connection: Connection) -> None:
    command.downgrade(alembic_config(connection), "base")


async def test_migrations_make_the_tables_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    await upgrade(database)
    await upgrade(database)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        made = await connection.run_sync(tables)
    assert made == {*Model.metadata.tables, "alembic_version"}
    await database.close()


async def test_migrations_can_be_undone(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database)

    async with database.engine.begin() as connection:
        await connection.run_sync(downgrade)

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
