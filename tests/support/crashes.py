"""Processes that end between any two statements, and do what they had to do again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


class Crash(BaseException):
    """The process ended here: nothing catches that."""


@dataclass
class _Fuse:
    left: int


_FUSE: ContextVar[_Fuse | None] = ContextVar("fuse", default=None)


def make_mortal(engine: AsyncEngine) -> None:
    """Let what uses an engine crash before a statement or a commit, where `crashing` says so."""
    event.listen(engine.sync_engine, "before_cursor_execute", _burn)
    event.listen(engine.sync_engine, "commit", _burn)


def _burn(*_: object) -> None:
    fuse = _FUSE.get()
    if fuse is not None:
        fuse.left -= 1
        if fuse.left < 0:
            raise Crash


@contextmanager
def crashing(*, after: int | None) -> Iterator[None]:
    """Crash after so many statements of this task; never, where there is no number."""
    token = _FUSE.set(None if after is None else _Fuse(left=after))
    try:
        yield
    finally:
        _FUSE.reset(token)


@contextmanager
def dying(engine: AsyncEngine, *, at: str | None) -> Iterator[None]:
    """Crash before each statement that has these words; never, where there are none."""

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if at is not None and at in statement:
            raise Crash

    event.listen(engine.sync_engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", look)
