"""What is to be done: durable rows, of which the queue is only the transport."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Job(Model):
    """One piece of work, written in the transaction that made it necessary.

    `lease` names the one worker that may finish it, until `lease_until`. Its fair share of the
    workers is its owner's; the house's own work has none. `cost_s` is what it takes of one core,
    as estimated, in seconds; `audio_s` the music it is about.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "state", "not_before"),
        Index(None, "lane", "state"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, str]] = mapped_column(JSON)
    #: The same key is the same job: whoever adds it again adds nothing.
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    owner_id: Mapped[UUID | None]
    #: Raised by hand: the higher goes first.
    priority: Mapped[int] = mapped_column(default=0)
    cost_s: Mapped[float] = mapped_column(default=0.0)
    audio_s: Mapped[float] = mapped_column(default=0.0)
    #: The name of a worker that leaves it to others, while there are others.
    avoid: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    #: How many workers, or children of theirs, it took with it.
    kills: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    worker: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    cause: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(2000))
    request_id: Mapped[str] = mapped_column(String(64))
    #: Whose trace it continues (W3C Trace Context, `traceparent`).
    trace: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class JobAttempt(Model):
    """One try at a job, written when it ended; `output` is what the failing child said last.

    `lane`, `cost_s` and `audio_s` are the job's: what was done lately is counted without the jobs.
    """

    __tablename__ = "job_attempts"
    __table_args__ = (Index(None, "job_id", "ended_at"), Index(None, "ended_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    lane: Mapped[str] = mapped_column(String(40))
    cost_s: Mapped[float]
    audio_s: Mapped[float]
    worker: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(2000))
    output: Mapped[str | None] = mapped_column(Text)
    #: What it took of the processors, its children's share included, in seconds.
    cpu_s: Mapped[float | None]


class Worker(Model):
    """A worker process that was seen lately: what it takes, and how much of the machine it has."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int] = mapped_column(BigInteger)
    #: How many jobs of each lane it does at a time.
    lanes: Mapped[dict[str, int]] = mapped_column(JSON)
    cores: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    is_draining: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)
