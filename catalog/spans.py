"""What was tried: when jobs were added, begun and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from base.database import Session
from catalog.models.jobs import Job, JobAttempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a job was added, and when one attempt at it was begun and had ended."""

    added_at: datetime
    started_at: datetime
    ended_at: datetime


async def spans(session: Session, kind: str, *, since: datetime) -> Sequence[Span]:
    """Answer the attempts at jobs of a kind that were added since, the first begun first."""
    query = (
        select(Job.created_at, JobAttempt.started_at, JobAttempt.ended_at)
        .join(JobAttempt, JobAttempt.job_id == Job.id)
        .where(Job.kind == kind, Job.created_at >= since)
        .order_by(JobAttempt.started_at)
    )
    return [
        Span(added_at=added, started_at=started, ended_at=ended)
        for added, started, ended in await session.execute(query)
    ]
