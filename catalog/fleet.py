"""Who works: processes that say they live, and what they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from base.database import Session
from catalog.models.jobs import Worker

#: Who was not heard of for so long does not count as working.
SILENT_AFTER = timedelta(seconds=15)
#: And is forgotten after so long.
_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What one worker process is there for: so many jobs of each lane, on so many cores."""

    name: str
    host: str
    pid: int
    lanes: Mapping[str, int]
    cores: int
    version: str
    started_at: datetime


def worker_name(machine: str, pid: int, chance: str) -> str:
    """Name a worker process; its machine is the part that `machine_of` answers."""
    return f"{machine}:{pid}:{chance}"


def machine_of(name: str) -> str:
    """Answer on which machine a worker is, or was: its other processes may be as broken."""
    return name.rsplit(":", 2)[0]


async def report(session: Session, post: Post, *, is_draining: bool, now: datetime) -> None:
    """Say that a worker lives."""
    row = await session.get(Worker, post.name)
    if row is None:
        row = Worker(
            name=post.name,
            host=post.host,
            pid=post.pid,
            lanes=dict(post.lanes),
            cores=post.cores,
            version=post.version,
            started_at=post.started_at,
        )
        session.add(row)
    row.is_draining, row.seen_at = is_draining, now


async def is_known(session: Session, name: str) -> bool:
    """Whether a worker has said that it lives, and not that it ends."""
    return await session.get(Worker, name) is not None


async def leave(session: Session, name: str, *, now: datetime) -> None:
    """Forget a worker that ends, and those that were silent for long."""
    silent = Worker.seen_at < now - _FORGOTTEN_AFTER
    await session.execute(delete(Worker).where((Worker.name == name) | silent))


async def at_work(session: Session, *, now: datetime) -> Sequence[Worker]:
    """Answer the workers that live and take jobs, by name."""
    query = select(Worker).where(Worker.seen_at >= now - SILENT_AFTER, ~Worker.is_draining)
    return list(await session.scalars(query.order_by(Worker.name)))


async def silent(session: Session, *, now: datetime) -> Sequence[Worker]:
    """Answer the workers that fell silent without a word, those first that did so last."""
    query = select(Worker).where(Worker.seen_at < now - SILENT_AFTER)
    return list(await session.scalars(query.order_by(Worker.seen_at.desc(), Worker.name)))


def slots(workers: Iterable[Worker]) -> Counter[str]:
    """Answer how many jobs of each lane are done at a time by all together."""
    total: Counter[str] = Counter()
    for worker in workers:
        total.update(worker.lanes)
    return total
