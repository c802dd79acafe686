import asyncio
import os
from io import FileIO

from transcode.pipe import Output


async def test_a_pipe_is_closed_also_where_nobody_waits_for_it() -> None:
    end, other = os.pipe()
    file = FileIO(end)
    output = Output(file)
    reading = asyncio.create_task(output.block(10))  # nothing ever comes
    await asyncio.sleep(0)
    closing = asyncio.create_task(output.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)

    assert await reading == b""
    async with asyncio.timeout(5):
        while not file.closed:  # noqa: ASYNC110 - a thread sends no events
            await asyncio.sleep(0.01)
    os.close(other)
