"""Whom somebody follows, and what is new of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, delete, func, select, union

from base.database import Session, is_new
from base.errors import Refused
from catalog.keysets import behind
from catalog.liking import Kind
from catalog.models.artists import ReleaseArtist, ReleaseLabel
from catalog.models.listening import Follow
from catalog.models.releases import Release
from catalog.states import ReleaseState

MOST = 5_000
Place = tuple[datetime, UUID]
_ORDER = Release.published_at, Release.id


async def follow(
    session: Session, account_id: UUID, kind: Kind, subject_id: UUID, *, now: datetime
) -> bool:
    """Let somebody follow an artist, a label or a person; answer whether that is new.

    Raises:
        Refused: `too-many`, 409.

    """
    count = select(func.count()).where(Follow.account_id == account_id)
    if (await session.scalar(count) or 0) >= MOST:
        raise Refused("too-many", f"You follow {MOST} already: leave some first.", status=409)
    row = {"account_id": account_id, "kind": kind, "subject_id": subject_id, "since": now}
    return await is_new(session, Follow, row)


async def unfollow(session: Session, account_id: UUID, kind: Kind, subject_id: UUID) -> None:
    """Let somebody follow no more."""
    which = Follow.account_id == account_id, Follow.kind == kind, Follow.subject_id == subject_id
    await session.execute(delete(Follow).where(*which))


async def follows_of(
    session: Session, account_id: UUID, *, limit: int, after: Place | None = None
) -> list[Follow]:
    """Answer whom somebody follows, the newest first."""
    order = Follow.since, Follow.subject_id
    mine = Follow.account_id == account_id, behind(order, after, descending=True)
    query = select(Follow).where(*mine).order_by(*(one.desc() for one in order))
    return list(await session.scalars(query.limit(limit)))


async def is_followed(session: Session, account_id: UUID, kind: Kind, subject_id: UUID) -> bool:
    """Whether somebody follows somebody."""
    return await session.get(Follow, (account_id, str(kind), subject_id)) is not None


async def followers_of(session: Session, kind: Kind, subject_id: UUID) -> int:
    """Answer how many follow somebody."""
    which = Follow.kind == kind, Follow.subject_id == subject_id
    return await session.scalar(select(func.count()).where(*which)) or 0


async def new_releases(
    session: Session,
    account_id: UUID,
    *,
    limit: int,
    after: Place | None = None,
) -> list[Release]:
    """Answer what artists and labels put out whom somebody follows, the newest first."""
    query = asking_new(account_id).where(behind(_ORDER, after, descending=True))
    return list(await session.scalars(query.limit(limit)))


def asking_new(account_id: UUID | BindParameter[UUID]) -> Select[Release]:
    """Ask for what artists and labels put out whom somebody follows, the newest first."""
    query = select(Release).where(
        Release.id.in_(_followed(account_id)), Release.state == ReleaseState.PUBLISHED
    )
    return query.order_by(*(one.desc() for one in _ORDER))


def people_followed(account_id: UUID) -> Select[UUID]:
    """Answer the people whom somebody follows, as part of a larger question."""
    return _subjects(account_id, Kind.PERSON)


def _followed(account_id: UUID | BindParameter[UUID]) -> Any:  # noqa: ANN401 - SQLAlchemy names no such union
    artists = select(ReleaseArtist.release_id).where(
        ReleaseArtist.artist_id.in_(_subjects(account_id, Kind.ARTIST)),
        ReleaseArtist.confirmed_at.is_not(None),
    )
    labels = select(ReleaseLabel.release_id).where(
        ReleaseLabel.label_id.in_(_subjects(account_id, Kind.LABEL)),
        ReleaseLabel.confirmed_at.is_not(None),
    )
    return union(artists, labels)


def _subjects(account_id: UUID | BindParameter[UUID], kind: Kind) -> Select[UUID]:
    mine = Follow.account_id == account_id, Follow.kind == kind
    return select(Follow.subject_id).where(*mine)
