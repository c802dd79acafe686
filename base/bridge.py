"""Amid a transaction, code that knows no `await`: it runs beside it, and asks through it.

A library that calls back without `await` is run by `bridged`; what it calls back asks the database
as everything else does, by `awaited`. Nothing waits in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.util import await_only, greenlet_spawn

T = TypeVar("T")


async def bridged(work: Callable[[], T]) -> T:
    """Run `work`, in which `awaited` may be called, however deep."""
    answer: T = await greenlet_spawn(work)
    return answer


def awaited(answer: Coroutine[Any, Any, T]) -> T:
    """Wait for an answer, from within what `bridged` runs."""
    return await_only(answer)
