"""A track's waveforms at all zooms, printed and stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from base.storage.port import Key, Storage, store_small
from transcode.waveform import Waveform, to_dat, to_json

_PRINTED: Mapping[str, Callable[[Waveform], bytes]] = {
    "dat": partial(to_dat, version=2, bits=8),
    "json": lambda waveform: to_json(waveform, bits=8).encode(),
}


async def store_waveforms(storage: Storage, zooms: Sequence[Waveform]) -> dict[str, dict[str, str]]:
    """Answer the keys of the objects by form and samples per pixel, in the order of `zooms`."""
    return {
        form: {str(zoom.samples_per_pixel): await _stored(storage, form, zoom) for zoom in zooms}
        for form in _PRINTED
    }


async def _stored(storage: Storage, form: str, waveform: Waveform) -> Key:
    data = await asyncio.to_thread(_PRINTED[form], waveform)
    return await store_small(storage, "waveforms", f".{form}", data)
