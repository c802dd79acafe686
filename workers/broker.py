"""The queue: any Redis or Valkey, as transport and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from base.settings import Settings
from base.valkey import NAMESPACE, Valkey, reached
from catalog.kinds import Lane

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


def send(
    broker: RedisBroker, lane: str, bundles: Sequence[Sequence[UUID]], *, now: datetime
) -> None:
    """Tell a lane of jobs; a message may be lost or told twice, the rows may not."""
    told_ms = int(now.timestamp() * 1000)
    for jobs in bundles:
        message: Message[None] = Message(
            queue_name=lane,
            actor_name=lane,
            args=([str(job) for job in jobs],),
            kwargs={},
            options={},
            message_timestamp=told_ms,
        )
        broker.enqueue(message)
    broker.client.publish(SENT, lane)


async def next_sent_at(valkey: Valkey, lane: str) -> datetime | None:
    """Answer when the message was sent that is taken next from a lane, if one waits.

    They are taken in the order in which they were sent: what was sent before is not among them.

    Raises:
        Unavailable: Valkey is away.

    """
    queue = f"{NAMESPACE}:{lane}"
    with reached():
        name = await valkey.lindex(queue, 0)
        message = await valkey.hget(f"{queue}.msgs", name) if name else None
    if not isinstance(message, bytes):  # it was taken in this moment, or there is none
        return None
    return Message.decode(message).message_datetime
