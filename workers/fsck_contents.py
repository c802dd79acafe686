"""Look into objects: whether they are the bytes that they are named after, and decode."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from uuid import UUID

from base.database import Database
from base.storage.port import Key, Storage
from catalog.models.files import Rendition
from catalog.reference import Reference
from transcode.ladder import Codec
from transcode.lone import decoded_samples, lone_samples
from workers.holding import Holding


async def is_intact(storage: Storage, key: str, digest: str) -> bool:
    """Read an object to its end, and tell whether it has its digest.

    Raises:
        Refused: `object-missing`.

    """
    found = hashlib.sha256()
    async for data in storage.read(Key(key)):
        found.update(data)
    return found.hexdigest() == digest


async def fault_in(holding: Holding, reference: Reference) -> str | None:
    """Decode the first and the last fragment of a rendition; answer what is wrong with them."""
    row = await _rendition(holding.tools.database, UUID(reference.subject))
    if row is None or not row.fragments or row.storage_key != reference.key:
        return None  # a download, or deleted meanwhile
    with holding.folder() as folder:
        for number in sorted({0, len(row.fragments) - 1}):
            path = folder / f"{number}.mp4"
            await _fetch(holding.tools.storage, row, number, path)
            if fault := await _fault(holding, row, number, path):
                return fault
    return None


async def _fault(holding: Holding, row: Rendition, number: int, path: Path) -> str | None:
    durations = [duration for _, _, duration in row.fragments]
    wanted = lone_samples(Codec(row.codec), row.sample_rate, durations, number)
    found, complaints = await decoded_samples(
        holding.engine, path, channels=row.channels, is_first=number == 0
    )
    place = f"fragment {number + 1} of {len(durations)}"
    if complaints:
        return f"does not decode in {place}: {complaints[-1]}"
    if found != wanted:
        return f"decodes to {found} samples in {place}, not to {wanted}"
    return None


async def _fetch(storage: Storage, row: Rendition, number: int, path: Path) -> None:
    offset, size_bytes, _ = row.fragments[number]
    parts = []
    for start, length in ((0, row.init_bytes), (offset, size_bytes)):
        parts += [
            data async for data in storage.read(Key(row.storage_key), start=start, length=length)
        ]
    await asyncio.to_thread(path.write_bytes, b"".join(parts))


async def _rendition(database: Database, rendition_id: UUID) -> Rendition | None:
    async with database.read() as session:
        return await session.get(Rendition, rendition_id)
