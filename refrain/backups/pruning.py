"""Let go of old backups: their manifest first, and then of objects that no other backup needs."""

from __future__ import annotations

from pathlib import Path

from base.storage.port import Key, Storage
from catalog.reference import parse_line
from refrain.backups.form import BACKUPS, OBJECTS, manifest_key, to_go
from refrain.backups.packing import lines_of
from refrain.backups.places import folders_of, ids_of, manifest_of, scratch_folder
from workers.fsck_compare import group_of
from workers.fsck_spool import Spool


async def prune(place: Storage, scratch: Path, *, keep: int, made: str) -> list[str]:
    """Keep the last backup of each of the last `keep` days, and `made`; answer which went.

    Only for who is alone at the place. What was begun and never became a backup goes, too.

    Raises:
        Broken: `backup-spoilt`: the list of one that stays cannot be read; no object went.

    """
    going = to_go(await ids_of(place), keep=keep, made=made)
    for backup_id in going:
        await place.delete(Key(manifest_key(backup_id)))
    for backup_id, is_whole in (await folders_of(place)).items():
        if not is_whole:
            async for one in place.walk(f"{BACKUPS}{backup_id}/"):
                await place.delete(one.key)
    with scratch_folder(scratch) as folder:
        await _let_go(place, await _kept(place, folder))
    return going


async def _kept(place: Storage, folder: Path) -> Spool:
    """Write down on this machine what all backups need."""
    spool = Spool(folder)
    for backup_id in await ids_of(place):
        manifest = await manifest_of(place, backup_id)
        async for line in lines_of(place, manifest.objects):
            await spool.take_in([parse_line(line)])
    await spool.write_out()
    return spool


async def _let_go(place: Storage, spool: Spool) -> None:
    group, needed = "", frozenset[str]()
    async for one in place.walk(OBJECTS):
        key = one.key.removeprefix(OBJECTS)
        if group_of(key) != group:
            group = group_of(key)
            needed = frozenset(each.key for each in await spool.take(group))
        if key not in needed:
            await place.delete(one.key)
