"""The real ladder by one worker and by two, each on a core of its own."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import numpy as np
import soundfile

from base.tools import Tools
from catalog.claims import Claims
from catalog.jobs import counts
from catalog.kinds import Lane
from catalog.people import create_account
from catalog.roles import Role
from catalog.states import JobState
from ingest.accept import accept
from ingest.receive import receive
from refrain.bench_house import running, until
from refrain.corpus.pieces import band

_RATE, _SECONDS = 44_100, 60
_TIMEOUT_S = 900.0


async def ladders_a_second(tools: Tools, masters: int) -> tuple[float, float]:
    """Answer how many masters a second are made complete by one worker, and by two."""
    music = await asyncio.to_thread(band, 7, _RATE, _SECONDS)
    return (
        await _rate(tools, music, masters, workers=1),
        await _rate(tools, music, masters, workers=2),
    )


async def _rate(tools: Tools, music: np.ndarray, masters: int, *, workers: int) -> float:
    # Begun elsewhere it is another master, for all that matters here.
    turns = [_RATE * (workers * masters + number) // 7 for number in range(masters)]
    files = [await asyncio.to_thread(_wav, np.roll(music, turn, axis=0)) for turn in turns]
    before = await _complete(tools)
    async with AsyncExitStack() as stack:
        for core in range(workers):
            argv = ["taskset", "-c", str(core), sys.executable, "-m", "refrain", "work"]
            env = tools.settings.environment()
            await stack.enter_async_context(running(argv, speaks=True, env=env))
        begun_s = time.perf_counter()
        await _send(tools, files)
        await until(partial(_are_complete, tools, before + masters), timeout_s=_TIMEOUT_S)
        return masters / (time.perf_counter() - begun_s)


def _wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, _RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


async def _send(tools: Tools, files: list[bytes]) -> None:
    claims = Claims(database=tools.database, storage=tools.storage, clock=tools.clock)
    async with tools.database.begin() as session:
        artist = await create_account(session, name="Bench", role=Role.ARTIST, now=tools.clock())
    for number, data in enumerate(files):
        received = await receive(
            tools.storage,
            _once(data),
            limit_bytes=len(data),
            expected_bytes=len(data),
            claim=claims.claim,
        )
        send = partial(
            accept,
            received=received,
            filename=f"{number}.wav",
            caller=artist,
            request_id="bench",
            now=tools.clock(),
        )
        await tools.database.run(send)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _are_complete(tools: Tools, masters: int) -> bool:
    return await _complete(tools) >= masters


async def _complete(tools: Tools) -> int:
    async with tools.database.read() as session:
        return (await counts(session)).get((Lane.LADDER, JobState.DONE), 0)
