"""What a database is asked, counted: a page of many rows may take no more statements than one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from base.database import Database

#: What says how to go on, and asks for nothing.
_BESIDE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Answer a list that gets every statement that is run until the block ends."""
    said: list[str] = []

    def note(*told: Any) -> None:  # noqa: ANN401 - the driver's own
        statement: str = told[2]
        if not statement.startswith(_BESIDE):
            said.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
