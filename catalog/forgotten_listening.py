"""What goes of a listener's own when they are forgotten: all they kept, and lists that were theirs.

A playlist that others may edit goes on: the editor who was there first owns it from then on.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from base.database import Session
from catalog.models.charts import Nearing
from catalog.models.listening import (
    Favourite,
    Follow,
    ForgottenSession,
    HistoryChoice,
    PlayQueue,
    Rating,
)
from catalog.models.playlists import Playlist, PlaylistMember
from catalog.models.scrobbling import HeardElsewhere, Scrobble, ScrobbleLink
from catalog.playlist_rules import Part, Visibility
from catalog.playlists import note_change, remove

_KEPT = (
    *(Favourite, Rating, Follow, PlayQueue, ForgottenSession, PlaylistMember),
    HeardElsewhere,
)


async def forget_listening(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Delete what somebody kept; what they heard is told to nobody, and counts for nobody."""
    for model in _KEPT:
        await session.execute(delete(model).where(model.account_id == account_id))
    links = select(ScrobbleLink.id).where(ScrobbleLink.account_id == account_id)
    for gone in (
        delete(Scrobble).where(Scrobble.link_id.in_(links)),
        delete(ScrobbleLink).where(ScrobbleLink.account_id == account_id),
    ):
        await session.execute(gone.execution_options(synchronize_session=False))
    choice = {"forgotten_before": now, "is_counted": False, "changed_at": now}
    mine = HistoryChoice.account_id == account_id
    await session.execute(update(HistoryChoice).where(mine).values(choice))
    await session.execute(delete(Nearing).where(Nearing.listener_id == account_id))
    query = select(Playlist).where(Playlist.owner_id == account_id).order_by(Playlist.id)
    owned = list(await session.scalars(query.with_for_update()))
    await _hand_over(session, owned, now=now)
    await remove(session, [one.id for one in owned if one.owner_id == account_id])


async def _hand_over(session: Session, playlists: list[Playlist], *, now: datetime) -> None:
    """Let lists belong to whoever may edit them; what was said of them was their owner's word."""
    editors = select(PlaylistMember).where(
        PlaylistMember.playlist_id.in_([one.id for one in playlists]),
        PlaylistMember.capacity == Part.EDITOR,
    )
    order = PlaylistMember.joined_at.desc(), PlaylistMember.account_id.desc()
    heirs = {one.playlist_id: one for one in await session.scalars(editors.order_by(*order))}
    for playlist in playlists:
        heir = heirs.get(playlist.id)
        if heir is not None:
            playlist.owner_id, playlist.description = heir.account_id, ""
            playlist.visibility = Visibility.PRIVATE
            note_change(playlist, now=now)
            await session.delete(heir)
    await session.flush()
