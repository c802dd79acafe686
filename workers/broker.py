"""The queue: any Redis or Valkey, as transport and nothing more."""

from __future__ import annotations

from dramatiq import Broker, Message
from dramatiq.brokers.redis import RedisBroker

from base.settings import Settings
from base.valkey import NAMESPACE
from catalog.jobs import Lane


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


def send(broker: Broker, lane: str, job_id: str) -> None:
    """Tell the lane of a job; the message may be lost or told twice, the row may not."""
    broker.enqueue(Message(queue_name=lane, actor_name=lane, args=(job_id,), kwargs={}, options={}))


def is_empty(broker: RedisBroker, lane: str) -> bool:
    """Whether no message waits in a lane, so that what still waits in rows was lost."""
    return int(broker.client.llen(f"{NAMESPACE}:{lane}")) == 0
