"""How fast a library of ten thousand owned recordings opens, on PostgreSQL.

From the question to the bytes of the answer, beside other libraries as large.
"""

from __future__ import annotations

import statistics
import time
from datetime import datetime
from uuid import UUID, uuid4

from accounting.library import library_of
from base.bulk import insert_many
from base.tools import Tools
from catalog.models.base import table_of
from catalog.models.music import Recording
from catalog.models.plays import Counter
from catalog.people import create_account
from catalog.roles import Role
from refrain.figures import Measurement, Metric
from stream.api.library_documents import whole_library

_OWNED, _BEGUN, _LISTENERS = 10_000, 500, 5
_TURNS = 21
_OPENED = Metric(name="library_opened", unit="ms", bar=50.0)
_STEPS = 9


async def library(tools: Tools) -> Measurement:
    """Make libraries and open one again and again; answer the median."""
    listeners = await _make(tools)
    took = [await _opened_s(tools, listeners[0]) for _ in range(_TURNS)]
    about = f"{_OWNED} owned, {_BEGUN} begun"
    return _OPENED.measured(statistics.median(took) * 1000, 1.0, file=about)


async def _opened_s(tools: Tools, listener_id: UUID) -> float:
    begun_s = time.perf_counter()
    async with tools.database.read() as session:
        found = await library_of(session, listener_id)
    if len(whole_library(found, steps=_STEPS)) < _OWNED:
        raise AssertionError("the library is not whole")
    return time.perf_counter() - begun_s


async def _make(tools: Tools) -> list[UUID]:
    now = tools.clock()
    async with tools.database.begin() as session:
        artist = await create_account(session, name="Artist", role=Role.ARTIST, now=now)
        people = [
            await create_account(session, name="Listener", role=Role.LISTENER, now=now)
            for _ in range(_LISTENERS)
        ]
        recordings = [uuid4() for _ in range(_OWNED + _BEGUN)]
        made = [(one, artist.id, now) for one in recordings]
        await insert_many(session, table_of(Recording), ("id", "owner_id", "created_at"), made)
        counters = [
            _counter(one.id, recording, number, now)
            for one in people
            for number, recording in enumerate(recordings)
        ]
        columns = ("listener_id", "recording_id", "plays", "owned_at")
        await insert_many(session, table_of(Counter), columns, counters)
    return [one.id for one in people]


def _counter(
    listener_id: UUID, recording_id: UUID, number: int, now: datetime
) -> tuple[object, ...]:
    is_owned = number < _OWNED
    plays = _STEPS if is_owned else number % _STEPS
    return listener_id, recording_id, plays, now if is_owned else None
