"""The catalogue made anew, from the command line: how it stands, begin, pause, take back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from base.database import Session
from base.errors import Refused
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.generations import retired, roll_back, swapped_since
from catalog.jobs import NewJob, add_again
from catalog.kinds import Kind
from catalog.masters import is_made, lock_master
from catalog.models.reencoding import Reencoding
from catalog.music import track_of
from catalog.reencoding import (
    call_off,
    faults,
    jobs_of,
    made_by,
    newest_target,
    outdated_masters,
    subject_of,
    target_of,
    target_row,
)

_SECONDS_AN_HOUR = 3600.0
_REQUEST = "command"
_TAKEN_BACK = "what it makes was taken back"
_SPEED = re.compile(r"(\d{1,3}(?:\.\d+)?)x?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is to be made anew: these tracks at once, or all that is out of date by and by."""

    tracks: Sequence[UUID] = ()
    throttle: float = 1.0
    with_unknown: bool = False
    target: str | None = None
    #: Of the tracks, also what is made as it would be today.
    is_forced: bool = False


def speed(text: str) -> float:
    """Read how many times as fast as usual.

    Raises:
        Refused: `bad-throttle`.

    """
    found = _SPEED.fullmatch(text)
    if found is None or not float(found[1]):
        raise Refused("bad-throttle", f"A throttle is written 2x or 0.5x, not {text!r}.")
    return float(found[1])


async def status(settings: Settings) -> dict[str, Any]:
    """Answer how much of the catalogue is out of date, why, and what it takes to mend that."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        row = await _newest(session)
        target = target_of(row)
        known = await outdated_masters(session, row, with_unknown=False)
        every = await outdated_masters(session, row, with_unknown=True)
        return {
            "target": row.target,
            "encoder": row.encoder,
            "state": _state(row),
            "throttle": row.throttle,
            "masters_per_hour": settings.reencode_masters_per_hour * row.throttle,
            "renditions": dict(faults(await made_by(session), target)),
            "masters": known[0],
            "core_hours": _core_hours(*known),
            "masters_with_unknown": every[0],
            "core_hours_with_unknown": _core_hours(*every),
            "jobs": await jobs_of(session),
            "kept_to_be_taken_back": await retired(session),
        }


def _state(row: Reencoding) -> str:
    if row.started_at is None:
        return "off"
    return "running" if row.paused_at is None else "paused"


def _core_hours(masters: int, audio_s: float) -> float:
    one = NewJob(kind=Kind.REENCODE, subject="", request_id="")
    each_s = masters * one.estimate_s
    more = NewJob(kind=Kind.REENCODE, subject="", request_id="", audio_s=audio_s)
    return round((each_s + more.estimate_s - one.estimate_s) / _SECONDS_AN_HOUR, 2)


async def start(settings: Settings, wanted: Start) -> dict[str, Any]:
    """Begin, or go on; answer what was begun."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        row = await _newest(session, target=wanted.target, lock=True)
        if wanted.target is not None:
            row.seen_at = tools.clock()  # what was upgraded was taken back, and this is today's
        if wanted.tracks:
            return await _add(tools, session, row, wanted)
        row.started_at, row.paused_at = row.started_at or tools.clock(), None
        row.throttle, row.with_unknown = wanted.throttle, wanted.with_unknown
    return await status(settings)


async def _add(tools: Tools, session: Session, row: Reencoding, wanted: Start) -> dict[str, Any]:
    added, left = 0, []
    for track_id in wanted.tracks:
        found = await track_of(session, track_id)
        job = NewJob(
            kind=Kind.REENCODE,
            subject=subject_of(found.master.id, row.target, is_forced=wanted.is_forced),
            request_id=_REQUEST,
            audio_s=found.duration_s or 0.0,
        )
        if not await is_made(session, str(found.master.id)):
            left.append(f"The track {track_id} is still being encoded, see `refrain jobs`.")
        elif await add_again(session, job, now=tools.clock()):
            added += 1
        else:
            left.append(f"The track {track_id} is being made anew already.")
    return {"jobs": added, "left": left}


async def pause(settings: Settings) -> dict[str, Any]:
    """Begin no more masters; those that were begun are finished."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        row = await _newest(session, lock=True)
        row.paused_at = row.paused_at or tools.clock()
        return {"state": _state(row), "jobs": await jobs_of(session)}


async def take_back(
    settings: Settings, *, tracks: Sequence[UUID], since_hours: float | None
) -> dict[str, Any]:
    """Let the renditions of before be current again: of tracks, or of all that was swapped since.

    What is under way of them is cancelled first, and where it is all, no more masters are begun.
    Each master is a transaction of its own.
    """
    async with open_tools(settings) as tools:
        async with tools.database.begin() as session:
            cancelled, masters = (
                await _stop(tools, session, tracks)
                if tracks
                else await _stop_all(tools, session, since_hours=since_hours)
            )
        done, left = 0, []
        for master_id, name in masters.items():
            try:
                async with tools.database.begin() as session:
                    await lock_master(session, master_id)
                    await roll_back(session, master_id, clock=tools.clock)
                    done += 1
            except Refused as refused:
                left.append(f"{name}: {refused.sentence}")
        return {"taken_back": done, "cancelled": cancelled, "left": left}


async def _stop(
    tools: Tools, session: Session, tracks: Sequence[UUID]
) -> tuple[int, dict[UUID, str]]:
    """Cancel what is under way of tracks; answer how much, and their masters as they were named."""
    named = {(await track_of(session, one)).master.id: f"track {one}" for one in tracks}
    now, cancelled = tools.clock(), 0
    for master_id in sorted(named):
        cancelled += await call_off(session, reason=_TAKEN_BACK, now=now, master_id=master_id)
    return cancelled, named


async def _stop_all(
    tools: Tools, session: Session, *, since_hours: float | None
) -> tuple[int, dict[UUID, str]]:
    """Whoever would swap after this finds its job cancelled; who swapped before is found."""
    row, now = await _newest(session, lock=True), tools.clock()
    row.paused_at = row.paused_at or now
    cancelled = await call_off(session, reason=_TAKEN_BACK, now=now)
    swapped = await swapped_since(session, _since(row, now, since_hours))
    return cancelled, {master_id: f"master {master_id}" for master_id in swapped}


def _since(row: Reencoding, now: datetime, since_hours: float | None) -> datetime:
    if since_hours is not None:
        return now - timedelta(hours=since_hours)
    return row.started_at or now


async def _newest(session: Session, *, target: str | None = None, lock: bool = False) -> Reencoding:
    row = (
        await newest_target(session, lock=lock)
        if target is None
        else await target_row(session, target)
    )
    if row is None and target is not None:
        raise Refused("target-unknown", f"No worker ever told of a target {target!r}.", status=404)
    if row is None:
        raise Refused("no-target", "No worker has told yet what it makes renditions by.")
    return row
