"""What a house must have in the end, whatever befell it: all once, and nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from base.clock import Clock
from base.storage.port import Key, fetch_file
from base.tools import Tools
from catalog.events import EventKind
from catalog.models.events import Event
from catalog.models.files import Master, Rendition
from catalog.models.jobs import Job, JobAttempt
from catalog.models.music import Track
from catalog.objects import due, is_referred_to, own_keys
from catalog.states import JobState, Outcome, TrackState
from tests.support.renditions import the_tools
from tests.support.working import holding_of
from transcode.graphs import decode
from transcode.process import Limits, capture
from transcode.reach import Reach
from workers.fsck import Fsck, Scope
from workers.housekeeping import sweep_unneeded

#: Of a stereo master of 44.1 kHz.
RUNGS = frozenset(
    {
        *("aac-64", "aac-128", "aac-256", "opus-48", "opus-96", "opus-160", "flac"),
        *("alac", "mp3-320", "preview-aac-128", "preview-opus-96"),
    }
)
#: What is told once of each track that comes to be.
_TOLD = (EventKind.TRACK_PLAYABLE, EventKind.TRACK_MEASURED, EventKind.TRACK_COMPLETE)
#: Longer than any object is held.
_LATER = timedelta(hours=25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that is written down of what was sent."""

    jobs: Sequence[Job]
    attempts: Sequence[JobAttempt]
    masters: Sequence[Master]
    tracks: Sequence[Track]
    renditions: Sequence[Rendition]
    events: Sequence[Event]

    def require_every_job_done_once(self) -> None:
        """See that none was lost, none is under way, and each ended well one time."""
        assert Counter(job.state for job in self.jobs) == {JobState.DONE: len(self.jobs)}
        ends = Counter(one.job_id for one in self.attempts if one.outcome == Outcome.DONE)
        assert ends == Counter(job.id for job in self.jobs)

    def require_published_once(self, *, tracks: int, rejected: int) -> None:
        """See that each track says once that it is complete, with all of its renditions."""
        states = {TrackState.COMPLETE: tracks, TrackState.REJECTED: rejected}
        assert Counter(track.state for track in self.tracks) == states
        complete = [track for track in self.tracks if track.state == TrackState.COMPLETE]
        ids = {track.id for track in complete}
        for kind in _TOLD:
            told = [one.track_id for one in self.events if one.kind == kind]
            assert Counter(one for one in told if one in ids) == Counter(ids), kind
        rungs: dict[object, list[str]] = {track.master_id: [] for track in complete}
        for one in self.renditions:
            assert one.certificate
            rungs[one.master_id].append(one.rung)
        for found in rungs.values():
            assert sorted(found) == sorted(RUNGS)

    async def require_sound(self, tools: Tools, folder: Path, chance: Random, *, of: int) -> None:
        """See that some renditions are what they are said to be, and play to their end."""
        for one in chance.sample(list(self.renditions), of):
            path = folder / f"{one.id}.mp4"
            await fetch_file(tools.storage, Key(one.storage_key), path)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == one.sha256
            argv, reach = decode(the_tools().ffmpeg, path), Reach(reads=(path,))
            pcm, outcome = await capture(argv, limits=Limits(), reach=reach, most_bytes=1 << 30)
            assert (outcome.status, outcome.errors) == (0, ())
            assert len(pcm) == one.certificate["samples"] * one.channels * 4
            path.unlink()


async def inventory_of(tools: Tools) -> Inventory:
    async with tools.database.read() as session:
        return Inventory(
            jobs=list(await session.scalars(select(Job))),
            attempts=list(await session.scalars(select(JobAttempt))),
            masters=list(await session.scalars(select(Master))),
            tracks=list(await session.scalars(select(Track))),
            renditions=list(await session.scalars(select(Rendition))),
            events=list(await session.scalars(select(Event))),
        )


async def require_whole_storage(tools: Tools, found: Inventory, folder: Path) -> None:
    """See that every object is needed once all holds have run out, and every needed one there.

    The house's own check must see it alike.
    """
    later: Clock = lambda: tools.clock() + _LATER  # noqa: E731 - a clock is a function
    await tools.storage.sweep(timedelta(0))
    while await _is_due(tools, later):
        await sweep_unneeded(tools.database, tools.storage, later)
    there = {one.key async for one in tools.storage.walk("")}
    async with tools.database.read() as session:
        orphans = {key for key in there if not await is_referred_to(session, key)}
    assert orphans == set()
    assert _needed(found) <= there
    fsck = Fsck(holding_of(tools, the_tools(), folder), Scope(share=0.1))
    assert [flaw async for flaw in fsck.flaws()] == []
    assert fsck.tally.objects == len(there)


def _needed(found: Inventory) -> set[str]:
    live = {one.master_id for one in found.tracks}
    masters = {one.storage_key for one in found.masters if one.id in live}
    drawn = {key for one in found.masters for key in own_keys(one, None)}
    return masters | drawn | {one.storage_key for one in found.renditions}


async def _is_due(tools: Tools, clock: Clock) -> bool:
    async with tools.database.read() as session:
        return bool(await due(session, now=clock(), limit=1))
