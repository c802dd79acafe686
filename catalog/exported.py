"""What others are told of releases: whose it is to tell, and the picture that goes with it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from base.database import Session
from catalog.models.artists import Label, ReleaseLabel
from catalog.models.ddex import SuppliedRelease
from catalog.models.releases import Artwork, ArtworkImage
from catalog.states import ArtworkState

_FORM = "jpeg"


async def is_supplied(session: Session, release_id: UUID) -> bool:
    """Answer whether a release came from a partner, who tells others of it."""
    query = select(exists().where(SuppliedRelease.release_id == release_id))
    return bool(await session.scalar(query))


async def confirmed_label(session: Session, release_id: UUID) -> Label | None:
    """Answer the label of a release, where that label says so, too."""
    query = select(Label).join(ReleaseLabel, ReleaseLabel.label_id == Label.id)
    query = query.where(ReleaseLabel.release_id == release_id)
    return (await session.scalars(query.where(ReleaseLabel.confirmed_at.is_not(None)))).first()


async def largest_image(session: Session, artwork_id: UUID | None) -> ArtworkImage | None:
    """Answer the largest JPEG that was made of a picture; None where it cannot be shown.

    It has nothing of the file that it was made of: neither where it was taken nor by whom.
    """
    query = select(ArtworkImage).join(Artwork, Artwork.id == ArtworkImage.artwork_id)
    query = query.where(Artwork.id == artwork_id, Artwork.state == ArtworkState.READY)
    query = query.where(ArtworkImage.form == _FORM).order_by(ArtworkImage.width.desc())
    return (await session.scalars(query.limit(1))).first()
