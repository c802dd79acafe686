"""The page of the fleet: lanes, workers and what each does, as they are this moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from base.errors import Unavailable
from catalog.capacity import DRAIN_WITHIN_S
from catalog.fleet import silent
from catalog.models.jobs import Worker
from stream.api.fleet import (
    FleetDocument,
    LaneDocument,
    RunningDocument,
    WorkerDocument,
    fleet_document,
)
from stream.fleet import see
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.office.showing import office_page
from stream.pages.office.words import KINDS, LANES

#: Of how many workers that fell silent the last are told.
_MOST_LOST = 20
_PARTS = {
    "database": N_("Database"),
    "valkey": N_("Queue"),
    "storage": N_("Storage"),
}


async def get_fleet_page(request: web.Request) -> web.Response:
    """Show the fleet; the page asks for itself again every few seconds, unless told not to."""
    tools = request.app[TOOLS]
    seen = await see(tools)
    if seen.fleet is None:
        raise Unavailable("database-unavailable", "The database cannot be reached now.")
    async with tools.database.read() as session:
        lost = await silent(session, now=tools.clock())
    found = fleet_document(seen.fleet, seen.evidence, within_s=DRAIN_WITHIN_S)
    context = {
        "fleet": found,
        "lanes": [_lane(name, one) for name, one in found.lanes.items()],
        "workers": [_worker(one, found.running) for one in found.workers],
        "unseen": _of_nobody(found),
        "lost": [_lost(one, found) for one in lost[:_MOST_LOST]],
        "parts": [(words, seen.reachable[name]) for name, words in _PARTS.items()],
        "drain_s": drain_of(found.lanes),
        "is_live": request.query.get("live") != "no",
        "kinds": KINDS,
    }
    return await office_page(request, "office/fleet.html", context)


def drain_of(lanes: Mapping[str, LaneDocument]) -> float | None:
    """Answer when all that waits will be done; None: some of it nobody takes."""
    each = [one.drain_s for one in lanes.values()]
    return None if None in each else max((one or 0.0 for one in each), default=0.0)


def _lane(name: str, lane: LaneDocument) -> dict[str, Any]:
    failed = sum(one.attempts for one in lane.attempts if one.outcome in {"failed", "expired"})
    done = sum(one.attempts for one in lane.attempts if one.outcome == "done")
    return {
        "name": name,
        "about": LANES[name],
        "figures": lane,
        "done": done,
        "failed": failed,
        # Of the width of a bar of 100: how many of its slots are busy.
        "busy": min(100, round(100 * lane.running / lane.slots)) if lane.slots else 0,
        "is_idle": not (lane.waiting or lane.running or lane.put_off or lane.quarantined),
        "is_stuck": lane.drain_s is None,
    }


def _worker(worker: WorkerDocument, running: Sequence[RunningDocument]) -> dict[str, Any]:
    return {
        "name": worker.name,
        "told": worker,
        "lanes": sorted(worker.lanes.items()),
        "jobs": [one for one in running if one.worker == worker.name],
    }


def _of_nobody(fleet: FleetDocument) -> list[RunningDocument]:
    """Answer jobs whose worker is not among those that live."""
    alive = {one.name for one in fleet.workers}
    return [one for one in fleet.running if one.worker not in alive]


def _lost(worker: Worker, fleet: FleetDocument) -> dict[str, Any]:
    return {
        "name": worker.name,
        "host": worker.host,
        "seen_at": worker.seen_at,
        "silent_s": (fleet.at - worker.seen_at).total_seconds(),
        "jobs": [one for one in fleet.running if one.worker == worker.name],
    }
