"""The files that owners of tracks may keep, of many tracks in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from base.database import Session
from catalog.generations import CURRENT
from catalog.models.files import KEPT, Rendition
from catalog.models.music import Track


async def keepable_files(session: Session, tracks: Collection[UUID]) -> dict[UUID, list[Rendition]]:
    """Answer the files of each track in which it can be kept, FLAC and then the largest first."""
    is_kept = or_(Rendition.is_download, Rendition.rung == KEPT)
    query = (
        select(Track.id, Rendition)
        .join(Rendition, Rendition.master_id == Track.master_id)
        .where(Track.id.in_(list(tracks)), is_kept, CURRENT)
        .order_by(Rendition.rung != KEPT, Rendition.size_bytes.desc(), Rendition.rung)
    )
    found: dict[UUID, list[Rendition]] = defaultdict(list)
    for track, rendition in await session.execute(query):
        found[track].append(rendition)
    return found
