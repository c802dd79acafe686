"""`refrain books verify` and `export`, as an auditor uses them."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from base.database import Database, name_of_snapshot
from base.settings import load_settings
from refrain.sharing_out import shared_out
from tests.support.chained import DAY, NOON, chained, posted, rooted, sale
from tests.support.commands import refrain


@pytest.fixture
def house(tmp_path: Path, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer the folder of a house whose books are chained, and have a root."""
    monkeypatch.setenv("REFRAIN_DATABASE_URL", migrated_sqlite_url)
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    asyncio.run(prepared(migrated_sqlite_url))
    return tmp_path


async def prepared(url: str) -> None:
    database = Database(url)
    await posted(database, [sale(1), sale(2)], now=NOON - DAY)
    await chained(database, now=NOON - DAY)
    [root] = await rooted(database, now=NOON)
    told = {"day": f"{root.day}", "first": 1, "size": 2, "root": root.root.hex()}
    kept = {"roots": [{**told, "head": root.head.hex()}]}
    Path(load_settings().data_dir, "roots.json").write_text(json.dumps(kept))  # noqa: ASYNC240
    await database.close()


def changed(statement: str) -> None:
    async def change() -> None:
        database = Database(load_settings().database_url)
        async with database.begin() as session:
            for kind in ("update", "delete"):
                await session.execute(text(f"DROP TRIGGER ledger_txn_are_kept_{kind}"))
            await session.execute(text(statement))
        await database.close()

    asyncio.run(change())


def test_books_that_agree_are_0_and_those_that_do_not_1(house: Path) -> None:
    done = refrain("books", "verify", "--roots", house / "roots.json")
    assert (done.status, done.said) == (0, "0 findings in 2 transactions.\n")

    changed("UPDATE ledger_txn SET facts = replace(facts, '1', '7') WHERE id = 1")
    done = refrain("books", "verify", "--json")
    finding, summary = [json.loads(line) for line in done.said.splitlines()]
    assert done.status == 1
    assert summary == {"transactions": 2, "findings": 1}
    assert (finding["code"], finding["subject"]) == ("payload-differs", "transaction:1")
    told = refrain("books", "verify").said
    assert "Transaction 1 ('sale:1') does not say what was booked" in told


def test_books_that_were_rewritten_are_found_by_roots_that_were_kept(house: Path) -> None:
    kept = json.loads((house / "roots.json").read_text())
    kept["roots"][0]["root"] = "00" * 32
    (house / "other.json").write_text(json.dumps(kept))

    done = refrain("books", "verify", "--roots", house / "other.json")

    assert done.status == 1
    assert "root-rewritten" in done.said


def test_what_could_not_be_looked_at_is_2(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (house / "none.json").write_text("{}")
    assert refrain("books", "verify", "--roots", house / "none.json").status == 2

    monkeypatch.setenv("REFRAIN_DATABASE_URL", f"sqlite+aiosqlite:///{house}/no/books.db")
    done = refrain("books", "verify")
    assert done.status == 2
    assert "database-missing" in done.errors


def test_the_journal_is_written_to_a_file(house: Path) -> None:
    assert refrain("books", "export", "--beancount", house / "books.beancount").status == 0

    written = (house / "books.beancount").read_text()
    assert written.count(' * "adjustment" ') == 2
    assert "balance Assets:Bank 0.000010 ~ 0 EUR" in written


async def test_processes_see_what_was_there_when_they_were_asked(
    migrated_postgres_url: str,
) -> None:
    database = Database(migrated_postgres_url)
    numbers = await posted(database, [sale(1), sale(2), sale(3)])
    async with database.snapshot() as session:
        name = await name_of_snapshot(session)
        await posted(database, [sale(4)])
        bounds = [(-1, numbers[0]), (numbers[0], 2**62)]
        parts = await shared_out(migrated_postgres_url, name, bounds, jobs=2)
    await database.close()

    blocks = [block for part in parts for block in part.blocks]
    assert sorted(block.transactions for block in blocks) == [1, 2]
    assert not any(block.found for block in blocks)
