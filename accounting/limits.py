"""The limits of suspicion: dated, never edited; a verdict keeps those it was made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select

from accounting.suspicion import Limits
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.suspicions import SuspicionLimits

_ROWS = table_of(SuspicionLimits)
_NAMES = frozenset(one.name for one in fields(Limits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Limits, the number they are known by, and since when they hold."""

    id: int
    valid_from: datetime
    limits: Limits


async def limits_in_force(session: Session, at: datetime) -> Dated:
    """Answer the limits of a time."""
    query = select(_ROWS.c.id, _ROWS.c.valid_from, _ROWS.c.limits).where(_ROWS.c.valid_from <= at)
    row = (await session.execute(query.order_by(_ROWS.c.valid_from.desc()).limit(1))).one()
    return Dated(id=row.id, valid_from=row.valid_from, limits=Limits.from_json(row.limits))


async def limits_called(session: Session, limits_id: int) -> Limits:
    """Answer the limits that a verdict was made by."""
    stored = await session.scalar(select(_ROWS.c.limits).where(_ROWS.c.id == limits_id))
    return Limits.from_json(stored or {})


async def set_limits(
    session: Session, changed: Mapping[str, int], *, by_name: str, why: str, now: datetime
) -> Dated:
    """Let other limits hold from now on; those that are not named stay as they are.

    Raises:
        Refused: `limit-unknown`, `bad-limit`, 422.

    """
    for name, value in changed.items():
        if name not in _NAMES:
            known = ", ".join(sorted(_NAMES))
            raise Refused("limit-unknown", f"{name} is no limit; there are {known}.", status=422)
        if value < 0:
            raise Refused("bad-limit", f"{name} cannot be less than nothing.", status=422)
    found = (await limits_in_force(session, now)).limits.as_json() | dict(changed)
    row = {"valid_from": now, "limits": found, "by_name": by_name, "why": why}
    await session.execute(insert(_ROWS), row)
    return await limits_in_force(session, now)
