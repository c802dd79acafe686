"""Things to find, written as anybody writes them, and the questions that find them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import update

from base.bulk import insert_many
from base.database import Database, Session
from catalog.callers import Caller
from catalog.models.base import table_of
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.search import SearchDocument
from catalog.roles import Role
from catalog.search import Asked, search
from catalog.search_refresh import refresh
from catalog.states import TrackState
from tests.support.catalog import NOON, person

#: What somebody wrote of a track: title, artist, plays.
Written = tuple[str, str, int]


async def put_out(
    database: Database, written: Sequence[Written], *, by: Caller | None = None
) -> dict[str, UUID]:
    """Let tracks be heard by all, and found; answer them by title and artist."""
    artist = by or await person(database, Role.ARTIST)
    async with database.begin() as session:
        ids = await _insert(session, artist, written)
    await refreshed(database)
    async with database.begin() as session:
        for (_, _, plays), track_id in zip(written, ids.values(), strict=True):
            which = SearchDocument.subject_id == track_id
            await session.execute(update(SearchDocument).where(which).values(popularity=plays))
    return ids


async def _insert(session: Session, artist: Caller, written: Iterable[Written]) -> dict[str, UUID]:
    rows = [(title, name, uuid4(), uuid4(), uuid4()) for title, name, _ in written]
    masters = ("id", "sha256", "size_bytes", "storage_key", "filename", "uploaded_by", "created_at")
    await insert_many(
        session,
        table_of(Master),
        masters,
        [(one, one.hex * 2, 1, "none", "a.wav", artist.id, NOON) for *_, one, _, _ in rows],
    )
    recordings = [(one, artist.id, NOON) for *_, one, _ in rows]
    await insert_many(session, table_of(Recording), ("id", "owner_id", "created_at"), recordings)
    same = (artist.id, [], str(TrackState.COMPLETE), NOON, NOON, "test", False)
    columns = ("owner_id", "edited", "state", "changed_at", "created_at", "request_id", "is_free")
    tracks = [
        (track, recording, master, title, name, *same)
        for title, name, master, recording, track in rows
    ]
    named = ("id", "recording_id", "master_id", "title", "artist", *columns)
    for row in tracks:
        session.add(Track(**dict(zip(named, row, strict=True))))
    await session.flush()
    return {f"{title} · {name}": track for title, name, _, _, track in rows}


async def refreshed(database: Database) -> None:
    """Let the search know what was written."""
    marks = 1
    while marks:
        async with database.begin() as session:
            marks = await refresh(session)


async def found(database: Database, text: str, *, limit: int = 50) -> list[str]:
    """Answer what is found, the best first."""
    async with database.read() as session:
        told = await search(session, Asked(text=text, limit=limit))
    return [
        f"{one.document.title} · {one.document.credited}"
        if one.document.credited
        else one.document.title
        for one in told
    ]
