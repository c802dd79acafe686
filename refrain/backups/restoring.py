"""Bring a backup back into a house: objects first, so that no row is there before what it needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from base.database import Database, Session
from base.dumps import other_connections
from base.errors import Broken, Refused
from base.storage.port import Key, Storage
from base.tools import Tools
from catalog.people import has_accounts
from catalog.reference import Reference, parse_line
from catalog.restorations import finish, note_restored, unfinished
from catalog.schema import is_known, revision_of, upgrade
from refrain.backups.form import Manifest, object_key
from refrain.backups.objects import copy_object, each, missed, one_by_one
from refrain.backups.packing import lines_of
from refrain.backups.places import scratch_folder
from refrain.backups.rows import bring_back, file_of, kind_of, require_step
from workers.fsck_spool import Spool


@dataclass(slots=True, kw_only=True)
class Restored:
    """Objects that were copied, that were there, and that the backup does not have as it should."""

    copied: int = 0
    copied_bytes: int = 0
    there: int = 0
    missing: list[str] = field(default_factory=list)


async def restore(
    tools: Tools, place: Storage, manifest: Manifest, *, scratch: Path, replaces: bool
) -> Restored:
    """Have in database and storage what a backup has; the storage may have more.

    All rows come in one transaction, and with them that money is held: a restoration that is killed
    is begun again, and goes on, after the rows if they are there.

    Raises:
        Refused: the database is of another kind, or has a house already, or one that runs.
        Broken: `backup-spoilt`.

    """
    _require_readable(tools.database, manifest)
    has_rows = await _has_rows(tools.database, manifest)
    if not has_rows:
        await _require_room(tools.database, manifest, replaces=replaces)
    restored = Restored()

    async def bring(one: Reference) -> None:
        found = await tools.storage.stat(Key(one.key))
        if found is not None and found.size_bytes == one.size_bytes:
            restored.there += 1
        else:
            await _copy(place, tools.storage, one, restored)

    await each(_listed(place, manifest), bring)
    if not has_rows:
        # Somebody may have begun a house while objects came, which can take hours.
        await _require_room(tools.database, manifest, replaces=replaces)
        held = partial(note_restored, backup=manifest.id, rows_at=manifest.at, now=tools.clock())
        with scratch_folder(scratch) as folder:
            await bring_back(tools.database, place, manifest, folder, mark=held)
    await upgrade(tools.database)
    await tools.database.run(partial(finish, now=tools.clock()))
    return restored


async def restore_objects(
    tools: Tools, place: Storage, *, scratch: Path, went_back: bool
) -> Restored:
    """Copy what rows need and the storage lacks, of whichever backup; rows stay as they are.

    Where the database `went_back` by its own means, money is held before anything is copied.

    Raises:
        Refused: `database-behind`, 409.

    """
    require_step(await revision_of(tools.database))
    if went_back:
        await tools.database.run(partial(_hold, now=tools.clock()))
    restored = Restored()
    with scratch_folder(scratch) as folder:
        spool = Spool(folder)
        await spool.fill(tools.database.read)

        async def bring(group: str) -> None:
            needed = {one.key: one for one in await spool.take(group)}
            sizes = {str(one.key): one.size_bytes async for one in tools.storage.walk(group)}
            lacking = missed(needed, sizes)
            restored.there += len(needed) - len(lacking)
            for one in lacking:
                await _copy(place, tools.storage, one, restored)

        await each(one_by_one(await spool.groups()), bring)
    return restored


async def _copy(place: Storage, storage: Storage, one: Reference, restored: Restored) -> None:
    try:
        size = await copy_object(place, object_key(one.key), storage, one.key, digest=one.digest)
    except (Refused, Broken) as error:
        if error.code not in {"object-missing", "object-damaged"}:
            raise
        restored.missing.append(one.key)
    else:
        restored.copied += 1
        restored.copied_bytes += size


async def _hold(session: Session, *, now: datetime) -> None:
    await note_restored(session, backup=None, rows_at=None, now=now)
    await finish(session, now=now)


async def _has_rows(database: Database, manifest: Manifest) -> bool:
    """Whether rows came, by somebody who was killed before all was done."""
    if await _is_new(database):
        return False
    async with database.read() as session:
        return await unfinished(session, manifest.id)


def _require_readable(database: Database, manifest: Manifest) -> None:
    kind = kind_of(database)
    if kind != manifest.kind:
        raise Refused(
            "other-kind",
            f"The backup is of {manifest.kind}, and REFRAIN_DATABASE_URL is of {kind}: name a "
            f"database of that kind.",
            status=409,
        )
    if not is_known(manifest.revision):
        raise Refused(
            "backup-newer",
            f"The backup was made by version {manifest.version} of Refrain, which this one knows "
            "nothing of: use that, or a newer one.",
            status=409,
        )


async def _require_room(database: Database, manifest: Manifest, *, replaces: bool) -> None:
    if not await _is_empty(database):
        await _require_replaceable(database, manifest, replaces=replaces)


async def _is_new(database: Database) -> bool:
    if kind_of(database) == "sqlite" and not await asyncio.to_thread(file_of(database).exists):
        return True
    return await revision_of(database) is None


async def _is_empty(database: Database) -> bool:
    if await _is_new(database):
        return True
    async with database.read() as session:
        return not await has_accounts(session)


async def _require_replaceable(database: Database, manifest: Manifest, *, replaces: bool) -> None:
    if not replaces:
        raise Refused(
            "house-not-empty",
            "There are accounts in the database already: name an empty one, or say --replace, and "
            "all that is in it is gone.",
            status=409,
        )
    if manifest.kind == "sqlite":
        return  # the file is put in place of the other as it is
    revision = await revision_of(database)
    if revision is None or revision > manifest.revision:
        raise Refused(
            "database-newer",
            f"The tables are at step {revision}, and the backup's at {manifest.revision}: what a "
            "newer version made cannot be replaced; make an empty database and name that.",
            status=409,
        )
    async with database.read() as session:
        if others := await other_connections(session):
            raise Refused(
                "house-runs",
                f"Others use the database ({others} connections): stop servers and workers first.",
                status=409,
            )


async def _listed(place: Storage, manifest: Manifest) -> AsyncIterator[Reference]:
    async for line in lines_of(place, manifest.objects):
        yield parse_line(line)
