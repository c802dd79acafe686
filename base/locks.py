"""Locks by name that last as long as a transaction, for what no row stands for.

On SQLite there is nothing to do: who writes is alone.
"""

from __future__ import annotations

import zlib

from sqlalchemy import text

from base.database import Session

_SHARED = text("SELECT pg_advisory_xact_lock_shared(:number)")
_ALONE = text("SELECT pg_advisory_xact_lock(:number)")
_TRY = text("SELECT pg_try_advisory_xact_lock(:number)")


async def lock_shared(session: Session, name: str) -> None:
    """Keep out who wants to be alone under this name, until the transaction ends."""
    await _lock(session, _SHARED, name)


async def lock_alone(session: Session, name: str) -> None:
    """Wait until nobody else has the name, and keep everybody out, until the transaction ends."""
    await _lock(session, _ALONE, name)


async def try_alone(session: Session, name: str) -> bool:
    """Be alone under a name until the transaction ends, unless somebody else is; never wait."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(await session.scalar(_TRY, {"number": zlib.crc32(name.encode())}))


async def _lock(session: Session, statement: object, name: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(statement, {"number": zlib.crc32(name.encode())})  # type: ignore[call-overload]
