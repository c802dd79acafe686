"""Decodes a file with ffmpeg, for its length and its loudness."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from base.errors import Broken
from refrain.conformance.limits import DECODED_S
from refrain.conformance.loudness_rules import Decoded
from transcode.loudness import LoudnessMeter
from transcode.pcm import block_bytes, frames_of
from transcode.process import Limits, capture, started
from transcode.reach import Reach
from transcode.source import DECODERS, INPUT_OPTIONS
from transcode.tools import Tools

_LIMITS = Limits(cpu_s=1800, stall_s=30)
#: Streams of others may carry what no master does.
_OPTIONS = {**INPUT_OPTIONS, "codec_whitelist": ",".join((*DECODERS, "ac3", "eac3"))}
_INPUT = [part for name, value in _OPTIONS.items() for part in (f"-{name}", value)]
_MOST_CHANNELS, _LOWEST_HZ, _HIGHEST_HZ = 6, 4_000, 768_000


async def decode(tools: Tools, path: Path) -> Decoded | None:
    """Decode the audio of a file at an absolute path; None where there is none to be had."""
    form = await _form(tools, path)
    if form is None:
        return None
    sample_rate, channels = form
    argv = [tools.ffmpeg, "-nostdin", "-hide_banner", "-v", "error", *_INPUT, "-i", f"file:{path}"]
    argv += ["-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    meter, samples, is_whole = LoudnessMeter(sample_rate, channels), 0, True
    async with started(argv, limits=_LIMITS, reach=Reach(reads=(path,))) as child:
        async for block in child.blocks(block_bytes(channels)):
            frames = frames_of(block, channels)
            samples += len(frames)
            await asyncio.to_thread(meter.block, frames)
            if samples > DECODED_S * sample_rate:
                is_whole = False
                child.kill()
                break
        errors = child.errors
        outcome = await child.outcome()
    return Decoded(
        samples=samples,
        sample_rate=sample_rate,
        channels=channels,
        loudness=await asyncio.to_thread(meter.result),
        errors=outcome.errors or errors,
        is_whole=is_whole,
    )


async def _form(tools: Tools, path: Path) -> tuple[int, int] | None:
    """Ask for rate and channels of what will come out, which boxes do not always know."""
    argv = [tools.ffprobe, "-v", "error", "-of", "json", "-show_streams", *_INPUT, f"file:{path}"]
    try:
        limits, reach = Limits(cpu_s=60, stall_s=30), Reach(reads=(path,))
        output, outcome = await capture(argv, limits=limits, reach=reach)
        streams = json.loads(output).get("streams", []) if outcome.status == 0 else []
    except (Broken, ValueError):
        return None
    for one in streams:
        rate, channels = int(one.get("sample_rate") or 0), int(one.get("channels") or 0)
        is_usable = _LOWEST_HZ <= rate <= _HIGHEST_HZ and 0 < channels <= _MOST_CHANNELS
        if one.get("codec_type") == "audio" and is_usable:
            return rate, channels
    return None
