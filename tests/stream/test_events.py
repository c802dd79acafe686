import asyncio
from pathlib import Path

import pytest

from tests.support.served import served, wave


@pytest.mark.parametrize("seen", ["999", "0", "none"])
async def test_who_saw_a_number_that_was_never_given_hears_what_happens_now(
    tmp_path: Path, seen: str
) -> None:
    async with served(tmp_path) as client:
        token = await client.artist()
        headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": seen}

        async with client.http.get(f"{client.url}/api/v1/events", headers=headers) as answer:
            await client.ask("PUT", "/api/v1/masters/a.wav", token=token, data=wave(1))
            async with asyncio.timeout(10):
                await answer.content.readuntil(b"event: track.received")
