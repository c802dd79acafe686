"""What is done to a sound on its way: lossy encoders and rate converters, by ffmpeg."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import soundfile

from base.errors import Broken
from refrain.corpus.notes import Sound
from transcode.process import Limits, run
from transcode.reach import Reach
from transcode.tools import Tools

_SUBTYPES = {16: "PCM_16", 24: "PCM_24"}
_SAMPLES = {16: "pcm_s16le", 24: "pcm_s24le"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changer:
    """Changes sounds in a folder of its own, one at a time."""

    tools: Tools
    folder: Path

    async def encoded(self, sound: Sound, rate: int, encoder: str, kbps: int) -> tuple[Sound, int]:
        """Encode a sound and decode it to 16 bits; answer it with the rate that comes out."""
        lossy = self.folder / "lossy.nut"
        options = ("-c:a", encoder, "-b:a", f"{kbps}k")
        await self._ffmpeg(await self._written(sound, rate), lossy, *options)
        return await self._read(lossy, bits=16)

    async def resampled(
        self, sound: Sound, rate: int, wanted: int, *, resampler: str, bits: int
    ) -> Sound:
        """Bring a sound to another rate, and round it to so many bits."""
        source = await self._written(sound, rate)
        graph = f"aresample={wanted}:resampler={resampler}"
        changed, _ = await self._read(source, "-af", graph, bits=bits)
        return changed

    async def _written(self, sound: Sound, rate: int) -> Path:
        path = self.folder / "source.wav"
        await asyncio.to_thread(soundfile.write, path, sound, rate, subtype=_SUBTYPES[24])
        return path

    async def _read(self, source: Path, *options: str, bits: int) -> tuple[Sound, int]:
        path = self.folder / "changed.wav"
        await self._ffmpeg(source, path, *options, "-c:a", _SAMPLES[bits])
        sound, rate = await asyncio.to_thread(soundfile.read, path, always_2d=True)
        return sound, int(rate)

    async def _ffmpeg(self, source: Path, path: Path, *options: str) -> None:
        argv = [self.tools.ffmpeg, "-nostdin", "-v", "error", "-y", "-i", str(source)]
        reach = Reach(reads=(source,), writes=(self.folder,))
        outcome = await run([*argv, *options, str(path)], limits=Limits(), reach=reach)
        if outcome.status != 0:
            raise Broken("corpus-failed", f"ffmpeg failed: {outcome.errors}")
