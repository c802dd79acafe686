"""The rows of a house in a backup: from a snapshot that is read once, and back into a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from base.database import Database, Session
from base.dumps import copy_table_out, load, sequences_of, tables_of
from base.errors import Broken, Refused
from base.sqlite_copies import copy_sqlite, without_log
from base.storage.port import Storage
from catalog.schema import newest, revision_in, revision_of, upgrade
from refrain.backups.form import BACKUPS, Manifest, Part
from refrain.backups.packing import pack_file, packing, unpack_file, unpacked
from workers.fsck_spool import Reading

#: Writes what is to stand beside rows from their first moment on.
Mark = Callable[[Session], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows that were stored, and a way to read what they refer to, as of the same moment."""

    parts: Sequence[Part]
    sequences: Mapping[str, int]
    reading: Reading


def require_step(at_home: str | None) -> None:
    """Require tables of this version: what is called by its step comes back into no others.

    Raises:
        Refused: `database-behind`, 409.

    """
    if at_home != newest():
        raise Refused(
            "database-behind",
            f"The tables are at step {at_home}, and this version makes them at {newest()}: use the "
            "version of Refrain that the house runs, or run `refrain migrate` first.",
            status=409,
        )


def kind_of(database: Database) -> str:
    """Answer `postgresql` or `sqlite`."""
    return database.engine.dialect.name


def file_of(database: Database) -> Path:
    """Answer the file of a SQLite."""
    return Path(database.engine.url.database or "")


@asynccontextmanager
async def stored_rows(
    database: Database, place: Storage, backup_id: str, folder: Path
) -> AsyncIterator[Rows]:
    """Store all rows as they are now; for as long as this lasts, they can be read as they were.

    Raises:
        Refused: `database-behind`, 409: they are of another version by now.

    """
    if kind_of(database) == "sqlite":
        copy = folder / "refrain.db"
        await asyncio.to_thread(copy_sqlite, file_of(database), copy)
        await asyncio.to_thread(without_log, copy)
        opened = Database(f"sqlite+aiosqlite:///{copy}")
        try:
            require_step(await revision_of(opened))
            key = f"{BACKUPS}{backup_id}/refrain.db.gz"
            part = await pack_file(place, copy, key, name="refrain.db")
            yield Rows(parts=[part], sequences={}, reading=opened.read)
        finally:
            await opened.close()
        return
    async with database.snapshot() as session:
        require_step(await revision_in(session))
        parts = [
            await _store_table(session, place, backup_id, table, columns)
            for table, columns in (await tables_of(session)).items()
        ]
        sequences = await sequences_of(session)
        yield Rows(parts=parts, sequences=sequences, reading=lambda: nullcontext(session))


async def bring_back(
    database: Database,
    place: Storage,
    manifest: Manifest,
    folder: Path,
    *,
    mark: Mark | None = None,
) -> None:
    """Have the rows of a backup in a database of the same kind, and no others; or change nothing.

    `mark` writes beside them: they are there with what it writes, or not at all.

    Raises:
        Broken: `backup-spoilt`: not all of it could be read, or not all rows arrived.
        Refused: `dump-of-others`.

    """
    if manifest.kind == "sqlite":
        copy = folder / "restored.db"
        await unpack_file(place, manifest.parts[0], copy)
        if mark is not None:
            await _mark_file(copy, mark)
        await asyncio.to_thread(copy_sqlite, copy, file_of(database))
        return
    await upgrade(database, manifest.revision)
    parts = {part.name: part for part in manifest.parts}
    async with database.begin() as session:
        counts = await load(
            session,
            {part.name: part.columns for part in manifest.parts},
            manifest.sequences,
            lambda table: unpacked(place, parts[table]),
        )
        for part in manifest.parts:
            if counts[part.name] != part.rows:
                raise Broken(
                    "backup-spoilt",
                    f"Of {part.rows} rows of {part.name} {counts[part.name]} arrived.",
                )
        if mark is not None:
            await mark(session)


async def _mark_file(path: Path, mark: Mark) -> None:
    opened = Database(f"sqlite+aiosqlite:///{path}")
    try:
        async with opened.begin() as session:
            await mark(session)
    finally:
        await opened.close()


async def _store_table(
    session: Session, place: Storage, backup_id: str, table: str, columns: Sequence[str]
) -> Part:
    key = f"{BACKUPS}{backup_id}/tables/{table}.gz"
    async with packing(place) as packed:
        rows = await copy_table_out(session, table, columns, packed.write)
        part = await packed.commit(key, name=table)
    return part.model_copy(update={"rows": rows, "columns": tuple(columns)})
