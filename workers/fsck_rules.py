"""Which rows contradict each other: tracks that nothing will bring on, ladders without a rung."""

from __future__ import annotations

from collections.abc import Iterator

from base.units import Samples
from catalog.outlook import Outlook
from catalog.states import JobState, TrackState
from transcode.ladder import FIRST, REST, rungs_for
from transcode.source import SourceInfo
from workers.fsck_flaws import Flaw

NOT_EXAMINED, WITHOUT_END = "track-without-job", "growth-without-end"
RUNGS_MISSING, NOT_FINISHED = "rungs-missing", "track-not-finished"
UNLEASED, WITHOUT_JOB = "job-without-lease", "-without-job"
_COMING = frozenset({TrackState.RECEIVED, TrackState.EXAMINING})
_HEARD = frozenset({TrackState.PLAYABLE, TrackState.COMPLETE, TrackState.WITHDRAWN})
#: Of any other, somebody works on it, will do so, or was told why not.
OVER = (None, JobState.DONE)
_REPAIR = "Run `refrain fsck --repair`"


def contradictions(outlook: Outlook) -> Iterator[Flaw]:
    """Answer what cannot be true together."""
    is_over = outlook.examination in OVER
    if outlook.tracks & _COMING and is_over:
        yield _flaw(NOT_EXAMINED, outlook, "waits to be examined, and no job will do it")
    if outlook.is_growing and is_over:
        yield _flaw(WITHOUT_END, outlook, "grows, and no job will end it")
    if outlook.tracks & _HEARD and is_over and not outlook.is_growing:
        yield from _of_ladder(outlook)


def _of_ladder(outlook: Outlook) -> Iterator[Flaw]:
    if outlook.ladder not in OVER or outlook.is_split:
        return
    is_unfinished = TrackState.PLAYABLE in outlook.tracks
    missing = ", ".join(sorted(expected_rungs(outlook) - outlook.rungs))
    if missing or (is_unfinished and outlook.ladder is None):
        what = missing or "the rest of its ladder"
        yield _flaw(RUNGS_MISSING, outlook, f"lacks {what}, and no job makes it")
    elif is_unfinished:
        yield _flaw(NOT_FINISHED, outlook, "has all its rungs, and is not complete")


def expected_rungs(outlook: Outlook) -> frozenset[str]:
    """Answer the rungs that a complete track has for certain.

    Which of them a lossy master deserves depends on more than its row tells.
    """
    info = _info(outlook)
    if info is None or not info.is_lossless:
        return frozenset(rung.name for rung in FIRST)
    return frozenset(rung.name for rung in rungs_for(info, (*FIRST, *REST)))


def _info(outlook: Outlook) -> SourceInfo | None:
    """Answer what decides on rungs, as far as the row of a master knows it."""
    if not outlook.sample_rate or not outlook.channels or outlook.samples is None:
        return None
    return SourceInfo(
        container="",
        codec="",
        sample_rate=outlook.sample_rate,
        channels=outlook.channels,
        bit_depth=0,
        is_float=False,
        is_lossless=bool(outlook.is_lossless),
        declared_samples=Samples(outlook.samples),
    )


def without_job(kind: str, subject: str) -> Flaw:
    """Say that a picture, or an archive, was received and nothing will become of it."""
    return Flaw(
        code=f"{kind}{WITHOUT_JOB}",
        subject=subject,
        sentence=f"The {kind} {subject} was received, and no job will look at it.",
        advice=f"{_REPAIR}: the job is added.",
    )


def unleased(job_id: str, kind: str) -> Flaw:
    """Say that a job seems to be under way, and is not."""
    return Flaw(
        code=UNLEASED,
        subject=job_id,
        sentence=f"The job {job_id} ({kind}) is said to be leased, and no worker has it.",
        advice=f"See that a worker runs. {_REPAIR}: it is taken back.",
    )


def _flaw(code: str, outlook: Outlook, how: str) -> Flaw:
    return Flaw(
        code=code,
        subject=outlook.master_id,
        sentence=f"The master {outlook.master_id} {how}.",
        advice=f"{_REPAIR}: the job is added again.",
    )
