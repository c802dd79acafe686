"""Whether what all may see is another than it was: told by one number, which costs next to nothing.

Triggers mark each change of names, states and credits for the search (`catalog.search_refresh`),
and marks are numbered. A number is given before its change can be seen: what is read while somebody
writes may lack what its number tells of.
"""

from __future__ import annotations

from sqlalchemy import text

from base.database import Session

_LAST = text("SELECT pg_sequence_last_value('search_stale_id_seq'::regclass)")
#: Whoever has put down a mark keeps this lock until all can see it.
_IS_SETTLED = text(
    "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'search_stale'::regclass "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode = 'RowExclusiveLock')"
)
_POSTGRESQL = "postgresql"


async def last_mark(session: Session) -> int | None:
    """Answer the number of the last mark; nothing where marks have no numbers of their own."""
    if session.get_bind().dialect.name != _POSTGRESQL:
        return None
    found: int | None = await session.scalar(_LAST)
    return found or 0


async def is_settled(session: Session) -> bool:
    """Whether nobody is putting down marks: all that has a number by now can be seen from now on.

    To be asked behind `last_mark`, and before what is to be kept with that is read.
    """
    return bool(await session.scalar(_IS_SETTLED))
