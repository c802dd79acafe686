"""Messages that are lost are missed, whatever else waits."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from dramatiq.brokers.redis import RedisBroker

from base.clock import ManualClock
from base.valkey import NAMESPACE
from catalog.jobs import NewJob, add
from catalog.kinds import Kind, Lane
from tests.support.catalog import NOON
from tests.support.working import workshop
from workers.broker import make_broker
from workers.holding import Holding
from workers.relay import send_waiting

QUEUE = f"{NAMESPACE}:{Lane.LADDER}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock, valkey_url: str) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, clock=clock, redis_url=valkey_url) as opened:
        yield opened


@pytest.fixture
async def broker(holding: Holding) -> AsyncIterator[RedisBroker]:
    made = make_broker(holding.tools.settings)
    yield made
    made.client.close()


async def test_a_message_that_was_lost_is_missed_while_a_later_one_still_waits(
    holding: Holding, broker: RedisBroker, clock: ManualClock
) -> None:
    for subject in ("lost", "waits"):
        async with holding.tools.database.begin() as session:
            job = NewJob(kind=Kind.LADDER, subject=subject, request_id="test", cost_s=0.5)
            await add(session, job, now=clock())
        assert await send_waiting(holding.tools, broker) == 1
        clock.advance(timedelta(seconds=1))
    await holding.tools.valkey.lpop(QUEUE)

    clock.advance(timedelta(seconds=2))
    assert await send_waiting(holding.tools, broker) == 0
    clock.advance(timedelta(seconds=3))
    assert await send_waiting(holding.tools, broker) == 1
    assert await holding.tools.valkey.llen(QUEUE) == 2
    assert await send_waiting(holding.tools, broker) == 0


async def test_what_waits_for_long_is_not_sent_again(
    holding: Holding, broker: RedisBroker, clock: ManualClock
) -> None:
    async with holding.tools.database.begin() as session:
        await add(session, NewJob(kind=Kind.LADDER, subject="1", request_id="test"), now=clock())
    assert await send_waiting(holding.tools, broker) == 1

    clock.advance(timedelta(hours=1))

    assert await send_waiting(holding.tools, broker) == 0
