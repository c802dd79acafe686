"""The least that Dramatiq can do, which our jobs are measured against: an actor that does nothing.

`python -m refrain.bare_queue URL` works until it is told to end, with as many threads as the
command of Dramatiq has unless told otherwise.
"""

from __future__ import annotations

import signal
import sys
import threading

import dramatiq
from dramatiq.brokers.redis import RedisBroker

_NAMESPACE, _QUEUE, _ACTOR = "bare", "nothing", "nothing"
_THREADS = 8


def bare_broker(url: str) -> RedisBroker:
    """Answer a broker as anyone would make it, with all that it brings by itself."""
    broker = RedisBroker(  # type: ignore[no-untyped-call] # its own arguments are untyped
        url=url, namespace=_NAMESPACE
    )
    broker.declare_queue(_QUEUE)
    return broker


def enqueue(broker: RedisBroker, count: int) -> None:
    """Tell of so many jobs."""
    for _ in range(count):
        broker.enqueue(
            dramatiq.Message(queue_name=_QUEUE, actor_name=_ACTOR, args=(), kwargs={}, options={})
        )


def left(broker: RedisBroker) -> int:
    """Answer how many are not done: those that wait, and those that were taken."""
    return int(broker.do_qsize(_QUEUE))


def _do_nothing() -> None:
    return None


def main(url: str) -> None:
    """Work until a signal says stop."""
    broker, stop = bare_broker(url), threading.Event()
    dramatiq.actor(actor_name=_ACTOR, queue_name=_QUEUE, broker=broker)(_do_nothing)
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stop.set())
    worker = dramatiq.Worker(broker, worker_threads=_THREADS)
    worker.start()
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for a line
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main(sys.argv[1])
