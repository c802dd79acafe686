import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from base.clock import system_clock
from base.settings import Settings
from base.valkey import open_valkey
from workers.broker import make_broker, send
from workers.consuming import Consuming, jobs_told

LANE = "first"


@pytest.fixture
def broker(valkey_url: str) -> Iterator[RedisBroker]:
    broker = make_broker(Settings(redis_url=valkey_url, data_dir=Path("nowhere")))
    broker.client.flushdb()
    yield broker
    broker.close()


def test_messages_of_either_version_are_understood() -> None:
    one, two = uuid4(), uuid4()

    assert jobs_told([str(one)]) == [one]
    assert jobs_told([[str(one), str(two)]]) == [one, two]
    assert jobs_told([[str(one)], "and what a later version tells"]) == [one]


@pytest.mark.parametrize("args", [[["no job"]], [7], [[7]]])
def test_what_is_no_message_of_ours_is_refused(args: list[object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        jobs_told(args)


async def test_a_message_that_nobody_understands_stops_nobody(
    broker: RedisBroker, valkey_url: str
) -> None:
    done: list[UUID] = []

    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def perform(jobs: Sequence[UUID]) -> None:
        done.extend(jobs)
        told.set_result(None)

    for args in ((), (7,), (["no job"],), ([7],)):
        strange: Message[None] = Message(
            queue_name=LANE, actor_name=LANE, args=args, kwargs={}, options={}
        )
        broker.enqueue(strange)
    broker.client.rpush(f"refrain:{LANE}", "a name without a message")
    job = uuid4()
    send(broker, LANE, [[job]], now=system_clock())
    consuming = Consuming(broker, {LANE: 1}, perform)
    async with open_valkey(valkey_url) as valkey:
        taking = asyncio.create_task(consuming.run(valkey))
        async with asyncio.timeout(20):
            await asyncio.wait([taking, told], return_when=asyncio.FIRST_COMPLETED)
            consuming.stop()
            await taking

    assert done == [job]
