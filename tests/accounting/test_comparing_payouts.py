"""Payouts are compared with what was booked of them: one that was changed is found out."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from accounting.comparing_payouts import verify_payouts
from accounting.transfers import settle
from base.database import Database, Session
from tests.support.payouts import EUR, POLICY, books
from tests.support.tampering import owner, undone

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
async def paid(database: Database) -> None:
    """A run of two payouts that was sent, of which one was settled, and another that is planned."""
    made = replace(await books(database), policy=replace(POLICY, holdback_ppm=100_000))
    for _ in range(2):
        await made.payee(100 * EUR)
    made.clock.advance(timedelta(days=1))
    await made.close()
    first, _ = await made.sent()
    told = partial(settle, payout_ids=[first.id], by=made.ada.id, now=made.clock())
    await database.run(told)


async def found_in(session: Session) -> set[str]:
    return {one.code async for one in verify_payouts(session)}


async def test_payouts_that_nobody_touched_agree(database: Database) -> None:
    async with database.snapshot() as session:
        assert await found_in(session) == set()


@pytest.mark.parametrize(
    "change",
    [
        *("UPDATE payouts SET amount = amount * 2", "UPDATE payouts SET payee = payee || 'x'"),
        *("UPDATE payouts SET held = held + 1", "UPDATE payouts SET state = 'planned', txn_id = 0"),
        "UPDATE payouts SET settled_at = NULL",
        "UPDATE payouts SET settled_at = booked_at",
        "UPDATE payouts SET state = 'returned'",
        "UPDATE payout_runs SET drafted_by = approved_by",
        "UPDATE payout_runs SET approved_by = drafted_by",
        "DELETE FROM payouts",
    ],
)
@ON_SQLITE
async def test_what_was_changed_is_found(database: Database, change: str) -> None:
    async with owner(database) as connection, undone(connection) as session:
        await connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        await connection.execute(text(change))
        assert await found_in(session), change
