"""What listeners listened to elsewhere: kept once, found again among our tracks, and forgotten.

It is what somebody's own programs say. It counts for nobody, and nobody pays or is paid for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, or_, select

from base.database import Session, insert_if_new
from base.errors import Refused
from catalog.cards import is_for_all, placed
from catalog.keysets import behind
from catalog.listenbrainz import Submitted
from catalog.listens import Listen, number_of
from catalog.models.music import Recording, Track
from catalog.models.scrobbling import HeardElsewhere

Place = tuple[datetime, UUID]
#: So many are kept of one listener.
MOST = 500_000
#: What a match is looked for among, at most.
_MOST_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A track of ours that a listen may be of."""

    track_id: UUID
    title: str
    artist: str
    isrc: str | None
    mbid: UUID | None


async def keep(
    session: Session, account_id: UUID, listens: Sequence[Submitted], *, now: datetime
) -> None:
    """Keep what somebody listened to elsewhere; what is there already stays as it is.

    Raises:
        Refused: `listens-too-many`, 409: there are very many of theirs already.

    """
    if await count_kept(session, account_id) + len(listens) > MOST:
        raise Refused(
            "listens-too-many",
            f"At most {MOST} listens are kept of one listener; forget some of them first.",
            status=409,
        )
    matches = await matched(session, [one.listen for one in listens])
    rows = [
        _row(account_id, one, track_id, now=now)
        for one, track_id in zip(listens, matches, strict=True)
    ]
    # In the order of their keys, so that two who submit at once never wait for each other.
    rows.sort(key=lambda row: (row["listened_at"], row["number"]))
    await insert_if_new(session, HeardElsewhere, rows)


def _row(
    account_id: UUID, submitted: Submitted, track_id: UUID | None, *, now: datetime
) -> dict[str, Any]:
    listen = submitted.listen
    return {
        "id": uuid4(),
        "account_id": account_id,
        "listened_at": listen.listened_at,
        "number": number_of(track=listen.track, artist=listen.artist, release=listen.release),
        "track": listen.track,
        "artist": listen.artist,
        "release": listen.release,
        "info": dict(submitted.info),
        "track_id": track_id,
        "told_at": now,
    }


async def matched(session: Session, listens: Sequence[Listen]) -> list[UUID | None]:
    """Answer for each listen the track of ours that it is of, of those that all may hear."""
    candidates = await _candidates(session, listens)
    by_mbid = _first((one.mbid, one) for one in candidates)
    by_isrc = _first((one.isrc, one) for one in candidates)
    by_name = _first((_names(one.title, one.artist), one) for one in candidates)
    return [
        by_mbid.get(one.recording_mbid)
        or by_isrc.get(one.isrc)
        or by_name.get(_names(one.track, one.artist))
        for one in listens
    ]


async def _candidates(session: Session, listens: Sequence[Listen]) -> list[Found]:
    mbids = {one.recording_mbid for one in listens} - {None}
    isrcs = {one.isrc for one in listens} - {None}
    titles = {one.track for one in listens}
    query = (
        placed(select(Track.id, Track.title, Track.artist, Recording.isrc, Track.mbid))
        .join(Recording, Recording.id == Track.recording_id)
        .where(
            is_for_all(),
            or_(Track.mbid.in_(mbids), Recording.isrc.in_(isrcs), Track.title.in_(titles)),
        )
        .order_by(Track.created_at, Track.id)
        .limit(_MOST_CANDIDATES)
    )
    return [
        Found(track_id=row.id, title=row.title, artist=row.artist, isrc=row.isrc, mbid=row.mbid)
        for row in await session.execute(query)
    ]


def _first(pairs: Iterable[tuple[object, Found]]) -> dict[object, UUID]:
    """Answer by what they are known by the track of each that was there first."""
    found: dict[object, UUID] = {}
    for key, one in pairs:
        if key is not None:
            found.setdefault(key, one.track_id)
    return found


def _names(title: str, artist: str) -> tuple[str, str]:
    return (" ".join(title.casefold().split()), " ".join(artist.casefold().split()))


async def count_kept(session: Session, account_id: UUID) -> int:
    """Answer how much of somebody's is kept."""
    query = select(func.count()).where(HeardElsewhere.account_id == account_id)
    return await session.scalar(query) or 0


async def kept_of(
    session: Session, account_id: UUID, *, limit: int, after: Place | None = None
) -> list[HeardElsewhere]:
    """Answer what somebody listened to elsewhere, the newest first, behind a place."""
    order = HeardElsewhere.listened_at, HeardElsewhere.id
    query = select(HeardElsewhere).where(
        HeardElsewhere.account_id == account_id, behind(order, after, descending=True)
    )
    return list(await session.scalars(query.order_by(*(one.desc() for one in order)).limit(limit)))


async def kept_between(
    session: Session,
    account_id: UUID,
    *,
    above: datetime | None,
    below: datetime | None,
    limit: int,
) -> list[HeardElsewhere]:
    """Answer the same of a time between two, the newest first.

    Told only where it begins, those are answered that follow it first.
    """
    at = HeardElsewhere.listened_at
    query = select(HeardElsewhere).where(HeardElsewhere.account_id == account_id)
    if above is not None:
        query = query.where(at > above)
    if below is not None:
        query = query.where(at < below)
    is_upward = above is not None and below is None
    order = (at, HeardElsewhere.id) if is_upward else (at.desc(), HeardElsewhere.id.desc())
    found = list(await session.scalars(query.order_by(*order).limit(limit)))
    return found[::-1] if is_upward else found


async def ends_of(session: Session, account_id: UUID) -> tuple[datetime | None, datetime | None]:
    """Answer when the oldest and the newest listen of somebody that is kept began."""
    at = HeardElsewhere.listened_at
    query = select(func.min(at), func.max(at)).where(HeardElsewhere.account_id == account_id)
    oldest, newest = (await session.execute(query)).one()
    return oldest, newest


async def forget_kept(session: Session, account_id: UUID, listen_id: UUID) -> None:
    """Forget one listen of somebody's.

    Raises:
        Refused: `listen-unknown`, 404, also when it is another's.

    """
    found = await session.get(HeardElsewhere, listen_id)
    if found is None or found.account_id != account_id:
        raise unknown_listen()
    await session.delete(found)


def unknown_listen() -> Refused:
    """Say that there is none."""
    return Refused("listen-unknown", "There is no such listen.", status=404)


async def forget_named(
    session: Session, account_id: UUID, *, listened_at: datetime, number: UUID
) -> None:
    """Forget a listen of somebody's, by when it was and by the number of its names."""
    gone = delete(HeardElsewhere).where(
        HeardElsewhere.account_id == account_id,
        HeardElsewhere.listened_at == listened_at,
        HeardElsewhere.number == number,
    )
    await session.execute(gone)


async def forget_all_kept(session: Session, account_id: UUID) -> None:
    """Forget all that somebody listened to elsewhere."""
    gone = delete(HeardElsewhere).where(HeardElsewhere.account_id == account_id)
    await session.execute(gone.execution_options(synchronize_session=False))
