"""Counters of what was paid for: locked in the order of their keys, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from base.bulk import among_rows, insert_missing, update_many
from base.database import Session
from catalog.models.base import table_of
from catalog.models.plays import Counter
from catalog.plays import Standing

_TABLE = table_of(Counter)
_KEY = ("listener_id", "recording_id")

#: A listener and a recording.
Pair = tuple[UUID, UUID]


async def lock_counters(session: Session, pairs: Iterable[Pair]) -> dict[Pair, Standing]:
    """Lock the counters of listeners and recordings, which are there from then on."""
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    columns = (*_KEY, "plays")
    await insert_missing(session, _TABLE, columns, [(*pair, 0) for pair in wanted])
    key = _TABLE.c.listener_id, _TABLE.c.recording_id
    query = select(*key, _TABLE.c.plays, _TABLE.c.owned_at)
    query = query.where(among_rows(session, _TABLE, _KEY, wanted))
    return {
        (listener, recording): Standing(plays=plays, owned_at=owned_at)
        for listener, recording, plays, owned_at in await session.execute(
            query.order_by(*key).with_for_update()
        )
    }


async def write_counters(session: Session, standings: Mapping[Pair, Standing]) -> None:
    """Write down what locked counters come to."""
    rows = [(*pair, has.plays, has.owned_at) for pair, has in sorted(standings.items())]
    await update_many(session, _TABLE, _KEY, ("plays", "owned_at"), rows)
