"""Desks to take uploads in at, without a server before them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from base.settings import Settings
from base.tools import open_tools
from catalog.callers import Caller
from catalog.uploads import Upload, Way
from ingest import uploads
from ingest.desk import Desk, open_desk
from ingest.early import Judge, Judgement
from ingest.uploads import Body, NewUpload
from tests.support.catalog import with_tables


def no_judge(head: bytes, filename: str, size: int | None) -> Judgement:
    del head, filename, size
    return Judgement()


@asynccontextmanager
async def desk_at(
    folder: Path,
    *,
    database_url: str,
    storage_url: str,
    valkey_url: str,
    judge: Judge = no_judge,
    **settings: object,
) -> AsyncIterator[Desk]:
    values = {
        "data_dir": folder,
        "database_url": database_url,
        "storage_url": storage_url,
        "redis_url": valkey_url,
        **settings,
    }
    async with open_tools(Settings.model_validate(values)) as tools:
        await with_tables(tools.database)
        async with open_desk(tools, judge) as desk:
            yield desk


def some_bytes(size: int, *, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def new(length: int | None, **more: object) -> NewUpload:
    values = {"filename": "song.wav", "way": Way.TUS, "request_id": "test", **more}
    return NewUpload(length_bytes=length, **values)  # type: ignore[arg-type] # as each test says


async def chunked(data: bytes, *, size: int = 256 << 10) -> AsyncIterator[bytes]:
    for piece in pieces(data, size=size):
        yield piece


def pieces(data: bytes, *, size: int = 256 << 10) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def send(desk: Desk, caller: Caller, upload: Upload, data: bytes, **more: object) -> Upload:
    """Append bytes where the upload stands, or `at` another place."""
    values = {"at": upload.offset_bytes, "chunks": chunked(data), **more}
    return await uploads.append(
        desk,
        caller,
        upload.id,
        Body(**values),  # type: ignore[arg-type] # as each test says
    )
