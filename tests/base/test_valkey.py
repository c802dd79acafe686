"""Who is cancelled while asking Valkey ends."""

import asyncio
import random

from base.valkey import Valkey, open_valkey


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
