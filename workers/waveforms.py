"""A track's waveforms at all zooms, printed and stored."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from base.storage.port import Key, key_of
from catalog.objects import own_suffix
from transcode.waveform import Waveform, to_dat, to_json
from workers.holding import Holding

_PRINTED: Mapping[str, Callable[[Waveform], bytes]] = {
    "dat": partial(to_dat, version=2, bits=8),
    "json": lambda waveform: to_json(waveform, bits=8).encode(),
}


async def store_waveforms(
    holding: Holding, master_id: UUID, zooms: Sequence[Waveform]
) -> dict[str, dict[str, str]]:
    """Answer the keys of the objects by form and samples per pixel, in the order of `zooms`."""
    return {
        form: {
            str(zoom.samples_per_pixel): await _stored(holding, master_id, form, zoom)
            for zoom in zooms
        }
        for form in _PRINTED
    }


async def _stored(holding: Holding, master_id: UUID, form: str, waveform: Waveform) -> Key:
    data = await asyncio.to_thread(_PRINTED[form], waveform)
    digest = hashlib.sha256(data).hexdigest()
    key = key_of("waveforms", digest, own_suffix(master_id, f".{form}"))
    await holding.claims.store(key, data)
    return key
