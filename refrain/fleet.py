"""The fleet as an operator sees it: what waits, who does what, and when it will be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from base.settings import Settings
from base.tools import Tools, open_tools
from refrain.output import say
from refrain.stacking import Column, stacked
from stream.api.fleet import (
    FleetDocument,
    LaneDocument,
    RunningDocument,
    WorkerDocument,
    fleet_document,
)
from stream.fleet import fleet_of, see

_TURN_S = 1.0
_OF_LANES = (
    *("waiting", "put off", "running", "aside", "oldest", "audio"),
    *("drained in", "done", "x real time", "cpu/min", "slots", "wanted"),
)
_OF_WORKERS = ("worker", "host", "version", "cores", "seen", "lanes", "does")
#: Lanes of a worker.
_IN_A_LINE = 2
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
        console = Console()
        console.print(view_of(found, width=console.width))


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
                live.update(view_of(found, width=live.console.width), refresh=True)


async def _following(tools: Tools, within_s: float) -> AsyncIterator[FleetDocument]:
    while True:
        yield await _document(tools, within_s)
        await asyncio.sleep(_TURN_S)


async def _document(tools: Tools, within_s: float) -> FleetDocument:
    seen = await see(tools)
    # Asked once more, a database that is away says why.
    fleet = seen.fleet or await fleet_of(tools)
    return fleet_document(fleet, seen.evidence, within_s=within_s)


def view_of(found: FleetDocument, *, width: int) -> Group:
    """Lay out the fleet: its lanes, its workers, and what is beside them."""
    return Group(
        *stacked(_lanes(found), width),
        *stacked(_workers(found), width),
        _rest(found),
    )


def _lanes(found: FleetDocument) -> Sequence[Column]:
    rows = [_lane(lane) for lane in found.lanes.values()]
    return [
        Column(name="lane", cells=[Text(name) for name in found.lanes]),
        *(
            Column(name=head, cells=cells, justify="right")
            for head, cells in zip(_OF_LANES, zip(*rows, strict=True), strict=True)
        ),
    ]


def _lane(lane: LaneDocument) -> Sequence[Text]:
    done = sum(one.attempts for one in lane.attempts if one.outcome == "done")
    drained = "never" if lane.drain_s is None else duration(lane.drain_s)
    cpu_s = lane.cpu_s_per_audio_minute
    return (
        _number(lane.waiting),
        _number(lane.put_off),
        _number(lane.running),
        _number(lane.quarantined, style="bold red"),
        Text(duration(lane.age_s)),
        Text(duration(lane.audio_waiting_s + lane.audio_running_s)),
        Text(drained, style="bold red" if lane.drain_s is None else ""),
        _number(done),
        Text(f"{lane.throughput:.1f}" if lane.throughput else ""),
        Text("" if cpu_s is None else f"{cpu_s:.1f} s"),
        Text(f"{lane.running}/{lane.slots}"),
        _number(lane.wanted_workers),
    )


def _workers(found: FleetDocument) -> Sequence[Column]:
    known = {one.name for one in found.workers}
    rows = [tuple(map(Text, _worker(worker, found.running))) for worker in found.workers]
    for one in found.running:
        if one.worker not in known:  # its lease has not run out yet
            silent = Text(one.worker or "", style="red")
            nothing = (Text(),) * 3
            rows.append((silent, *nothing, Text("silent"), Text(one.lane), Text(_job(one))))
    cells = zip(*rows, strict=True) if rows else [()] * len(_OF_WORKERS)
    return [Column(name=head, cells=each) for head, each in zip(_OF_WORKERS, cells, strict=True)]


def _worker(worker: WorkerDocument, running: Iterable[RunningDocument]) -> Sequence[str]:
    lanes = [f"{lane} {slots}" for lane, slots in worker.lanes.items()]
    idle = "ends" if worker.is_draining else "-"
    does = "\n".join(_job(one) for one in running if one.worker == worker.name) or idle
    seen = f"{duration(worker.seen_s) or '0 s'} ago"
    told = (worker.name, worker.host, worker.version, str(worker.cores), seen)
    return (*told, _in_lines(lanes), does)


def _in_lines(words: Sequence[str]) -> str:
    starts = range(0, len(words), _IN_A_LINE)
    return ",\n".join(", ".join(words[start : start + _IN_A_LINE]) for start in starts)


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


def _number(number: int, *, style: str = "") -> Text:
    return Text(str(number), style=style) if number else Text()
