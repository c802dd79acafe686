"""What is said of many tracks beside their names, to compare it with a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.several import among_told
from catalog.credit_roles import Did
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Artwork, Credit
from catalog.models.words import TrackGenre
from catalog.states import ArtworkState, TrackState
from catalog.version_states import VersionState

_UNDER_WAY = (VersionState.WAITING, VersionState.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The genres of a track, and who did what on it."""

    genres: tuple[str, ...] = ()
    credits: tuple[Did, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A track and its master; `replaced_by` is the SHA-256 of one that is to take its place."""

    state: TrackState
    sha256: str
    duration_s: float | None
    codec: str | None
    is_measured: bool
    reason: str | None
    replaced_by: str | None = None
    replaced_in: VersionState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture, as far as it was looked into; sizes in pixels."""

    state: ArtworkState
    width: int | None
    height: int | None
    reason: str | None


async def words_on_tracks(session: Session, track_ids: Collection[UUID]) -> dict[UUID, Words]:
    """Answer what is said of tracks."""
    genres, credits = defaultdict[UUID, list[str]](list), defaultdict[UUID, list[Did]](list)
    query = select(TrackGenre).where(among_told(TrackGenre.track_id, "ids"))
    for one in await session.scalars(query.order_by(TrackGenre.number), {"ids": track_ids}):
        genres[one.track_id].append(one.genre)
    asked = select(Credit).where(among_told(Credit.track_id, "ids")).order_by(Credit.number)
    for row in await session.scalars(asked, {"ids": track_ids}):
        credits[row.track_id].append(
            Did(
                role=row.role,
                name=row.name,
                ipi=row.ipi,
                isni=row.isni,
                artist_id=row.artist_id,
            )
        )
    return {one: Words(genres=tuple(genres[one]), credits=tuple(credits[one])) for one in track_ids}


async def heard_on(session: Session, track_ids: Collection[UUID]) -> dict[UUID, Heard]:
    """Answer tracks with their masters, and those that are to replace these."""
    query = select(TrackVersion.track_id, TrackVersion.state, Master.sha256)
    query = query.join(Master, Master.id == TrackVersion.master_id)
    query = query.where(among_told(TrackVersion.track_id, "ids"))
    query = query.where(TrackVersion.state.in_(_UNDER_WAY)).order_by(TrackVersion.number)
    others = {
        track_id: (VersionState(state), sha256)
        for track_id, state, sha256 in await session.execute(query, {"ids": track_ids})
    }
    asked = select(Track, Master).join(Master, Master.id == Track.master_id)
    rows = await session.execute(
        asked.where(among_told(Track.id, "ids")).execution_options(populate_existing=True),
        {"ids": track_ids},
    )
    return {
        track.id: Heard(
            state=TrackState(track.state),
            sha256=master.sha256,
            duration_s=master.duration_s,
            codec=master.codec,
            is_measured=master.pcm_sha256 is not None,
            reason=track.reason,
            replaced_in=others[track.id][0] if track.id in others else None,
            replaced_by=others[track.id][1] if track.id in others else None,
        )
        for track, master in rows
    }


async def shown_as(session: Session, artwork_id: UUID | None) -> Shown | None:
    """Answer a picture, if there is one."""
    row = await session.get(Artwork, artwork_id, populate_existing=True) if artwork_id else None
    if row is None:
        return None
    return Shown(
        state=ArtworkState(row.state), width=row.width, height=row.height, reason=row.reason
    )
