"""Renditions of small masters, made as the house makes them, and what ffmpeg hears of them."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcode.encode import Workbench
from transcode.encoded import Made
from transcode.examine import examine
from transcode.ladder import FIRST, REST, Codec, Rung, rungs_for
from transcode.package import Packaged, package
from transcode.plan import headroom_db
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools, find_tools

#: What a player streams of a whole track.
STREAMED = tuple(rung for rung in (*FIRST, *REST) if not rung.is_preview and not rung.is_download)
Sound = NDArray[np.float32]
#: ffmpeg's own decoder is a sample off where Opus codes what it takes for speech.
_LIBOPUS = ["-c:a", "libopus", "-request_sample_fmt", "flt"]


async def packaged(
    tools: Tools, master: Path, folder: Path, rungs: Sequence[Rung] = STREAMED
) -> list[Packaged]:
    """Make those of the rungs that the master deserves."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    found = await examine(tools, master, await probe(tools, master), folder=folder)
    bench = Workbench(tools=tools, source=found.source, folder=folder)
    gain_db = headroom_db(found.heard.loudness.true_peak_dbtp)
    deserved = rungs_for(found.info, tuple(rungs))
    return await package(bench, original_of(found), deserved, gain_db=gain_db)


def make(master: Path, folder: Path, *names: str) -> dict[str, Made]:
    """Make rungs by their names, or all, outside of any event loop; also beside a browser's."""
    rungs = [rung for rung in STREAMED if not names or rung.name in names]
    with ThreadPoolExecutor(1) as thread:
        work = packaged(the_tools(), master, folder, rungs)
        done = thread.submit(asyncio.run, work).result()
    return {one.encoded.made.rung.name: one.encoded.made for one in done}


def decoded(made: Made) -> Sound:
    """Answer what ffmpeg makes of a file: `(frames, channels)`."""
    decoder = _LIBOPUS if made.rung.codec is Codec.OPUS else []
    quiet = [the_tools().ffmpeg, "-v", "error"]
    argv = [*quiet, *decoder, "-i", made.path, "-f", "f32le", "-"]
    output = subprocess.run(argv, check=True, capture_output=True).stdout
    return np.frombuffer(output, "<f4").reshape(-1, made.channels)


@cache
def the_tools() -> Tools:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, find_tools()).result()
