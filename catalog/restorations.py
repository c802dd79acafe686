"""Money of a restored house is held: what has left since stands in no row, and would leave again.

A PostgreSQL that went back, or whose standby took over, tells by where it is now: it needs nobody
who says so. What is held asks `require_no_hold` in its own transaction. Who has compared rows with
bank and providers says so, and what with what; it is kept, and stands in the record of acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import inspect, select

from base.clusters import UNTOLD, cluster_of
from base.database import Session, is_new
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.restorations import Restoration, TrustedCluster

_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why money is held: since when, and of which moment rows are, where that is known.

    `restored_at` is None where nobody restored anything, and PostgreSQL is another than before.
    """

    restored_at: datetime | None
    rows_at: datetime | None


async def note_restored(
    session: Session, *, backup: str | None, rows_at: datetime | None, now: datetime
) -> Restoration:
    """Hold money of rows of an earlier moment; answer what holds it.

    Called in the transaction that brings them, so that they are never there without it; they may be
    of a version that had no such hold.
    """
    table = Restoration.metadata.tables[Restoration.__tablename__]
    await (await session.connection()).run_sync(lambda one: table.create(one, checkfirst=True))
    held = Restoration(id=uuid4(), backup=backup, rows_at=rows_at, restored_at=now)
    session.add(held)
    await session.flush()
    return held


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
        await _finish(session, one, now=now)


async def note_first_cluster(session: Session, *, now: datetime) -> None:
    """Trust the cluster that a house is in, if it was in none before."""
    if await session.scalar(select(TrustedCluster.cluster).limit(1)) is not None:
        return
    cluster = await cluster_of(session)
    if cluster is not None:
        await _trust(session, cluster, now=now)


async def held_by(session: Session) -> Held | None:
    """Answer why money is held: what nobody has compared, a restoration first; None if nothing."""
    query = select(Restoration).where(Restoration.resumed_at.is_(None))
    found = await session.scalar(query.order_by(Restoration.restored_at.desc()).limit(1))
    if found is not None:
        return Held(restored_at=found.restored_at, rows_at=found.rows_at)
    is_elsewhere = await _elsewhere(session) is not None
    return Held(restored_at=None, rows_at=None) if is_elsewhere else None


async def sees_going_back(session: Session) -> bool:
    """Whether it would be seen that the database went back without us."""
    trusted = set(await session.scalars(select(TrustedCluster.cluster)))
    return bool(trusted) and await cluster_of(session) not in {None, UNTOLD}


async def require_no_hold(session: Session) -> None:
    """Require that no money is held.

    Raises:
        Refused: `house-restored`, 409.

    """
    if await held_by(session) is not None:
        raise Refused(
            "house-restored",
            "This house was restored, or its PostgreSQL is another, and what was paid since may be "
            "paid again: compare with the bank and the providers, then say so with `refrain books "
            "resume` or at /office/payouts.",
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
    held = list(await session.scalars(query))
    elsewhere = await _elsewhere(session)
    # Of several who say so at once, one does; what nobody restored is kept as well.
    if elsewhere is not None and await _trust(session, elsewhere, now=now) and not held:
        held = [await note_restored(session, backup=None, rows_at=None, now=now)]
        await _finish(session, held[0], now=now)
    for one in held:
        one.compared, one.resumed_by, one.resumed_at = compared, by, now
        await note_act(session, by, Act.MONEY_RESUMED, one.id, now=now)
    return len(held)


async def _has_table(session: Session) -> bool:
    connection = await session.connection()
    name = Restoration.__tablename__
    return await connection.run_sync(lambda one: inspect(one).has_table(name))


async def _finish(session: Session, one: Restoration, *, now: datetime) -> None:
    one.finished_at = now
    at = None if one.rows_at is None else one.rows_at.isoformat()
    facts = {"backup": one.backup, "rows_at": at}
    await note_act(session, None, Act.HOUSE_RESTORED, one.id, now=now, facts=facts)


async def _elsewhere(session: Session) -> str | None:
    """Answer the cluster that rows are in, if others are trusted and it is not; else None."""
    trusted = set(await session.scalars(select(TrustedCluster.cluster)))
    cluster = await cluster_of(session) if trusted else None
    return None if cluster in trusted else cluster


async def _trust(session: Session, cluster: str, *, now: datetime) -> bool:
    """Trust a cluster; answer whether nobody did before."""
    return await is_new(session, TrustedCluster, {"cluster": cluster, "trusted_at": now})
