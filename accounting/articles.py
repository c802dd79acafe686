"""Tracks that are asked for by their number or by their release, as articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounting.deals import deal_for
from accounting.quoting import Article, Quote, quoted
from accounting.stakes import stakes_of
from base.database import Session
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import AUDIBLE, unknown_track
from catalog.plays import UNHEARD
from catalog.releases import unknown_release
from catalog.states import HIDDEN, TrackState


async def article_of(session: Session, track_id: UUID) -> Article:
    """Answer a track.

    Raises:
        Refused: `track-unknown`, 404, also where it is still a draft.

    """
    for article in await _articles(session, Track.id == track_id):
        return article
    raise unknown_track()


async def articles_on(session: Session, release_id: UUID) -> list[Article]:
    """Answer the tracks of a release; a recording that stands there twice only once.

    Raises:
        Refused: `release-unknown`, 404, also where it is still a draft.

    """
    found = await _articles(session, ReleaseTrack.release_id == release_id)
    if not found:
        raise unknown_release()
    return list({one.recording_id: one for one in found}.values())


async def _articles(session: Session, *which: ColumnElement[bool]) -> list[Article]:
    query = (
        select(Track.id, Track.recording_id, Track.owner_id, Track.state, Track.is_free)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .where(*which, Track.state != TrackState.REMOVED)
        .where(Release.id.is_(None) | (Release.state.not_in(HIDDEN)))
        .order_by(ReleaseTrack.disc, ReleaseTrack.position, Track.id)
    )
    return [
        Article(
            track_id=track,
            recording_id=recording,
            owner_id=owner,
            is_audible=state in AUDIBLE,
            is_free=is_free,
        )
        for track, recording, owner, state, is_free in await session.execute(query)
    ]


async def keep_articles(session: Session, articles: Sequence[Article]) -> None:
    """Let no track be removed before the end, which would not see that somebody is to own it.

    Raises:
        Refused: `track-unknown`, 404: one was removed meanwhile.

    """
    wanted = {one.track_id for one in articles}
    query = select(Track.id).where(Track.id.in_(wanted), Track.state != TrackState.REMOVED)
    # Who only changes a track need not wait; who locks it to move it, or removes it, does.
    query = query.order_by(Track.id).with_for_update(read=True, key_share=True)
    if set(await session.scalars(query)) != wanted:
        raise unknown_track()


async def quotes_for(  # noqa: PLR0913 - who asks for what, where, and when
    session: Session,
    articles: Sequence[Article],
    *,
    listener_id: UUID,
    territory: str | None,
    prices: Sequence[int],
    now: datetime,
) -> list[Quote]:
    """Answer what each article costs a listener who is in a territory."""
    stakes = await stakes_of(
        session,
        listener_id,
        tracks={one.track_id for one in articles},
        recordings={one.recording_id for one in articles},
    )
    return [
        quoted(
            one,
            listener_id=listener_id,
            dealt=deal_for(stakes.deals.get(one.track_id, ()), at=now, territory=territory),
            standing=stakes.standings.get(one.recording_id, UNHEARD),
            prices=prices,
        )
        for one in articles
    ]
