"""Money of a restored house is held: what has left since stands in no row, and would leave again.

What is held asks `require_no_hold` in its own transaction. Who has compared rows with bank and
providers says so, and what with what; it is kept, and stands in the record of acts.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import inspect, select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.restorations import Restoration

_LONGEST = 500


async def note_restored(
    session: Session, *, backup: str | None, rows_at: datetime | None, now: datetime
) -> None:
    """Hold money of rows of an earlier moment; rows may be of a version that had no such hold.

    Called in the transaction that brings them, so that they are never there without it.
    """
    table = Restoration.metadata.tables[Restoration.__tablename__]
    await (await session.connection()).run_sync(lambda one: table.create(one, checkfirst=True))
    session.add(Restoration(id=uuid4(), backup=backup, rows_at=rows_at, restored_at=now))
    await session.flush()


async def unfinished(session: Session, backup: str) -> bool:
    """Whether rows of a backup are here, and what comes after them was not done."""
    if not await _has_table(session):
        return False
    query = select(Restoration.id).where(
        Restoration.backup == backup, Restoration.finished_at.is_(None)
    )
    return await session.scalar(query.limit(1)) is not None


async def finish(session: Session, *, now: datetime) -> None:
    """Note that all is done that comes after rows; the tables are of this version."""
    query = select(Restoration).where(Restoration.finished_at.is_(None))
    for one in await session.scalars(query):
        one.finished_at = now
        facts = {
            "backup": one.backup,
            "rows_at": None if one.rows_at is None else one.rows_at.isoformat(),
        }
        await note_act(session, None, Act.HOUSE_RESTORED, one.id, now=now, facts=facts)


async def held_by(session: Session) -> Restoration | None:
    """Answer why money is held: the newest restoration that nobody has compared; None if none."""
    query = select(Restoration).where(Restoration.resumed_at.is_(None))
    return await session.scalar(query.order_by(Restoration.restored_at.desc()).limit(1))


async def require_no_hold(session: Session) -> None:
    """Require that no money is held.

    Raises:
        Refused: `house-restored`, 409.

    """
    if await held_by(session) is not None:
        raise Refused(
            "house-restored",
            "This house was restored, and what was paid since its backup may be paid again: "
            "compare with the bank and the providers, then say so with `refrain books resume` "
            "or at /office/payouts.",
            status=409,
        )


async def resume(session: Session, *, compared: str, by: UUID, now: datetime) -> int:
    """Let money leave again, as somebody has compared; answer how many restorations held it.

    Raises:
        Refused: `not-compared`, 422: it is not said what was compared with what.

    """
    compared = compared.strip()
    if not 0 < len(compared) <= _LONGEST:
        raise Refused(
            "not-compared",
            "Say what was compared with what, in at most 500 letters: it is kept.",
            status=422,
        )
    query = select(Restoration).where(Restoration.resumed_at.is_(None)).with_for_update()
    held = (await session.scalars(query)).all()
    for one in held:
        one.compared, one.resumed_by, one.resumed_at = compared, by, now
        await note_act(session, by, Act.MONEY_RESUMED, one.id, now=now)
    return len(held)


async def _has_table(session: Session) -> bool:
    connection = await session.connection()
    name = Restoration.__tablename__
    return await connection.run_sync(lambda one: inspect(one).has_table(name))
