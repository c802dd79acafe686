"""What is heard of Valkey, and that who is cancelled while asking ends."""

import asyncio
import random

import pytest

from base.errors import Unavailable
from base.valkey import Valkey, heard, open_valkey


async def test_what_is_published_is_heard_and_nothing_else(valkey_url: str) -> None:
    async with open_valkey(valkey_url) as valkey, valkey.pubsub() as ear:
        await ear.subscribe("news")
        assert await heard(ear, wait_s=0.05) is None

        await valkey.publish("news", "rain")

        message = await heard(ear, wait_s=5)
        assert message is not None
        assert message["data"] == b"rain"


async def test_a_line_that_the_kernel_gave_up_is_no_endless_silence(valkey_url: str) -> None:
    async with open_valkey(valkey_url) as valkey, valkey.pubsub() as ear:
        await ear.subscribe("news")
        assert await heard(ear, wait_s=0.05) is None

        # What the reader of a connection says of which the kernel has heard nothing for too long.
        reader = ear.connection._reader  # noqa: SLF001 - the least that is like it
        reader.set_exception(TimeoutError("[Errno 110] Connection timed out"))

        async with asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await heard(ear, wait_s=60)


async def asking(valkey: Valkey) -> None:
    while True:
        await valkey.publish("nobody", b"listens")


async def test_a_cancellation_is_never_lost(valkey_url: str) -> None:
    chance = random.Random(4)
    async with open_valkey(valkey_url) as valkey:
        for _ in range(400):
            task = asyncio.create_task(asking(valkey))
            for _ in range(chance.randrange(3, 60)):
                await asyncio.sleep(0)

            task.cancel()

            done, _ = await asyncio.wait([task], timeout=5)
            assert done
            assert task.cancelled()
