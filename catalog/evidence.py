"""What sessions were given, taken in for thousands of them at once.

Rows are locked in one order: marks of producers, then sessions, each by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from base.database import Session, insert_if_new
from catalog.models.base import table_of
from catalog.models.plays import EvidenceMark, PlaySession
from catalog.states import PlayState

_SESSIONS = table_of(PlaySession)
_MARKS = table_of(EvidenceMark)
#: Parameters of one statement that every database takes.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A session and the evidence of it; `told` as it is stored."""

    id: UUID
    state: PlayState
    reason: str
    grant: str
    duration_ms: int
    threshold_ms: int
    delivered: Sequence[Sequence[int]]
    told: Mapping[str, Any] | None


async def lock_marks(
    session: Session, producers: Iterable[UUID], *, now: datetime
) -> dict[UUID, list[list[int]]]:
    """Answer which notes of each producer are written, and let nobody else write any."""
    ids = sorted(producers)
    marks = [{"producer": one, "written": [], "at": now} for one in ids]
    await insert_if_new(session, EvidenceMark, marks)
    query = select(_MARKS.c.producer, _MARKS.c.written).where(_MARKS.c.producer.in_(ids))
    rows = await session.execute(query.order_by(_MARKS.c.producer).with_for_update())
    return {producer: written for producer, written in rows}  # noqa: C416 - rows are no pairs


async def write_marks(
    session: Session, marks: Mapping[UUID, Sequence[Sequence[int]]], *, now: datetime
) -> None:
    """Write down which notes are written."""
    change = (
        update(_MARKS)
        .where(_MARKS.c.producer == bindparam("one"))
        .values(written=bindparam("notes", type_=_MARKS.c.written.type), at=now)
    )
    await session.execute(change, [{"one": one, "notes": notes} for one, notes in marks.items()])


async def passed(session: Session, producers: Iterable[UUID]) -> dict[UUID, int]:
    """Answer how many notes of each producer are written, up to the first that is not."""
    query = select(_MARKS.c.producer, _MARKS.c.written).where(
        _MARKS.c.producer.in_(list(producers))
    )
    return {
        producer: written[0][1] if written and written[0][0] == 0 else 0
        for producer, written in await session.execute(query)
    }


async def forget_marks(session: Session, before: datetime) -> int:
    """Forget producers that were not heard of since; to take a note in twice does no harm."""
    found = await session.execute(delete(EvidenceMark).where(EvidenceMark.at < before))
    return int(found.rowcount)  # type: ignore[attr-defined] # of a deletion there is one


async def lock_evidence(session: Session, ids: Iterable[UUID]) -> list[Evidence]:
    """Answer the evidence of sessions, which nobody else changes until the end."""
    table, wanted, found = _SESSIONS.c, sorted(ids), []
    columns = (
        *(table.id, table.state, table.reason, table.grant),
        *(table.duration_ms, table.threshold_ms, table.delivered, table.told),
    )
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(*columns).where(table.id.in_(wanted[at : at + _AT_ONCE]))
        rows = await session.execute(query.order_by(table.id).with_for_update())
        found += [_evidence(*row) for row in rows]
    return found


async def write_evidence(session: Session, changed: Sequence[Evidence]) -> None:
    """Write down what was delivered, and what the sessions have come to."""
    change = (
        update(_SESSIONS)
        .where(_SESSIONS.c.id == bindparam("one"))
        .values(
            delivered=bindparam("intervals", type_=_SESSIONS.c.delivered.type),
            state=bindparam("now"),
            reason=bindparam("why"),
        )
    )
    rows = [
        {"one": one.id, "intervals": one.delivered, "now": one.state, "why": one.reason}
        for one in changed
    ]
    if rows:
        await session.execute(change, rows)


def _evidence(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    play_id: UUID,
    state: str,
    reason: str,
    grant: str,
    duration_ms: int,
    threshold_ms: int,
    delivered: list[list[int]] | None,
    told: dict[str, Any] | None,
) -> Evidence:
    return Evidence(
        id=play_id,
        state=PlayState(state),
        reason=reason,
        grant=grant,
        duration_ms=duration_ms,
        threshold_ms=threshold_ms,
        delivered=delivered or [],
        told=told,
    )
