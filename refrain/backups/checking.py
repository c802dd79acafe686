"""Look through a backup: every byte has its digest, and the database really opens."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from base.database import Database
from base.dumps import scratch_database
from base.errors import RefrainError, Refused
from base.sqlite_copies import faults_in_sqlite
from base.storage.port import Key, Storage
from catalog.reference import Reference, parse_line
from refrain.backups.form import Manifest, Part, object_key
from refrain.backups.objects import each
from refrain.backups.packing import lines_of, unpack_file, unpacked
from refrain.backups.places import scratch_folder
from refrain.backups.rows import bring_back
from workers.fsck_compare import is_sampled


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was read, and each fault that was found: what it is in, and a sentence."""

    objects: int = 0
    read: int = 0
    is_opened: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)


async def check(
    place: Storage, manifest: Manifest, *, share: float, now: datetime, faults: Checked
) -> None:
    """Look for each object, and read a share of them and all other parts to their end."""
    for part in manifest.parts:
        await _note(part, place, faults)
    turn = now.toordinal()

    async def look(one: Reference) -> None:
        faults.objects += 1
        is_read = one.digest is None or is_sampled(one.digest, share=share, turn=turn)
        if fault := await _fault_in(place, one, is_read=is_read):
            faults.faults.append((one.key, fault))
        faults.read += is_read

    try:
        await each(_listed(place, manifest), look)
    except RefrainError as error:
        if error.code not in {"backup-spoilt", "object-missing"}:
            raise
        faults.faults.append((manifest.objects.key, error.sentence))
    if faults.objects != manifest.objects.rows:
        said = f"lists {faults.objects} objects, and not {manifest.objects.rows}"
        faults.faults.append((manifest.objects.key, said))


async def open_rows(
    place: Storage, manifest: Manifest, *, scratch: Path, server: str, faults: Checked
) -> None:
    """Make a database of the backup's rows, which goes again.

    Raises:
        Refused: `no-server`; `may-not-create`.
        Unavailable: the server cannot be reached.

    """
    with scratch_folder(scratch) as folder:
        try:
            if manifest.kind == "sqlite":
                await _open_file(place, manifest, folder, faults)
            else:
                await _open_on(server, place, manifest, folder)
        except RefrainError as error:
            if error.code not in {"backup-spoilt", "object-missing", "dump-of-others"}:
                raise
            faults.faults.append(("database", error.sentence))
        else:
            faults.is_opened = True


async def _open_file(place: Storage, manifest: Manifest, folder: Path, faults: Checked) -> None:
    path = folder / "refrain.db"
    await unpack_file(place, manifest.parts[0], path)
    found = await asyncio.to_thread(faults_in_sqlite, path)
    faults.faults += [("database", fault) for fault in found]


async def _open_on(server: str, place: Storage, manifest: Manifest, folder: Path) -> None:
    if not server.startswith("postgresql"):
        raise Refused(
            "no-server",
            "The backup is of a PostgreSQL: name one where it may be opened with --server, or "
            "leave it out with --no-open.",
        )
    async with scratch_database(server) as url:
        database = Database(url)
        try:
            await bring_back(database, place, manifest, folder)
        finally:
            await database.close()


async def _note(part: Part, place: Storage, faults: Checked) -> None:
    try:
        async for _ in unpacked(place, part):
            pass
    except RefrainError as error:
        if error.code not in {"backup-spoilt", "object-missing"}:
            raise
        faults.faults.append((part.key, error.sentence))


async def _listed(place: Storage, manifest: Manifest) -> AsyncIterator[Reference]:
    async for line in lines_of(place, manifest.objects):
        yield parse_line(line)


async def _fault_in(place: Storage, one: Reference, *, is_read: bool) -> str | None:
    key = Key(object_key(one.key))
    found = await place.stat(key)
    if found is None:
        return "is not there"
    if found.size_bytes != one.size_bytes:
        return f"has {found.size_bytes} bytes, and not {one.size_bytes}"
    if not is_read:
        return None
    digest = hashlib.sha256()
    async for data in place.read(key):
        await asyncio.to_thread(digest.update, data)
    if one.digest not in {None, digest.hexdigest()}:
        return "has not the bytes that it is named after"
    return None
