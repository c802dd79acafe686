"""How long playlists last, after a track on them became longer or shorter."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from base.database import Session
from catalog.models.files import Master
from catalog.models.playlists import Playlist, PlaylistEntry


async def note_length(session: Session, track_id: UUID, *, before_id: UUID, after_id: UUID) -> None:
    """Let the lists that a track is on last as long as another master of it does."""
    longer_ms = await _lasts_ms(session, after_id) - await _lasts_ms(session, before_id)
    if not longer_ms:
        return
    on = PlaylistEntry.track_id == track_id
    times = select(func.count()).where(on, PlaylistEntry.playlist_id == Playlist.id)
    lists = Playlist.id.in_(select(PlaylistEntry.playlist_id).where(on))
    lasts = Playlist.duration_ms + longer_ms * times.scalar_subquery()
    await session.execute(
        update(Playlist)
        .where(lists)
        .values(duration_ms=lasts)
        .execution_options(synchronize_session=False)
    )


async def _lasts_ms(session: Session, master_id: UUID) -> int:
    return (await session.get_one(Master, master_id)).duration_ms or 0
