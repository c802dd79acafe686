"""Store objects that rows will refer to, claimed first, so that nobody takes them away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from base.clock import Clock
from base.database import Database
from base.storage.port import Key, Storage, StoredObject, store_file
from catalog.objects import HOLD, hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Where objects are stored and held; whoever stores one writes its row within a day."""

    database: Database
    storage: Storage
    clock: Clock

    async def claim(self, *keys: str) -> None:
        """Say that objects are about to be stored, see catalog.objects."""
        async with self.database.begin() as session:
            await hold(session, keys, until=self.clock() + HOLD)

    async def store(self, key: Key, data: bytes) -> None:
        """Store what is held in memory anyway."""
        await self.claim(key)
        async with self.storage.writer() as writer:
            await writer.write(data)
            await writer.commit(key)

    async def store_file(self, key: Key, path: Path, *, sha256: str | None = None) -> StoredObject:
        """Store a file in bounded memory; see `base.storage.port.store_file` for its digest.

        Raises:
            Broken: `stored-otherwise`.

        """
        await self.claim(key)
        return await store_file(self.storage, path, key, sha256=sha256)
