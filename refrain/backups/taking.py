"""Take a backup while the house runs: most objects first, then rows, then what those still need.

Rows are of one moment. An object that a row of that moment needs is not deleted before its hold has
run out, an hour after the row went (docs/decisions/0011); what takes longer was brought before.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import structlog

from base.errors import Broken, Refused
from base.storage.port import Storage
from base.tools import Tools
from catalog.reference import Reference, to_line
from catalog.schema import newest, revision_of
from refrain.backups.form import (
    BACKUPS,
    FORM,
    OBJECTS,
    Manifest,
    Missing,
    Part,
    id_at,
    object_key,
)
from refrain.backups.objects import copy_object, each, missed, one_by_one
from refrain.backups.packing import Packing, packing
from refrain.backups.places import scratch_folder, store_manifest
from refrain.backups.pruning import prune
from refrain.backups.rows import Rows, kind_of, require_step, stored_rows
from refrain.backups.turn import alone
from workers.fsck_spool import Reading, Spool

log = structlog.get_logger()

#: What an upload that broke off left at the place of backups is removed after this.
_UNFINISHED = timedelta(days=1)
_MOST_MISSING = 500


@dataclass(slots=True, kw_only=True)
class Taken:
    """What was done: objects that were copied, and those that could not be, by key."""

    copied: int = 0
    copied_bytes: int = 0
    objects: int = 0
    objects_bytes: int = 0
    missing: dict[str, Missing] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


async def take(
    tools: Tools, place: Storage, *, scratch: Path, keep: int | None
) -> tuple[Manifest, Taken]:
    """Take a backup, and let go of old ones if `keep` says how many days of them stay.

    Raises:
        Refused: `backup-under-way`; `database-behind`, 409: this is not the version that runs.

    """
    require_step(await revision_of(tools.database))
    async with alone(place) as require_turn:
        await place.sweep(_UNFINISHED)
        taken = Taken()
        with scratch_folder(scratch) as folder:
            manifest = await _Taking(tools, place, taken, folder).take()
        await require_turn()  # or somebody has let go of objects that we saw there
        await store_manifest(place, manifest)
        if keep is not None:
            taken.gone = await prune(place, scratch, keep=keep, made=manifest.id)
    return manifest, taken


class _Taking:
    """One backup in the making."""

    def __init__(self, tools: Tools, place: Storage, taken: Taken, folder: Path) -> None:
        self._tools = tools
        self._place = place
        self._taken = taken
        self._folder = folder

    async def take(self) -> Manifest:
        """Bring everything, and answer the manifest, which is stored last."""
        await self._bring(await self._needed("ahead", self._tools.database.read), None)
        log.info("objects brought ahead", objects=self._taken.copied)
        self._taken.missing.clear()  # who was deleted meanwhile is not missed
        at = self._tools.clock()
        backup_id = id_at(at)
        async with stored_rows(self._tools.database, self._place, backup_id, self._folder) as rows:
            spool = await self._needed("rows", rows.reading)
        async with packing(self._place) as listed:
            await self._bring(spool, listed)
            objects = await listed.commit(f"{BACKUPS}{backup_id}/objects.gz", name="objects")
        return self._manifest(at, rows, objects)

    def _manifest(self, at: datetime, rows: Rows, objects: Part) -> Manifest:
        missing = list(self._taken.missing.values())
        return Manifest.model_validate(
            {
                "form": FORM,
                "id": id_at(at),
                "at": at,
                "kind": kind_of(self._tools.database),
                "revision": newest(),
                "version": version("refrain"),
                "parts": tuple(rows.parts),
                "sequences": dict(rows.sequences),
                "objects": objects.model_copy(update={"rows": self._taken.objects}),
                "objects_bytes": self._taken.objects_bytes,
                "missing": tuple(missing[:_MOST_MISSING]),
            }
        )

    async def _needed(self, name: str, reading: Reading) -> Spool:
        folder = self._folder / name
        folder.mkdir()
        spool = Spool(folder)
        await spool.fill(reading)
        return spool

    async def _bring(self, spool: Spool, listed: Packing | None) -> None:
        """Copy what is needed and not there; list what is."""
        turn = asyncio.Lock()

        async def bring(group: str) -> None:
            needed = {one.key: one for one in await spool.take(group)}
            sizes = await self._there(group)
            for one in missed(needed, sizes):
                if (size := await self._copied(one)) is not None:
                    sizes[one.key] = size
            if listed is not None:
                async with turn:
                    await self._list(listed, needed, sizes)

        await each(one_by_one(await spool.groups()), bring)

    async def _there(self, group: str) -> dict[str, int]:
        """Answer the objects of a group that the place has, and how large they are."""
        prefix = object_key(group)
        return {
            one.key.removeprefix(OBJECTS): one.size_bytes async for one in self._place.walk(prefix)
        }

    async def _copied(self, one: Reference) -> int | None:
        storage, to = self._tools.storage, object_key(one.key)
        try:
            size = await copy_object(storage, one.key, self._place, to, digest=one.digest)
        except (Refused, Broken) as error:
            if error.code not in {"object-missing", "object-damaged"}:
                raise
            why = "lost" if error.code == "object-missing" else "damaged"
            self._taken.missing[one.key] = Missing.model_validate({"key": one.key, "why": why})
            return None
        self._taken.copied += 1
        self._taken.copied_bytes += size
        return size

    async def _list(
        self, listed: Packing, needed: dict[str, Reference], sizes: dict[str, int]
    ) -> None:
        for key in sorted(needed.keys() & sizes.keys()):
            line = to_line(replace(needed[key], size_bytes=sizes[key]))
            await listed.write(line.encode())
            self._taken.objects += 1
            self._taken.objects_bytes += sizes[key]
