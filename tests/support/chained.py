"""Books to test with: transactions, and the chain over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from accounting.chain import floor, seal
from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.links import Root
from accounting.roots import next_root, write_root
from base.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BANK, SHARE = Account(AccountKind.BANK), Account(AccountKind.COOP_SHARE)


def sale(number: int, amount: int = 5) -> Transaction:
    return Transaction(
        kind=TxnKind.ADJUSTMENT,
        key=f"sale:{number}",
        occurred_at=NOON,
        entries=(Entry(BANK, amount, "EUR"), Entry(SHARE, -amount, "EUR")),
        facts={"number": number, "what": "Brötchen"},
    )


async def posted(
    database: Database, transactions: Sequence[Transaction], *, now: datetime = NOON
) -> list[int]:
    found = await database.run(partial(post, transactions=transactions, now=now))
    return [one.id for one in found]


async def chained(
    database: Database, *, now: datetime = NOON, reach: timedelta | None = None, limit: int = 10_000
) -> int:
    async with database.read() as session:
        above = await floor(session, now=now, reach=reach)
    return len(await database.run(partial(seal, now=now, above=above, limit=limit)))


async def rooted(database: Database, *, now: datetime) -> list[Root]:
    """Make the roots of days that are over, and answer them."""
    made = []
    while True:
        async with database.read() as session:
            root = await next_root(session, now=now)
        if root is None:
            return made
        assert await database.run(partial(write_root, root=root))
        made.append(root)
