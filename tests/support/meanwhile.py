"""Something that somebody else does between two looks: the second may see another world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.util import await_only

from base.database import Database

T = TypeVar("T")


@contextmanager
def meanwhile(
    database: Database, statement: int, do: Callable[[], Awaitable[T]]
) -> Iterator[list[T]]:
    """Do something once, after so many statements of the block; answer what comes of it, in a list.

    PostgreSQL only, and not where the block has locked what is wanted: nobody would go on.
    """
    left, done = statement, list[T]()

    def look(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done.append(await_only(do()))

    engine = database.engine.sync_engine
    event.listen(engine, "after_cursor_execute", look)
    try:
        yield done
    finally:
        event.remove(engine, "after_cursor_execute", look)
    assert done, "there were not so many statements"
