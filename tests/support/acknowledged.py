"""What was acknowledged to anybody, beside what the tables say was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from base.database import Database
from tests.support.customers import Deed

#: Of each table what identifies a row that a request made.
_DONE = {
    "purchases": "SELECT CAST(id AS TEXT) FROM purchases",
    "top-ups": "SELECT CAST(id AS TEXT) FROM payments",
    "confirmations": "SELECT SUBSTR(key, 7) FROM ledger_txn WHERE key LIKE 'topup:%'",
    "money sent back": "SELECT CAST(id AS TEXT) FROM payment_refunds",
    "given back": "SELECT CAST(id AS TEXT) FROM ledger_txn WHERE key LIKE 'refund:%'",
}
_COUNTED = "SELECT CAST(session_id AS TEXT) FROM plays"
_SETTLED = "SELECT CAST(id AS TEXT) FROM play_sessions WHERE state = 'settled'"
_JOURNAL = "SELECT COUNT(*), SUM(id) FROM ledger_txn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the tables say was done: each list as it is there, so that what is there twice shows."""

    rows: Mapping[str, list[str]]
    counted: list[str]
    settled: list[str]
    journal: tuple[int, int]

    def require_once(self, deeds: Iterable[Deed], before: Done) -> None:
        """See that all that was acknowledged was done once, and nothing else since."""
        said = {name: set[str]() for name in self.rows}
        for deed in deeds:
            for name, row in _rows_of(deed):
                said[name].add(row)
        for name, rows in self.rows.items():
            assert sorted(rows) == sorted(said[name] | set(before.rows[name])), name

    def require_played(self, heard: Iterable[str]) -> None:
        """See that whatever was heard is settled, and whatever is settled is counted once."""
        assert sorted(self.counted) == sorted(self.settled)
        assert set(heard) <= set(self.counted)


def _rows_of(deed: Deed) -> list[tuple[str, str]]:
    said = deed.said
    match deed.path.split("/")[3:]:
        case ["purchases"]:
            return [("purchases", one["id"]) for one in said["purchases"]]
        case ["refunds"]:
            return [("given back", str(said["transaction"]))]
        case ["topups"]:
            return [("top-ups", said["id"])]
        case ["topups", topup, "confirmation"]:
            return [("confirmations", topup)]
        case _:
            return [("money sent back", said["id"])]


async def done_in(url: str) -> Done:
    """Ask the tables."""
    database = Database(url)
    try:
        async with database.read() as session:
            rows = {
                name: [row[0] for row in await session.execute(text(query))]
                for name, query in _DONE.items()
            }
            [journal] = await session.execute(text(_JOURNAL))
            return Done(
                rows=rows,
                counted=[row[0] for row in await session.execute(text(_COUNTED))],
                settled=[row[0] for row in await session.execute(text(_SETTLED))],
                journal=(journal[0], int(journal[1] or 0)),
            )
    finally:
        await database.close()
