"""What can befall a fleet: each injury does one thing to one of its members, or to none."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from random import Random

import redis
from dramatiq.brokers.redis import RedisBroker
from sqlalchemy import select

from base.clock import system_clock
from base.database import Database
from base.settings import Settings
from base.valkey import NAMESPACE
from catalog.kinds import Lane
from catalog.models.jobs import Job
from tests.support.fleet import Fleet, Member
from tests.support.house import descendants
from tests.support.postgres import backends
from workers.broker import make_broker, send

#: Longer than a lease.
PAUSE_S = 20.0


def kill_worker(fleet: Fleet, worker: Member) -> None:
    """Kill a worker and its parent, as where a machine is lost: nobody takes back its jobs."""
    parent = worker.process.pid
    with suppress(ProcessLookupError):
        os.kill(parent, signal.SIGSTOP)
    for pid, line in descendants(parent):
        if "refrain work" in line:
            fleet.kill(pid, worker.name)
    fleet.kill(parent, f"the parent of {worker.name}")


def kill_child(fleet: Fleet, worker: Member) -> None:
    """Kill a worker alone: its parent notices, and starts another."""
    for pid, line in descendants(worker.process.pid):
        if "refrain work --alone" in line:
            fleet.kill(pid, f"the child of {worker.name}")


def kill_encoder(fleet: Fleet, worker: Member) -> None:
    """Kill a child of a worker, if it has any."""
    for pid in encoders(worker)[:1]:
        fleet.kill(pid, f"an ffmpeg of {worker.name}")


def kill_service(fleet: Fleet, name: str) -> None:
    fleet.kill(fleet.members[name].process.pid, name)


def pause(fleet: Fleet, member: Member, *, seconds: float = PAUSE_S) -> None:
    """Let a process and all its children stand still, for longer than a lease."""
    fleet.pause(member.pids, member.name, seconds=seconds)


def kill_backend(fleet: Fleet, pid: int) -> None:
    """Kill a process of PostgreSQL, which lets go of all connections then, and recovers."""
    fleet.kill(pid, "a backend of PostgreSQL")


def pause_backend(fleet: Fleet, pid: int) -> None:
    fleet.pause([pid], "a backend of PostgreSQL", seconds=PAUSE_S)


def flush(fleet: Fleet) -> None:
    """Let Valkey forget everything, unless it stands still."""
    with (
        redis.Redis.from_url(fleet.settings["redis_url"], socket_timeout=0.5) as valkey,
        suppress(redis.RedisError),
    ):
        valkey.flushall()
        fleet.say("FLUSHALL")


def lose_messages(fleet: Fleet) -> None:
    """Lose what waits in a queue, and nothing else."""
    with redis.Redis.from_url(fleet.settings["redis_url"]) as valkey:
        lost = sum(valkey.delete(f"{NAMESPACE}:{lane}") for lane in Lane)
    fleet.say(f"lost the messages of {lost} lanes")


def tell_twice(fleet: Fleet) -> None:
    """Send a message for every job that there ever was, done or not."""
    jobs = asyncio.run(_jobs(fleet.settings["database_url"]))
    broker: RedisBroker = make_broker(Settings.model_validate(fleet.settings))
    for job in jobs:
        send(broker, job.lane, [[job.id], [job.id]], now=system_clock())
    broker.client.close()
    fleet.say(f"told twice of {len(jobs)} jobs")


async def _jobs(url: str) -> list[Job]:
    database = Database(url)
    try:
        async with database.read() as session:
            return list(await session.scalars(select(Job)))
    finally:
        await database.close()


def encoders(worker: Member) -> list[int]:
    """Answer the children of a worker that decode or encode."""
    return [pid for pid, line in descendants(worker.process.pid) if "ffmpeg" in line.split(" ")[0]]


#: What may happen by chance, and how often beside the others.
_BY_CHANCE = {
    "kill worker": 3,
    "kill child": 3,
    "kill encoder": 4,
    "pause worker": 3,
    "flush": 3,
    "kill service": 3,
    "pause service": 3,
    "kill backend": 1,
    "pause backend": 1,
}
_SERVICES = ("valkey", "s3", "server")


def injure(fleet: Fleet, chance: Random) -> None:
    """Do one of them, to whom chance points at."""
    [what] = chance.choices(list(_BY_CHANCE), weights=list(_BY_CHANCE.values()))
    worker, service = chance.choice(fleet.workers), chance.choice(_SERVICES)
    backend = chance.choice(backends(fleet.settings["database_url"]) or [0])
    match what:
        case "kill worker":
            kill_worker(fleet, worker)
        case "kill child":
            kill_child(fleet, worker)
        case "kill encoder":
            kill_encoder(
                fleet, chance.choice([one for one in fleet.workers if encoders(one)] or [worker])
            )
        case "pause worker":
            pause(fleet, worker)
        case "flush":
            flush(fleet)
        case "kill service":
            kill_service(fleet, service)
        case "pause service":
            pause(fleet, fleet.members[service])
        case "kill backend" if backend:
            kill_backend(fleet, backend)
        case "pause backend" if backend:
            pause_backend(fleet, backend)
