"""Artists and labels as pages show them, with their picture: in one statement."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from base.database import Session
from catalog.artworks import is_shown
from catalog.discographies import is_heard_of_artist, is_heard_of_label
from catalog.models.artists import Artist, Label
from catalog.pictures import PictureOf, Shown, picture_of


async def artist_pages(
    session: Session, ids: Collection[UUID], *, for_id: UUID | None
) -> dict[UUID, tuple[Artist, PictureOf | None]]:
    """Answer artists by their numbers: who are heard of, or looked after by who asks."""
    query = select(Artist, is_shown(Artist.artwork_id)).where(Artist.id.in_(list(ids)))
    seen = query.where(or_(is_heard_of_artist(Artist.id), _is_own(Artist, for_id)))
    return {
        row.id: (row, picture_of(Shown.ARTIST, row.id, is_there=has_picture))
        for row, has_picture in await session.execute(seen)
    }


async def label_pages(
    session: Session, ids: Collection[UUID], *, for_id: UUID | None
) -> dict[UUID, tuple[Label, PictureOf | None]]:
    """Answer labels by their numbers; as artists."""
    query = select(Label, is_shown(Label.artwork_id)).where(Label.id.in_(list(ids)))
    seen = query.where(or_(is_heard_of_label(Label.id), _is_own(Label, for_id)))
    return {
        row.id: (row, picture_of(Shown.LABEL, row.id, is_there=has_picture))
        for row, has_picture in await session.execute(seen)
    }


def _is_own(model: type[Artist | Label], for_id: UUID | None) -> ColumnElement[bool]:
    return false() if for_id is None else model.account_id == for_id
