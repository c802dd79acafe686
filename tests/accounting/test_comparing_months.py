"""Months that are closed are recomputed: whoever changes a row of what was told is found out."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from accounting.closing import close
from accounting.comparing_months import compare_digests, kept_digests, verify_months
from accounting.discrepancy import Discrepancy
from accounting.journal import post, reversal_of
from accounting.month_end import settle_month
from accounting.months import Month, month_named
from accounting.restating import Restating, restate
from accounting.told import Which, statement_of
from accounting.verifying import verify_projections
from base.database import Database, Session
from base.errors import Broken, Refused
from catalog.models.base import table_of
from catalog.models.ledger import Period
from catalog.models.statements import AccountBalance, StatementHead, StatementLine
from tests.support.books import Song, book_play, song
from tests.support.tampering import owner, removed, tampered, undone

MARCH, APRIL = (month_named(name, "Europe/Berlin") for name in ("2026-03", "2026-04"))
HOUR = timedelta(hours=1)
TABLES = [table_of(one) for one in (Period, AccountBalance, StatementHead, StatementLine)]
#: Nothing else says these again; a zone that there is not is below.
UNTOLD = {
    "ledger_periods.closed_at",
    "ledger_periods.zone",
    "statements.made_at",
    "statements.why",
    "statement_lines.id",
}

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def heard(database: Database, of: Song, step: int, month: Month) -> int:
    at = month.starts_at + step * HOUR
    return await database.run(lambda session: book_play(session, of, step=step, at=at))


async def closed(database: Database, month: Month) -> bytes:
    later = month.ends_at + HOUR
    made = await close(
        database, month.name, zone=month.zone, clock=lambda: later, settle=settle_month
    )
    return made.digest


@pytest.fixture(autouse=True)
async def books(database: Database) -> Song:
    """Two months of which the first was told anew, and a payee who was quiet in the second."""
    of, quiet = await song(database), await song(database, content=b"quiet")
    first = await heard(database, of, 1, MARCH)
    await heard(database, of, 2, MARCH)
    await heard(database, quiet, 1, MARCH)
    await closed(database, MARCH)

    async def undo(session: Session) -> None:
        at = APRIL.starts_at + HOUR
        back = await reversal_of(session, first, key="undone", occurred_at=at, facts={})
        await post(session, [back], now=at)
        asked = Restating(period=MARCH.name, why="A farm.")
        await restate(session, asked, now=at + HOUR)

    await database.run(undo)
    await heard(database, of, 3, APRIL)
    await closed(database, APRIL)
    return of


async def found_in(session: Session) -> list[Discrepancy]:
    return [one async for one in verify_months(session)]


async def test_months_that_nobody_touched_agree(database: Database) -> None:
    async with database.snapshot() as session:
        assert await found_in(session) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("statements SET closing = closing * 2", "statement-differs"),
        ("ledger_balances SET amount = amount * 2", "balance-differs"),
        ("ledger_periods SET digest = statements.digest FROM statements", "period-differs"),
        ("statement_lines SET amount = -16800000 WHERE version = 2", "statement-differs"),
        ("statement_lines SET section = 'qlays' WHERE version = 1", "line-differs"),
        ("statement_lines SET section = 'qlays' WHERE version = 2", "statement-differs"),
    ],
)
@ON_SQLITE
async def test_what_was_changed_is_found(database: Database, change: str, code: str) -> None:
    async with owner(database) as connection, undone(connection) as session:
        await connection.execute(text(f"UPDATE {change}"))
        assert code in {one.code for one in await found_in(session)}


@pytest.mark.chaos
@ON_SQLITE
async def test_one_bit_of_any_column_of_any_row_is_found(database: Database) -> None:
    missed = set()
    async with owner(database) as connection:
        for column in (one for table in TABLES for one in table.columns):
            rows = (await connection.execute(select(column.table))).all()
            some = [row for row in rows if getattr(row, column.name) not in {None, ""}]
            for row in some[:1] if str(column) not in UNTOLD else ():
                async with undone(connection) as session:
                    await tampered(connection, row, column)
                    missed |= set() if await found_in(session) else {str(column)}

    assert not missed


async def test_a_row_that_is_gone_is_found(database: Database) -> None:
    async with owner(database) as connection:
        for table in TABLES:
            rows = (await connection.execute(select(table).order_by(*table.primary_key))).all()
            # The last month is gone without a trace, unless somebody kept its digest.
            for row in rows[:1]:
                async with undone(connection) as session:
                    await removed(connection, table, row)
                    assert await found_in(session), row


async def test_lines_that_come_to_nothing_are_found(database: Database) -> None:
    lines = table_of(StatementLine)
    async with owner(database) as connection, undone(connection) as session:
        like = (await connection.execute(select(lines))).first()
        said = {**like._mapping, "id": None, "section": "other"}  # noqa: SLF001 - SQLAlchemy's way
        said.pop("id")
        for amount, number in ((5, 1), (-5, -1)):
            row = {**said, "amount": amount, "number": number}
            await connection.execute(insert(lines).values(row))
        assert {one.code for one in await found_in(session)} == {
            "line-differs",
            "statement-differs",
        }


async def test_whoever_kept_digests_finds_a_month_rewritten_or_gone(database: Database) -> None:
    async with database.snapshot() as session:
        query = select(Period.name, Period.digest)
        kept = dict(tuple(row) for row in await session.execute(query))
        assert [one async for one in compare_digests(session, kept)] == []
        other = {**kept, "2026-03": bytes(32), "2026-05": bytes(32)}
        found = [one.subject async for one in compare_digests(session, other)]
        assert found == ["period:2026-03", "period:2026-05"]

    assert kept_digests(["2026-11=00ff"]) == {"2026-11": b"\0\xff"}
    for told in ("2026-11", "2026-11=xy"):
        with pytest.raises(Refused):
            kept_digests([told])


async def test_a_statement_that_was_changed_is_not_told(database: Database, books: Song) -> None:
    which = Which(payee_id=str(books.artist.id), period=MARCH.name)
    lines = table_of(StatementLine)
    async with owner(database) as connection:
        async with undone(connection) as session:
            await connection.execute(update(lines).values(territory="FR"))
            with pytest.raises(Broken, match="not as it was told"):
                await statement_of(session, which)
        async with undone(connection) as session:
            await connection.execute(delete(lines).where(lines.c.version == 2))
            with pytest.raises(Broken, match="not as it was told"):
                await statement_of(session, which)


@ON_SQLITE
async def test_what_is_of_no_kind_is_told_and_stops_nothing(database: Database) -> None:
    for change in (
        "statement_lines SET recording_id = 'x'",
        "ledger_periods SET zone = 'x'",
    ):
        async with owner(database) as connection, undone(connection) as session:
            await connection.execute(text(f"UPDATE {change}"))
            found = [one async for one in verify_projections(session)]
        assert ("unreadable", "months") in {(one.code, one.subject) for one in found}
