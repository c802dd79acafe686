"""Which renditions are not made as they are made today, and the campaign that makes them anew.

What is made today the newest kind of worker tells: an encoder, and a recipe for each rung.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Double, Select, and_, cast, exists, func, or_, select, tuple_

from base.database import Session, insert_once
from catalog.generations import CURRENT
from catalog.job_control import cancel
from catalog.jobs import states_of
from catalog.kinds import Kind, Lane
from catalog.models.files import UNKNOWN, Master, Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.models.reencoding import Reencoding
from catalog.states import JobState, TrackState
from catalog.throttle import Load

#: Lanes in which somebody waits for what comes of them.
_AWAITED = (Lane.FIRST, Lane.LADDER, Lane.LONG)
_UNDER_WAY = (JobState.WAITING, JobState.LEASED)
_LEFT_ALONE = (*_UNDER_WAY, JobState.QUARANTINED)
_AN_HOUR = timedelta(hours=1)
#: Masters are looked through in pages of so many.
_PAGE = 200
_DIGITS = 16
_FORCED = ":all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """By what a worker makes renditions: its encoder, and recipes by rung."""

    encoder: str
    recipes: Mapping[str, str]

    @property
    def name(self) -> str:
        """What tells it from others."""
        said = json.dumps([self.encoder, self.recipes], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]

    def fault_of(self, rung: str, *, recipe: str, encoder: str) -> Why | None:
        """Answer why a rendition is not as it would be made today; nothing where it is."""
        if recipe == UNKNOWN:
            return Why.UNKNOWN
        if recipe != self.recipes.get(rung):
            return Why.RECIPE
        return None if encoder == self.encoder else Why.ENCODER


class Why(StrEnum):
    """Why a rendition is out of date."""

    RECIPE = "recipe"
    ENCODER = "encoder"
    #: Nobody wrote down how it was made: it counts only where that is asked for.
    UNKNOWN = "unknown"


def target_of(row: Reencoding) -> Target:
    """Answer the target that a row tells of."""
    return Target(encoder=row.encoder, recipes=row.recipes)


def subject_of(master_id: UUID, target: str, *, is_forced: bool = False) -> str:
    """Name the job that makes a master anew by a target; all of it where it `is_forced`."""
    return f"{master_id}:{target}{_FORCED if is_forced else ''}"


def read_subject(subject: str) -> tuple[UUID, str, bool]:
    """Answer the master and the target of a job, and whether all of it is made."""
    master_id, _, target = subject.partition(":")
    return UUID(master_id), target.removesuffix(_FORCED), target.endswith(_FORCED)


async def see_target(session: Session, target: Target, *, now: datetime) -> bool:
    """Write down that a worker makes renditions by a target; answer whether it is a new one."""
    row = Reencoding(
        target=target.name, encoder=target.encoder, recipes=dict(target.recipes), seen_at=now
    )
    return await insert_once(session, row)


async def newest_target(session: Session, *, lock: bool = False) -> Reencoding | None:
    """Answer what was seen first last: while versions are mixed, the old ones do not count."""
    query = select(Reencoding).order_by(Reencoding.seen_at.desc()).limit(1)
    query = query.with_for_update() if lock else query
    return (await session.scalars(query.execution_options(populate_existing=True))).first()


async def target_row(session: Session, target: str) -> Reencoding | None:
    """Answer what is known of a target by its name."""
    return await session.get(Reencoding, target, with_for_update=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Current renditions that were made alike: how many, and how long their music is."""

    rung: str
    recipe: str
    encoder: str
    renditions: int
    audio_s: float


async def made_by(session: Session) -> list[Made]:
    """Answer by what the current renditions were made."""
    alike = (Rendition.rung, Rendition.recipe, Rendition.encoder)
    seconds = func.sum(cast(Rendition.samples, Double) / Rendition.timescale)
    query = select(*alike, func.count(), seconds).where(CURRENT).group_by(*alike)
    return [
        Made(rung=rung, recipe=recipe, encoder=encoder, renditions=number, audio_s=float(audio_s))
        for rung, recipe, encoder, number, audio_s in await session.execute(query)
    ]


def faults(made: Iterable[Made], target: Target) -> dict[Why, int]:
    """Answer how many renditions are out of date, by why."""
    found = dict.fromkeys(Why, 0)
    for one in made:
        why = target.fault_of(one.rung, recipe=one.recipe, encoder=one.encoder)
        if why is not None:
            found[why] += one.renditions
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A master that is to be made anew, and how long its music is."""

    master_id: UUID
    audio_s: float


async def outdated_masters(
    session: Session, row: Reencoding, *, with_unknown: bool
) -> tuple[int, float]:
    """Answer how many complete masters have renditions that are out of date, and their length.

    Not of those that were taken back since their encoder was seen: somebody did not want them.
    """
    found = _outdated(row, with_unknown=with_unknown).subquery()
    query = select(func.count(), func.sum(found.c.audio_s)).select_from(found)
    number, audio_s = (await session.execute(query)).one()
    return number, float(audio_s or 0.0)


async def next_outdated(session: Session, row: Reencoding, *, limit: int) -> list[Outdated]:
    """Answer the first of them that no job is at work on, and none was set aside for.

    A job that was done, or cancelled, tells nothing of what is out of date now.
    """
    found: list[Outdated] = []
    after: UUID | None = None
    while len(found) < limit:
        query = _outdated(row, with_unknown=row.with_unknown).order_by(Master.id).limit(_PAGE)
        query = query if after is None else query.where(Master.id > after)
        page = [
            Outdated(master_id=master_id, audio_s=float(audio_s))
            for master_id, audio_s in await session.execute(query)
        ]
        if not page:
            break
        after = page[-1].master_id
        subjects = [subject_of(one.master_id, row.target) for one in page]
        states = await states_of(session, Kind.REENCODE, subjects)
        pairs = zip(page, subjects, strict=True)
        found += [one for one, subject in pairs if states.get(subject) not in _LEFT_ALONE]
    return found[:limit]


def _outdated(row: Reencoding, *, with_unknown: bool) -> Select[UUID, float | Decimal]:
    seconds = cast(Master.samples, Double) / Master.sample_rate
    is_complete = exists().where(
        Track.master_id == Master.id,
        Track.completed_at.is_not(None),
        Track.state != TrackState.REMOVED,
    )
    mine = Rendition.master_id == Master.id, CURRENT, _is_outdated(row, with_unknown)
    return select(Master.id, seconds.label("audio_s")).where(exists().where(*mine), is_complete)


def _is_outdated(row: Reencoding, with_unknown: bool) -> ColumnElement[bool]:  # noqa: FBT001 - one value of two
    today = tuple_(Rendition.rung, Rendition.recipe).in_(list(row.recipes.items()))
    is_wanted = or_(Rendition.restores.is_(None), Rendition.since < row.seen_at)
    differs = and_(is_wanted, or_(~today, Rendition.encoder != row.encoder))
    return differs if with_unknown else and_(differs, Rendition.recipe != UNKNOWN)


async def load_of(session: Session, *, now: datetime) -> Load:
    """Answer what there is to do in all."""
    awaited = (
        select(func.count())
        .select_from(Job)
        .where(Job.state == JobState.WAITING, Job.lane.in_(_AWAITED), Job.not_before <= now)
    )
    background = select(func.sum(Job.cost_s)).where(
        Job.state.in_(_UNDER_WAY), Job.lane == Lane.BACKGROUND
    )
    begun = (
        select(func.count())
        .select_from(Job)
        .where(Job.kind == Kind.REENCODE, Job.not_before > now - _AN_HOUR)
    )
    return Load(
        awaited=await session.scalar(awaited) or 0,
        background_s=await session.scalar(background) or 0.0,
        begun=await session.scalar(begun) or 0,
    )


async def jobs_of(session: Session) -> dict[str, int]:
    """Answer how many jobs there are that make masters anew, by state."""
    query = select(Job.state, func.count().label("number")).where(Job.kind == Kind.REENCODE)
    query = query.group_by(Job.state)
    return {row.state: row.number for row in await session.execute(query)}


async def call_off(
    session: Session, *, reason: str, now: datetime, master_id: UUID | None = None
) -> int:
    """Cancel the jobs that make masters anew, or one master; answer how many were under way.

    They are of any target: what another worker swaps meanwhile is not wanted either.
    """
    query = select(Job.id).where(Job.kind == Kind.REENCODE, Job.state.in_(_UNDER_WAY))
    if master_id is not None:
        query = query.where(Job.dedupe_key.startswith(f"{Kind.REENCODE}:{master_id}:"))
    found = list(await session.scalars(query.order_by(Job.id).with_for_update()))
    for job_id in found:
        await cancel(session, job_id, reason=reason, now=now)
    return len(found)


def outdated_of(current: Sequence[Rendition], target: Target) -> list[Rendition]:
    """Answer those of the renditions that would be made in another way today."""
    return [
        one
        for one in current
        if target.fault_of(one.rung, recipe=one.recipe, encoder=one.encoder) is not None
    ]
