"""Take in what was served: join it to what is known of sessions, and see which are plays now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounting.evidence import Verdict, weigh
from accounting.intervals import Interval, kept, union
from accounting.reports import Told
from base.database import Session
from catalog.evidence import (
    Evidence,
    lock_evidence,
    lock_marks,
    write_evidence,
    write_marks,
)
from catalog.models.plays import Grant
from catalog.notes import Batch, served
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, next_state


async def take_in(session: Session, batches: Sequence[Batch], *, now: datetime) -> int:
    """Write down batches of notes; answer how many sessions they made into plays.

    In whatever order they come, and however often, each counts once.
    """
    marks = await lock_marks(session, {one.producer for one in batches}, now=now)
    before = {producer: _intervals(mark) for producer, mark in marks.items()}
    fresh = [one for one in batches if not _is_written(one, before[one.producer])]
    qualified = await add_heard(session, served(fresh))
    await write_marks(session, _with(before, batches), now=now)
    return qualified


async def pass_over(session: Session, batches: Sequence[Batch], *, now: datetime) -> None:
    """Mark batches as written, of which all was added that can be."""
    marks = await lock_marks(session, {one.producer for one in batches}, now=now)
    before = {producer: _intervals(mark) for producer, mark in marks.items()}
    await write_marks(session, _with(before, batches), now=now)


def _with(
    before: Mapping[UUID, Sequence[Interval]], batches: Iterable[Batch]
) -> dict[UUID, list[Interval]]:
    """Answer which notes are written when those of some batches are."""
    written = {producer: list(notes) for producer, notes in before.items()}
    for one in batches:
        more = [(0, one.passed), (one.first, one.end)]
        written[one.producer] = union([*written[one.producer], *more])
    return written


async def add_heard(session: Session, heard: Mapping[UUID, Sequence[Interval]]) -> int:
    """Write down what sessions were given; answer how many it made into plays."""
    known = await lock_evidence(session, heard)
    changed = [joined(one, heard[one.id]) for one in known]
    await write_evidence(session, changed)
    qualified = [
        one for one, before in zip(changed, known, strict=True) if one.state != before.state
    ]
    return len(qualified)


def joined(evidence: Evidence, stretches: Iterable[Interval]) -> Evidence:
    """Answer the evidence of a session with more that was served, and what it comes to."""
    delivered = kept([*_intervals(evidence.delivered), *stretches])
    more = replace(evidence, delivered=delivered)
    if not may_qualify(more.state, more.grant) or more.told is None:
        return more
    verdict = verdict_of(more)
    if not verdict.is_play:
        return more
    state = next_state(PLAY_MOVES, more.state, PlayEvent.QUALIFY)
    return replace(more, state=state, reason=verdict.reason)


def may_qualify(state: str, grant: str) -> bool:
    """Whether a session can become a play at all: a preview never does, and no play twice."""
    return state == PlayState.OPEN and grant != Grant.PREVIEW


def verdict_of(evidence: Evidence) -> Verdict:
    """Weigh what is known of a session."""
    return weigh(
        duration_ms=evidence.duration_ms,
        threshold_ms=evidence.threshold_ms,
        delivered=_intervals(evidence.delivered),
        told=Told.from_json(evidence.told) if evidence.told else Told(),
    )


def _is_written(batch: Batch, written: Sequence[Interval]) -> bool:
    return any(start <= batch.first and batch.end <= end for start, end in written)


def _intervals(stored: Iterable[Sequence[int]]) -> list[Interval]:
    return [(start, end) for start, end in stored]
