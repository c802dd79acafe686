"""The job of an export of one's own data: a ZIP of JSON files, each of one moment, in storage."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import structlog

from accounting import personal as of_books
from base.database import Session
from base.storage.port import Key, key_of
from catalog import personal
from catalog.exports import note_made
from catalog.models.privacy import PersonalExport
from catalog.objects import own_suffix
from catalog.personal_form import printed, readme, schema_of
from catalog.personal_queries import Export, rows_of
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: All of them, in the order in which they are told.
EXPORTS: Sequence[Export] = (*personal.EXPORTS, *of_books.EXPORTS)
_BLOCK_BYTES = 1 << 20


async def make_export(holding: Holding, leased: Leased) -> None:
    """Gather all that is known of somebody; done twice, it finds that it was done."""
    tools, export_id = holding.tools, UUID(leased.subject)
    async with tools.database.read() as session:
        export = await session.get(PersonalExport, export_id)
    if export is None or export.made_at is not None:  # or they were forgotten meanwhile
        await holding.ends.finish(leased)
        return
    with holding.folder() as folder:
        path = folder / "export.zip"
        async with tools.database.snapshot() as session:
            await _gather(session, export, path, made_at=tools.clock())
        key, size_bytes = await _stored(holding, export_id, path)
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())
        row = await session.get(PersonalExport, export_id, with_for_update=True)
        if row is not None:
            note_made(row, key=key, size_bytes=size_bytes, now=tools.clock())
    log.info("export made", export=str(export_id), bytes=size_bytes)


async def _gather(
    session: Session, export: PersonalExport, path: Path, *, made_at: datetime
) -> None:
    told: list[tuple[str, str, int]] = []
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for one in EXPORTS:
            with file.open(f"{one.name}.json", "w", force_zip64=True) as entry:
                rows = await _write(session, one, export.account_id, entry)
            told.append((one.name, one.says, rows))
        schemas = {one.name: (one.says, one.schema()) for one in EXPORTS}
        file.writestr("schema.json", schema_of(schemas))
        page = readme(told, account=str(export.account_id), made_at=made_at)
        file.writestr("README.txt", page)


async def _write(session: Session, one: Export, account_id: UUID, entry: IO[bytes]) -> int:
    count = 0
    entry.write(b"[")
    async for rows in rows_of(session, one, account_id):
        text = ",\n ".join(map(printed, rows))
        await asyncio.to_thread(entry.write, f"{',' if count else ''}\n {text}".encode())
        count += len(rows)
    entry.write(b"\n]\n")
    return count


async def _stored(holding: Holding, export_id: UUID, path: Path) -> tuple[Key, int]:
    digest = await asyncio.to_thread(_digest, path)
    key = key_of("exports", digest, own_suffix(export_id, ".zip"))
    stored = await holding.claims.store_file(key, path, sha256=digest)
    return key, stored.size_bytes


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
