"""A share of renditions is made again by another worker: which, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from catalog.fleet import machine_of
from catalog.generations import CURRENT
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.files import Master, Rendition
from catalog.models.reencoding import Recheck
from catalog.music import renditions_of

_DIGITS = 16
#: So many masters of a worker are looked at when one of its renditions is wrong.
_MOST_SUSPECTS, _PAGE = 50, 1_000


class Verdict(StrEnum):
    """How a rendition compares with what another worker makes of the same master."""

    SAME = "same"
    #: By another encoder or recipe, and sounds as it should.
    ALIKE = "alike"
    #: By the same encoder and recipe it sounds the same, and should be the same bytes.
    BYTES = "bytes"
    #: It does not sound as it should: one of the two workers is broken.
    SOUND = "sound"


#: What an operator should look at.
MISMATCHES = (Verdict.BYTES, Verdict.SOUND)


def is_chosen(sha256: str, share: float) -> bool:
    """Whether a master is among those that are made again: its digest alone decides."""
    return int(sha256[:_DIGITS], 16) < share * float(1 << 4 * _DIGITS)


def chosen_rung(sha256: str, rungs: Sequence[str], *, generation: int = 0) -> str:
    """Answer which rung of a master is made again; of other masters and times it is another."""
    return sorted(rungs)[(int(sha256[_DIGITS:], 16) + generation) % len(rungs)]


def subject_of(rendition: Rendition) -> str:
    """Name the job that makes a rendition again: once for the same bytes."""
    return f"{rendition.master_id}:{rendition.rung}:{rendition.sha256[:_DIGITS]}"


async def subject(session: Session, text: str) -> Rendition | None:
    """Answer the rendition that a job is about, if it is current still."""
    master_id, rung, digest = text.split(":")
    found = await renditions_of(session, UUID(master_id))
    return next((one for one in found if one.rung == rung and one.sha256.startswith(digest)), None)


async def choose(
    session: Session, master_id: UUID, *, share: float, request_id: str, now: datetime
) -> None:
    """Let one rung of a master be made again if the master is among those that are chosen."""
    master = await session.get_one(Master, master_id)
    rows = {one.rung: one for one in await renditions_of(session, master_id)}
    if rows and is_chosen(master.sha256, share):
        generation = next(iter(rows.values())).generation
        rung = chosen_rung(master.sha256, list(rows), generation=generation)
        await add_job(session, rows[rung], request_id=request_id, now=now)


async def add_job(
    session: Session, rendition: Rendition, *, request_id: str, now: datetime
) -> bool:
    """Let a rendition be made again by anybody but who made it; answer whether that is new."""
    job = NewJob(
        kind=Kind.RECHECK,
        subject=subject_of(rendition),
        request_id=request_id,
        audio_s=rendition.samples / rendition.timescale,
        avoid=rendition.made_by,
    )
    return await add(session, job, now=now)


async def suspects(session: Session, worker: str) -> list[Rendition]:
    """Answer the latest renditions that the machine of a worker made, one of each master.

    Not those that it made before another was found to be good.
    """
    machine = machine_of(worker)
    good = select(func.max(Recheck.at)).where(
        _is_of(Recheck.made_by, machine), Recheck.verdict.not_in(MISMATCHES)
    )
    since = await session.scalar(good)
    query = select(Rendition).where(CURRENT, _is_of(Rendition.made_by, machine))
    query = query if since is None else query.where(Rendition.created_at > since)
    rows = await session.scalars(query.order_by(Rendition.created_at.desc()).limit(_PAGE))
    first: dict[UUID, Rendition] = {}
    for row in rows:
        first.setdefault(row.master_id, row)
    return list(first.values())[:_MOST_SUSPECTS]


def _is_of(name: InstrumentedAttribute[str | None], machine: str) -> ColumnElement[bool]:
    return or_(name == machine, name.startswith(f"{machine}:", autoescape=True))


async def mismatches(session: Session, *, since: datetime) -> int:
    """Answer how many renditions came out otherwise lately."""
    query = select(func.count()).select_from(Recheck)
    query = query.where(Recheck.verdict.in_(MISMATCHES), Recheck.at >= since)
    return await session.scalar(query) or 0


async def verdicts(session: Session) -> dict[str, int]:
    """Answer how many renditions were made again, by how they compared."""
    query = select(Recheck.verdict, func.count().label("number")).group_by(Recheck.verdict)
    return {row.verdict: row.number for row in await session.execute(query)}
