"""Which cluster of PostgreSQL rows are in, and on which timeline of its log.

A cluster that went back to an earlier moment, or a standby that took over, goes on on a timeline of
its own; another cluster has another identifier (PostgreSQL's manual, "Timelines"). Both survive in
no row, so they tell of what rows cannot.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from base.database import Session, sqlstate_of

#: What a PostgreSQL says that does not tell; who was told before, is told of a difference.
UNTOLD = "untold"
#: Beginnings of what PostgreSQL says where it has no such function, or not for us, or not now.
_REFUSALS = ("0A", "42", "55")
#: By the log that is written: the control file learns of a timeline later.
_CLUSTER = text(
    "SELECT (SELECT system_identifier FROM pg_control_system())"
    " || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"
)


async def cluster_of(session: Session) -> str | None:
    """Answer its identifier and timeline, or `UNTOLD`; None on SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    try:
        async with _apart(session):
            told: str = (await session.execute(_CLUSTER)).scalar_one()
    except DBAPIError as error:
        if not sqlstate_of(error).startswith(_REFUSALS):
            raise
        return UNTOLD
    return told


def _apart(session: Session) -> AbstractAsyncContextManager[object]:
    """Answer what lets a transaction outlive a refusal; who only reads is in none."""
    options = session.get_bind().get_execution_options()
    is_alone = options.get("isolation_level") == "AUTOCOMMIT"
    return nullcontext() if is_alone else session.begin_nested()
