"""What jobs are about, and whether it is still there."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.kinds import Kind
from catalog.masters import tracks_of
from catalog.models.ddex import ErnMessage
from catalog.models.releases import Archive, Artwork, Release
from catalog.splits import master_of_split, split_of

#: What is about one row, by its number.
_ROWS = {
    Kind.UNPACK: Archive,
    Kind.RELEASE: Release,
    Kind.ARTWORK: Artwork,
    Kind.INGEST: ErnMessage,
}


async def is_there(session: Session, kind: str, subject: str) -> bool:
    """Whether what a job is about is still wanted by anybody; of other kinds nobody else knows."""
    match kind:
        case Kind.EXAMINE | Kind.LADDER | Kind.COMPARE:
            return bool(await tracks_of(session, UUID(subject)))
        case Kind.PIECE | Kind.JOIN:
            return await master_of_split(session, split_of(subject)) is not None
        case _ if kind in _ROWS:
            return await session.get(_ROWS[Kind(kind)], UUID(subject)) is not None
        case _:
            return True
