"""Locks by name that last as long as a transaction, for what no row stands for.

On SQLite there is nothing to do: who writes is alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlalchemy import text

from base.database import Session

_SHARED = text("SELECT pg_advisory_xact_lock_shared(:number)")
_ALONE = text("SELECT pg_advisory_xact_lock(:number)")
_EACH = text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n")
_TRY = text("SELECT pg_try_advisory_xact_lock(:number)")

#: So many locks there are at most for names of a kind.
_SHARES = 1_024


async def lock_shared(session: Session, name: str) -> None:
    """Keep out who wants to be alone under this name, until the transaction ends."""
    await _lock(session, _SHARED, name)


async def lock_alone(session: Session, name: str) -> None:
    """Wait until nobody else has the name, and keep everybody out, until the transaction ends."""
    await _lock(session, _ALONE, name)


async def lock_each(session: Session, kind: str, names: Iterable[str]) -> None:
    """Be alone under each of some names of a kind, until the transaction ends.

    Whoever wants several gets them in one order. Some names share a lock: a server has room for
    only so many.
    """
    if session.get_bind().dialect.name == "postgresql":
        shared = {f"{kind} {zlib.crc32(one.encode()) % _SHARES}" for one in names}
        numbers = sorted(zlib.crc32(one.encode()) for one in shared)
        await session.execute(_EACH, {"numbers": numbers})


async def try_alone(session: Session, name: str) -> bool:
    """Be alone under a name until the transaction ends, unless somebody else is; never wait."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(await session.scalar(_TRY, {"number": zlib.crc32(name.encode())}))


async def _lock(session: Session, statement: object, name: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(statement, {"number": zlib.crc32(name.encode())})  # type: ignore[call-overload]
