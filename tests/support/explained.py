"""How PostgreSQL would find the rows of statements: none may have to read a table to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from base.database import Database

#: With a statement, what it was asked with.
Asked = tuple[str, Any]
_SCAN = re.compile(r"Seq Scan on (\w+)")


@contextmanager
def asked(database: Database) -> Iterator[list[Asked]]:
    """Answer a list that gets every question that is asked until the block ends."""
    said: list[Asked] = []

    def note(*told: Any) -> None:  # noqa: ANN401 - the driver's own
        if told[2].startswith(("SELECT", "WITH")):
            said.append((told[2], told[3]))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def read_to_the_end(database: Database, questions: list[Asked]) -> set[str]:
    """Answer the tables that have no index for what is asked.

    Small tables are read to their end in any case, so that is made as dear as can be.
    """
    found: set[str] = set()
    async with database.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in questions:
            rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            found |= {name for (line,) in rows for name in _SCAN.findall(line)}
    return found
