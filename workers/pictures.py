"""The pictures of a master: made once when it was examined, and stored beside it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator
from uuid import UUID

import numpy as np
from PIL import Image

from base.storage.port import key_of
from catalog.objects import own_suffix
from transcode.hearing import Heard
from transcode.overview import overview_of
from transcode.spectrogram import Spectrogram
from workers.holding import Holding

#: From silence to full scale: dark, then warmer and lighter, so that it reads in grey as well.
_COLOURS = ("#16130f", "#3b1d4e", "#8a2a5b", "#d0503c", "#f59a4a", "#fdf3cf")
_LEVELS = 256


async def store_pictures(holding: Holding, master_id: UUID, heard: Heard) -> dict[str, str]:
    """Store every picture; answer the columns of the master's row that name them."""
    keys: dict[str, str] = {}
    for column, suffix, data in await asyncio.to_thread(lambda: list(_pictures(heard))):
        digest = hashlib.sha256(data).hexdigest()
        keys[column] = key = key_of("pictures", digest, own_suffix(master_id, suffix))
        await holding.claims.store(key, data)
    return keys


def _pictures(heard: Heard) -> Iterator[tuple[str, str, bytes]]:
    overview = overview_of(heard.waveform, heard.curve)
    yield "overview_key", ".json", json.dumps(overview, separators=(",", ":")).encode()
    yield "spectrogram_key", ".png", to_png(heard.spectrogram)


def to_png(spectrogram: Spectrogram) -> bytes:
    """Print a spectrogram: time from left to right, low frequencies at the bottom."""
    image = Image.fromarray(np.ascontiguousarray(spectrogram.levels.T[::-1]))
    image.putpalette(_palette())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _palette() -> bytes:
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _COLOURS])
    at = np.linspace(0, len(stops) - 1, _LEVELS)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, i]) for i in range(3)]
    return bytes(np.rint(np.stack(channels, axis=1)).astype(np.uint8))
