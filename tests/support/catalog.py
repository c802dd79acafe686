"""Rows to test with, made the way the house makes them."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from base.clock import ManualClock
from base.database import Database, Session
from base.storage.port import key_of
from base.units import SizeBytes
from catalog.callers import Caller
from catalog.models.music import Track
from catalog.models.plays import Grant, PlaySession
from catalog.music import track_of
from catalog.people import create_account
from catalog.plays import move_play, play_session
from catalog.roles import Role
from catalog.schema import upgrade
from catalog.states import PlayEvent, PlayState, TrackState
from ingest.accept import Accepted, accept
from ingest.receive import Received
from refrain.synthetic_credit import top_up

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()


async def with_tables(database: Database) -> None:
    """Give a database all its tables; where SQLite has no file yet, it begins as a copy."""
    if database.engine.dialect.name == "sqlite":
        await asyncio.to_thread(begin_as_copy, Path(database.engine.url.database or ""))
    await upgrade(database)


def begin_as_copy(path: Path) -> None:
    """Give SQLite a file with all tables, unless it has one."""
    if not path.exists():
        path.write_bytes(sqlite_template())


@cache
def sqlite_template() -> bytes:
    """Answer a file of SQLite with all tables: a copy costs a hundredth of the migrations."""
    # In a thread of its own: where a browser is driven, a loop runs in this one.
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "refrain.db"
        thread.submit(asyncio.run, migrated(f"sqlite+aiosqlite:///{path}")).result()
        return path.read_bytes()


async def migrated(url: str) -> str:
    """Give a database all its tables, and leave it."""
    async with open_database(url):
        return url


async def person(database: Database, role: Role, *, millicredits: int = 0) -> Caller:
    async with database.begin() as session:
        caller = await create_account(session, name=f"A {role}", role=role, now=NOON)
        if millicredits:
            await top_up(session, caller.id, millicredits=millicredits, now=NOON)
    return caller


def received(content: bytes) -> Received:
    digest = hashlib.sha256(content).hexdigest()
    return Received(
        sha256=digest, size_bytes=SizeBytes(len(content)), key=key_of("masters", digest)
    )


async def accepted(
    database: Database,
    artist: Caller,
    content: bytes = b"song",
    *,
    filename: str = "Song.flac",
) -> Accepted:
    async with database.begin() as session:
        return await accept(
            session,
            received(content),
            filename=filename,
            caller=artist,
            request_id="test",
            now=NOON,
        )


async def audible(database: Database, artist: Caller, content: bytes = b"song") -> UUID:
    """Take a master in whose track everybody can hear; answer the track."""
    track_id = (await accepted(database, artist, content)).track_id
    async with database.begin() as session:
        (await session.get_one(Track, track_id)).state = TrackState.COMPLETE
    return track_id


async def opened(
    database: Database, clock: ManualClock, *, listener: Caller, track_id: UUID
) -> UUID:
    """Open a session that heard nothing yet."""
    async with database.begin() as session:
        play = await opened_in(session, listener=listener, track_id=track_id, now=clock())
    return play.id


async def opened_in(
    session: Session, *, listener: Caller, track_id: UUID, now: datetime
) -> PlaySession:
    """Open it among what else is written."""
    found = await track_of(session, track_id)
    play = PlaySession(
        id=uuid4(),
        listener_id=listener.id,
        track_id=track_id,
        recording_id=found.track.recording_id,
        master_id=found.master.id,
        grant=Grant.FULL,
        duration_ms=180_000,
        threshold_ms=45_000,
        opened_at=now,
        active_at=now,
        state=PlayState.OPEN,
        reason="open",
    )
    session.add(play)
    await session.flush()
    return play


async def qualified(
    database: Database, clock: ManualClock, *, listener: Caller, track_id: UUID
) -> UUID:
    """Open a session and bring it where its settlement is due."""
    play_id = await opened(database, clock, listener=listener, track_id=track_id)
    async with database.begin() as session:
        move_play(await play_session(session, play_id), PlayEvent.QUALIFY, "qualified")
    return play_id
