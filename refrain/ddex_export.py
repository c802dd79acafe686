"""Deliveries of our own releases, put into a folder: messages, masters and covers."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.errors import Broken, Refused
from base.settings import Settings
from base.storage.port import Key, Storage
from base.tools import open_tools
from ingest.ddex.export.deliveries import Folder, delivery_of
from ingest.ddex.export.facts import Cover, Sound
from ingest.ddex.export.telling import Telling, Wanted, tell
from ingest.ddex.findings import MessageFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A delivery that is wholly there, and what whoever sends it should know."""

    folder: Path
    files: int
    size_bytes: int
    findings: Sequence[MessageFinding]

    def as_json(self) -> dict[str, Any]:
        """Print it for programs."""
        return {"folder": str(self.folder), "files": self.files, "bytes": self.size_bytes}


async def message_of(settings: Settings, wanted: Wanted) -> Telling:
    """Answer a message of a release, as `tell`."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return await tell(session, wanted, settings, now=tools.clock())


async def export_to(settings: Settings, wanted: Sequence[Wanted], above: Path) -> Put:
    """Put a delivery into a folder of its own, which appears there when all of it is in it.

    Raises:
        Refused: as `tell`; `folder-taken`, 409: there is such a delivery, or no folder can be made.
        Broken: `object-differs`: a file is not the one that was stored.

    """
    async with open_tools(settings) as tools:
        now = tools.clock()
        async with tools.database.read() as session:
            tellings = [await tell(session, one, settings, now=now) for one in wanted]
        delivery = delivery_of(tellings, now)
        with _folder(above / f".{delivery.name}.part") as place:
            size_bytes = await _fill(place, delivery, tools.storage)
            await asyncio.to_thread(place.rename, above / delivery.name)
    return Put(
        folder=above / delivery.name,
        files=len(delivery.copied) + len(delivery.written),
        size_bytes=size_bytes,
        findings=[found for one in tellings for found in one.findings],
    )


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    """Make a folder for a delivery, and those above it; what is not whole in the end goes."""
    try:
        place.mkdir(parents=True)
    except OSError as error:
        raise Refused(
            "folder-taken", f"{place.parent} cannot take a delivery: {error.strerror}.", status=409
        ) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)  # it is there no more, once it has its name


async def _fill(place: Path, delivery: Folder, storage: Storage) -> int:
    """Copy all files of a delivery, and write its messages behind them; answer its bytes."""
    size_bytes = 0
    for path, file in delivery.copied.items():
        await _copy(storage, file, _beside(place, path))
        size_bytes += file.size_bytes
    for path, content in delivery.written.items():
        await asyncio.to_thread(_beside(place, path).write_bytes, content)
        size_bytes += len(content)
    return size_bytes


def _beside(place: Path, path: str) -> Path:
    target = place / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


async def _copy(storage: Storage, file: Sound | Cover, target: Path) -> None:
    digest = hashlib.sha256()
    with target.open("xb") as copy:
        async for data in storage.read(Key(file.storage_key)):
            digest.update(data)
            await asyncio.to_thread(copy.write, data)
    if digest.hexdigest() != file.sha256:
        raise Broken("object-differs", f"{file.storage_key} is not what was stored under its name.")
