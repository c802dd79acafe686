"""The queue: any Redis or Valkey, as transport and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from base.settings import Settings
from base.valkey import NAMESPACE, Valkey, reached
from catalog.jobs import Lane

#: On it workers hear that something was sent, and need not ask all the time.
SENT = f"{NAMESPACE}:sent"


def make_broker(settings: Settings) -> RedisBroker:
    """Answer a broker of our own; the global one is left alone.

    Retries, time limits and dead letters are the job row's business, so none of
    the middleware for them is here.
    """
    broker = RedisBroker(  # type: ignore[no-untyped-call] # its own arguments are untyped
        url=settings.redis_url, namespace=NAMESPACE, middleware=[]
    )
    for lane in Lane:
        broker.declare_queue(lane)
    return broker


def send(broker: RedisBroker, lane: str, bundles: Sequence[Sequence[UUID]]) -> None:
    """Tell a lane of jobs; a message may be lost or told twice, the rows may not."""
    for jobs in bundles:
        args = ([str(job) for job in jobs],)
        broker.enqueue(Message(queue_name=lane, actor_name=lane, args=args, kwargs={}, options={}))
    broker.client.publish(SENT, lane)


async def waiting_messages(valkey: Valkey, lane: str) -> int:
    """Answer how many messages wait in a lane.

    Raises:
        Unavailable: Valkey is away.

    """
    with reached():
        return int(await valkey.llen(f"{NAMESPACE}:{lane}"))
