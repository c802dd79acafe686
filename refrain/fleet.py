"""The fleet as an operator sees it: what waits, who does what, and when it will be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from base.settings import Settings
from base.tools import Tools, open_tools
from refrain.output import say
from stream.api.fleet import (
    FleetDocument,
    LaneDocument,
    RunningDocument,
    WorkerDocument,
    fleet_document,
)
from stream.fleet import fleet_of, see

_TURN_S = 1.0
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


async def show_fleet(settings: Settings, *, within_s: float, as_json: bool) -> None:
    """Print how the fleet stands.

    Raises:
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools:
        found = await _document(tools, within_s)
    if as_json:
        say(found.model_dump_json())
    else:
        Console().print(view_of(found))


async def watch_fleet(settings: Settings, *, within_s: float, as_json: bool) -> None:
    """Show how the fleet stands, once a second until interrupted; of JSON a line each time.

    Raises:
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools:
        following = _following(tools, within_s)
        if as_json:
            async for found in following:
                say(found.model_dump_json())
            return
        with Live(auto_refresh=False, screen=True) as live:
            async for found in following:
                live.update(view_of(found), refresh=True)


async def _following(tools: Tools, within_s: float) -> AsyncIterator[FleetDocument]:
    while True:
        yield await _document(tools, within_s)
        await asyncio.sleep(_TURN_S)


async def _document(tools: Tools, within_s: float) -> FleetDocument:
    seen = await see(tools)
    # Asked once more, a database that is away says why.
    fleet = seen.fleet or await fleet_of(tools)
    return fleet_document(fleet, seen.evidence, within_s=within_s)


def view_of(found: FleetDocument) -> Group:
    """Lay out the fleet: its lanes, its workers, and what is beside them."""
    return Group(_lanes(found), _workers(found), _rest(found))


def _lanes(found: FleetDocument) -> Table:
    right = ("waiting", "put off", "running", "aside", "oldest", "audio", "drained in", "done")
    table = Table("lane", box=None, header_style="bold")
    for name in (*right, "x real time", "cpu/min", "slots", "wanted"):
        table.add_column(name, justify="right")
    for name, lane in found.lanes.items():
        table.add_row(name, *_lane(lane))
    return table


def _lane(lane: LaneDocument) -> Iterable[Text | str]:
    done = sum(one.attempts for one in lane.attempts if one.outcome == "done")
    drained = "never" if lane.drain_s is None else duration(lane.drain_s)
    cpu_s = lane.cpu_s_per_audio_minute
    return (
        _number(lane.waiting),
        _number(lane.put_off),
        _number(lane.running),
        Text(_number(lane.quarantined), style="bold red" if lane.quarantined else ""),
        duration(lane.age_s),
        duration(lane.audio_waiting_s + lane.audio_running_s),
        Text(drained, style="bold red" if lane.drain_s is None else ""),
        _number(done),
        f"{lane.throughput:.1f}" if lane.throughput else "",
        "" if cpu_s is None else f"{cpu_s:.1f} s",
        f"{lane.running}/{lane.slots}",
        _number(lane.wanted_workers),
    )


def _workers(found: FleetDocument) -> Table:
    table = Table(
        "worker", "host", "version", "cores", "lanes", "does", "seen", box=None, header_style="bold"
    )
    known = {one.name for one in found.workers}
    for worker in found.workers:
        doing = [one for one in found.running if one.worker == worker.name]
        table.add_row(*map(Text, _worker(worker, doing)))
    for one in found.running:
        if one.worker not in known:  # its lease has not run out yet
            silent = Text(one.worker or "", style="red")
            table.add_row(silent, "", "", "", one.lane, Text(_job(one)), "silent")
    return table


def _worker(worker: WorkerDocument, doing: Iterable[RunningDocument]) -> Iterable[str]:
    lanes = ", ".join(f"{lane} {slots}" for lane, slots in worker.lanes.items())
    idle = "ends" if worker.is_draining else "-"
    does = "\n".join(_job(one) for one in doing) or idle
    seen = f"{duration(worker.seen_s) or '0 s'} ago"
    return worker.name, worker.host, worker.version, str(worker.cores), lanes, does, seen


def _job(one: RunningDocument) -> str:
    again = f", try {one.attempt}" if one.attempt > 1 else ""
    return f"{one.kind} {one.subject} for {duration(one.since_s) or '0 s'}{again}"


def _rest(found: FleetDocument) -> Text:
    evidence = "unknown: Valkey is away"
    if found.evidence_waiting is not None:
        evidence = f"{found.evidence_waiting} batches"
    oldest = duration(found.plays_waiting_age_s)
    plays = f"{found.plays_waiting}, the oldest for {oldest}" if oldest else found.plays_waiting
    return Text(
        f"\n{found.wanted_workers} workers or {found.wanted_cores} cores would do it in "
        f"{duration(found.drain_within_s)}. "
        f"Uploads under way: {found.uploads_under_way}. "
        f"Plays to be settled: {plays}. "
        f"Evidence: {evidence}."
    )


def duration(seconds: float) -> str:
    """Say a duration in its two largest units; nothing of less than a second."""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s" if whole else ""
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    return f"{whole // _DAY_S} d {whole % _DAY_S // _HOUR_S} h"


def _number(number: int) -> str:
    return str(number) if number else ""
