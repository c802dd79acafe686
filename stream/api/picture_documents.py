"""Pictures as documents: where they are, and what became of those that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from base.database import Session
from catalog.artworks import artworks_of
from catalog.models.releases import Artwork, ArtworkImage
from catalog.pictures import PictureOf, Shown
from catalog.states import ArtworkState

_WHERE = {
    Shown.RELEASE: "/api/v1/releases/{}/artwork",
    Shown.TRACK: "/api/v1/tracks/{}/artwork",
    Shown.ARTIST: "/api/v1/artists/{}/picture",
    Shown.LABEL: "/api/v1/labels/{}/picture",
}


class ArtworkImageFacts(BaseModel):
    """One image; `size` is what its longer side may measure."""

    size: int
    form: str
    width: int
    height: int
    bytes: int
    url: str


class ArtworkFacts(BaseModel):
    """A picture: its own width and height in pixels, and the images that were made of it."""

    state: ArtworkState
    reason: str | None
    width: int | None
    height: int | None
    url: str
    images: list[ArtworkImageFacts]


def picture_url(of: PictureOf | None) -> str | None:
    """Answer where a picture is, if there is one."""
    return None if of is None else url_of(of)


def url_of(of: PictureOf) -> str:
    """Answer where a picture is."""
    return _WHERE[of.kind].format(of.id)


async def pictures_told(
    session: Session, chosen: Mapping[PictureOf, UUID | None], *, is_own: bool
) -> dict[PictureOf, ArtworkFacts]:
    """Answer what is told of pictures: to others than their owner only of those that are shown."""
    found = await artworks_of(session, {one for one in chosen.values() if one is not None})
    return {
        of: _facts(of, *found[artwork_id])
        for of, artwork_id in chosen.items()
        if artwork_id in found and (is_own or found[artwork_id][0].state == ArtworkState.READY)
    }


def _facts(of: PictureOf, artwork: Artwork, images: list[ArtworkImage]) -> ArtworkFacts:
    root = url_of(of)
    return ArtworkFacts(
        state=ArtworkState(artwork.state),
        reason=artwork.reason,
        width=artwork.width,
        height=artwork.height,
        url=f"{root}/{{size}}",
        images=[
            ArtworkImageFacts(
                size=one.size,
                form=one.form,
                width=one.width,
                height=one.height,
                bytes=one.size_bytes,
                url=f"{root}/{one.size}.{one.form}",
            )
            for one in images
        ],
    )
