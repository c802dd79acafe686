"""How far a message has come: which of its files are here, and what was found of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Session
from catalog.ern_states import MessageState
from catalog.models.releases import Release
from catalog.supplied_facts import StoredFile
from catalog.supplied_files import files_by_id
from catalog.supplied_words import Heard as Row
from catalog.supplied_words import heard_on, shown_as
from catalog.version_states import VersionState
from ingest.ddex.canonical import DeliveredFile
from ingest.ddex.findings import MessageFinding
from ingest.ddex.taking.binding import Bound
from ingest.ddex.taking.checking import (
    Came,
    Heard,
    Seen,
    heard_as,
    of_cover,
    of_track,
    seen_as,
    undecided,
)
from ingest.ddex.taking.choosing import Choice, has_sums, is_same
from ingest.ddex.taking.planned import PlannedRelease, PlannedTrack
from ingest.ddex.taking.releases import Taken

_FAILED = frozenset({Came.MISSING, Came.OTHER, Came.HURT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """Where a message is; `affected` are the recordings of which something is wrong.

    It `is_told` once nothing is still looked into, or something has to be sent again.
    """

    state: MessageState
    findings: Sequence[MessageFinding] = ()
    affected: Sequence[str] = ()
    is_told: bool = True


async def assess(session: Session, plan: PlannedRelease, bound: Bound, taken: Taken) -> Assessed:
    """Answer how far a message has come, of which what can be taken was taken."""
    if not taken.is_current:
        return Assessed(state=MessageState.SUPERSEDED)
    rows = await heard_on(session, list(taken.tracks.values()))
    heard = {one.key: _heard(one, bound, taken, rows) for one in taken.listed}
    findings = [found for one in taken.listed for found in of_track(one, heard[one.key])]
    findings += [
        undecided(one)
        for one in taken.listed
        if (row := _row(one, taken, rows)) and row.replaced_in is VersionState.READY
    ]
    came = {one.came for one in heard.values()}
    if plan.has_cover:
        seen = await _seen(session, plan, bound, taken)
        findings += of_cover(plan.cover[0] if plan.cover else None, seen)
        came.add(seen.came)
    is_open = bool(came - {Came.SOUND})
    return Assessed(
        state=MessageState.WAITING if is_open else MessageState.TAKEN,
        findings=findings,
        affected=[key for key, one in heard.items() if one.came in _FAILED],
        is_told=not is_open or bool(came & _FAILED),
    )


def _heard(track: PlannedTrack, bound: Bound, taken: Taken, rows: Mapping[UUID, Row]) -> Heard:
    if track.key in taken.refused:
        return Heard(came=Came.HURT, why=taken.refused[track.key])
    told = track.files[0] if track.files else None
    came = _came(told, bound.tracks.get(track.key, Choice()), taken.files.get(track.key))
    row = _row(track, taken, rows)
    if came is not None or row is None:
        return Heard(came=came or Came.SOUND)  # one that was deleted by hand is nobody's to send
    is_waited_for = row.replaced_in is VersionState.WAITING
    came = heard_as(row.state, is_measured=row.is_measured, is_waited_for=is_waited_for)
    return Heard(came=came, duration_s=row.duration_s, codec=row.codec, why=row.reason)


def _row(track: PlannedTrack, taken: Taken, rows: Mapping[UUID, Row]) -> Row | None:
    track_id = taken.tracks.get(track.key)
    return rows.get(track_id) if track_id else None


def _came(told: DeliveredFile | None, choice: Choice, file: StoredFile | None) -> Came | None:
    """Answer why a file is not here that a message means; None where it is."""
    if choice.file is not None:
        return None
    is_meant = file is not None and (told is None or not has_sums(told) or is_same(told, file))
    if is_meant and not choice.is_other:
        return None
    return Came.OTHER if choice.is_other else Came.MISSING


async def _seen(session: Session, plan: PlannedRelease, bound: Bound, taken: Taken) -> Seen:
    cover_id = taken.supplied.cover_id
    files = await files_by_id(session, [cover_id] if cover_id else [])
    file = files[cover_id] if cover_id else None
    came = _came(plan.cover[0] if plan.cover else None, bound.cover, file)
    if came is not None:
        return Seen(came=came)
    release = await session.get(Release, taken.supplied.release_id)
    shown = await shown_as(session, release.artwork_id if release else None)
    if shown is None:
        return Seen(came=Came.HERE)
    return Seen(came=seen_as(shown.state), width=shown.width, height=shown.height, why=shown.reason)
