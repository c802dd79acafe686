"""Looking jobs up: by what they are, by the beginning of their id, the newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from base.database import Session
from base.errors import Refused
from catalog.keysets import behind
from catalog.models.jobs import Job
from catalog.models.people import Account

_DIGITS = 32
_BEGINNING = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs: those that agree in all that is told."""

    lane: str | None = None
    state: str | None = None
    kind: str | None = None
    cause: str | None = None
    owner_id: UUID | None = None


async def jobs_like(
    session: Session, wanted: Wanted, *, limit: int, after: tuple[datetime, UUID] | None = None
) -> Sequence[Job]:
    """Answer jobs, the newest first, beginning behind a place."""
    query = select(Job).where(*_conditions(wanted))
    query = query.where(behind((Job.created_at, Job.id), after, descending=True))
    query = query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def ids_like(session: Session, wanted: Wanted) -> Sequence[UUID]:
    """Answer the ids of all such jobs, the oldest first."""
    query = select(Job.id).where(*_conditions(wanted)).order_by(Job.created_at, Job.id)
    return (await session.scalars(query)).all()


async def job_called(session: Session, text: str) -> Job:
    """Answer the one job whose id begins so.

    Raises:
        Refused: `job-unknown`, 404; `job-ambiguous`, 409.

    """
    digits = text.lower().replace("-", "")
    if not _BEGINNING.fullmatch(digits):
        raise unknown_job()
    first, last = UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f"))
    found = (await session.scalars(select(Job).where(Job.id.between(first, last)).limit(2))).all()
    if not found:
        raise unknown_job()
    if len(found) > 1:
        raise Refused(
            "job-ambiguous", f"Several jobs begin with {digits}; tell more of it.", status=409
        )
    return found[0]


def unknown_job() -> Refused:
    """Say that there is none."""
    return Refused("job-unknown", "There is no such job.", status=404)


async def owner_called(session: Session, text: str) -> UUID:
    """Answer the account of this id, or of this name where only one has it.

    Raises:
        Refused: `owner-unknown`, 404.

    """
    try:
        condition = Account.id == UUID(text)
    except ValueError:
        condition = Account.name == text
    found = (await session.scalars(select(Account.id).where(condition).limit(2))).all()
    if len(found) != 1:
        many = "Several accounts have this name; tell the id." if found else "There is none."
        raise Refused("owner-unknown", f"No account can be told by {text!r}. {many}", status=404)
    return found[0]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = {
        Job.lane: wanted.lane,
        Job.state: wanted.state,
        Job.kind: wanted.kind,
        Job.cause: wanted.cause,
        Job.owner_id: wanted.owner_id,
    }
    return [column == value for column, value in columns.items() if value is not None]
