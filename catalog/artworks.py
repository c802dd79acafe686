"""Pictures, the sizes made of them, and what shows them: music, who made it, and files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, func, or_, select, union

from base.database import Session, insert_once
from catalog.jobs import NewJob, add, lock_jobs
from catalog.kinds import Kind
from catalog.models.artists import Artist, Label
from catalog.models.music import Track
from catalog.models.releases import Artwork, ArtworkImage, EmbeddedArtwork, Release
from catalog.objects import HOLD, hold
from catalog.pictures import PictureOf, Shown
from catalog.states import ARTWORK_MOVES, ArtworkEvent, ArtworkState, next_state

#: What shows a picture; `edited` of each remembers that somebody chose it, or chose none.
Pictured = Release | Track | Artist | Label
#: As `edited` remembers it.
ARTWORK = "artwork"
_MODELS: Mapping[Shown, type[Pictured]] = {
    Shown.RELEASE: Release,
    Shown.TRACK: Track,
    Shown.ARTIST: Artist,
    Shown.LABEL: Label,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArtwork:
    """A picture that is in storage; whoever put it there holds its key."""

    sha256: str
    size_bytes: int
    storage_key: str
    request_id: str


async def take_artwork(session: Session, new: NewArtwork, *, now: datetime) -> Artwork:
    """Answer the artwork of these bytes, and order its sizes when it is new.

    It stays while the transaction lasts, so that a row can refer to it.
    """
    row = Artwork(
        id=uuid4(),
        sha256=new.sha256,
        size_bytes=new.size_bytes,
        storage_key=new.storage_key,
        state=ArtworkState.RECEIVED,
        created_at=now,
    )
    while not await insert_once(session, row):
        if known := await artwork_of_digest(session, new.sha256):
            return known
    job = NewJob(kind=Kind.ARTWORK, subject=str(row.id), request_id=new.request_id)
    await add(session, job, now=now)
    return row


async def artwork_of_digest(session: Session, sha256: str) -> Artwork | None:
    """Answer the artwork of these bytes, which stays while the transaction lasts."""
    query = select(Artwork).where(Artwork.sha256 == sha256).with_for_update(read=True)
    return (await session.scalars(query)).first()


async def artwork_of(session: Session, artwork_id: UUID | None) -> Artwork | None:
    """Answer an artwork, if there is one."""
    return None if artwork_id is None else await session.get(Artwork, artwork_id)


def is_shown(artwork_id: SQLColumnExpression[UUID | None]) -> ColumnElement[bool]:
    """Say that there is a picture and that it can be shown, as part of a larger question."""
    return exists().where(Artwork.id == artwork_id, Artwork.state == ArtworkState.READY)


async def artworks_by_id(session: Session, artwork_ids: Collection[UUID]) -> dict[UUID, Artwork]:
    """Answer artworks, without their sizes."""
    if not artwork_ids:
        return {}
    found = await session.scalars(select(Artwork).where(Artwork.id.in_(artwork_ids)))
    return {one.id: one for one in found}


async def artworks_of(
    session: Session, artwork_ids: Collection[UUID]
) -> dict[UUID, tuple[Artwork, list[ArtworkImage]]]:
    """Answer artworks and their sizes, the smallest first: two statements for any number."""
    whole = await artworks_by_id(session, artwork_ids)
    if not whole:
        return {}
    found = {key: (one, list[ArtworkImage]()) for key, one in whole.items()}
    sizes = select(ArtworkImage).where(ArtworkImage.artwork_id.in_(found))
    for image in await session.scalars(sizes.order_by(ArtworkImage.size, ArtworkImage.form)):
        found[image.artwork_id][1].append(image)
    return found


async def images_of(session: Session, artwork_id: UUID) -> list[ArtworkImage]:
    """Answer the sizes of an artwork, the smallest first."""
    query = select(ArtworkImage).where(ArtworkImage.artwork_id == artwork_id)
    return list(await session.scalars(query.order_by(ArtworkImage.size, ArtworkImage.form)))


async def images_shown(session: Session, of: PictureOf) -> list[ArtworkImage]:
    """Answer the sizes of what something is shown with, the smallest first."""
    model = _MODELS[of.kind]
    found = select(model.artwork_id).where(model.id == of.id).scalar_subquery()
    query = select(ArtworkImage).where(ArtworkImage.artwork_id == found)
    return list(await session.scalars(query.order_by(ArtworkImage.size, ArtworkImage.form)))


async def embed(session: Session, master_id: UUID, artwork_id: UUID) -> None:
    """Say that a picture lies in a master."""
    await insert_once(session, EmbeddedArtwork(master_id=master_id, artwork_id=artwork_id))


async def put_up(
    session: Session, row: Pictured, new: NewArtwork, *, now: datetime, until: datetime
) -> None:
    """Show something with a picture; one that was rejected before is tried again.

    What it was shown with may go after `until`. The caller holds the row.
    """
    artwork = await take_artwork(session, new, now=now)
    if artwork.state == ArtworkState.REJECTED:
        await try_again(session, artwork, request_id=new.request_id, now=now)
    await _choose(session, row, artwork.id, until=until)


async def take_down(session: Session, row: Pictured, *, until: datetime) -> None:
    """Show something with no picture any more, which may go after `until`; not a file's either."""
    await _choose(session, row, None, until=until)


async def show_embedded(session: Session, track: Track, *, now: datetime) -> None:
    """Show a track with the picture that lies in its master, unless its owner chose."""
    embedded = await session.get(EmbeddedArtwork, track.master_id)
    if embedded is not None and ARTWORK not in track.edited:
        await show_with(session, track, embedded.artwork_id, until=now + HOLD)


async def show_with(
    session: Session, row: Pictured, artwork_id: UUID | None, *, until: datetime
) -> None:
    """Show something with another picture, or with none; that of before may go after `until`."""
    was, row.artwork_id = row.artwork_id, artwork_id
    await session.flush()
    if was is not None and was != artwork_id:
        await drop_unneeded(session, was, until=until)


async def _choose(
    session: Session, row: Pictured, artwork_id: UUID | None, *, until: datetime
) -> None:
    row.edited = sorted({*row.edited, ARTWORK})
    await show_with(session, row, artwork_id, until=until)


async def make_ready(
    session: Session, artwork: Artwork, images: Sequence[ArtworkImage], *, width: int, height: int
) -> None:
    """Publish the sizes of an artwork; width and height are the picture's own.

    Of one that is ready those are added that are missing.
    """
    if artwork.state != ArtworkState.READY:
        artwork.state = next_state(ARTWORK_MOVES, ArtworkState(artwork.state), ArtworkEvent.MAKE)
    artwork.width, artwork.height, artwork.reason = width, height, None
    for image in images:
        await insert_once(session, image)


async def renew_images(
    session: Session, artwork_id: UUID, images: Sequence[ArtworkImage], *, until: datetime
) -> None:
    """Let the sizes of an artwork be those that were made again; what they were is held."""
    made = {(one.size, one.form): one for one in images}
    for known in await images_of(session, artwork_id):
        new = made.get((known.size, known.form))
        if new is not None and new.storage_key != known.storage_key:
            await hold(session, [known.storage_key], until=until)
            known.storage_key, known.size_bytes = new.storage_key, new.size_bytes


def reject(artwork: Artwork, reason: str) -> None:
    """Say why a picture cannot be shown."""
    artwork.state = next_state(ARTWORK_MOVES, ArtworkState(artwork.state), ArtworkEvent.REJECT)
    artwork.reason = reason


async def try_again(session: Session, artwork: Artwork, *, request_id: str, now: datetime) -> None:
    """Order the sizes of a picture anew that was rejected: perhaps for want of time or memory."""
    subject = str(artwork.id)
    for job in await lock_jobs(session, [Kind.ARTWORK], subject):
        await session.delete(job)
    artwork.state = next_state(ARTWORK_MOVES, ArtworkState(artwork.state), ArtworkEvent.TRY_AGAIN)
    artwork.reason = None
    await session.flush()
    await add(session, NewJob(kind=Kind.ARTWORK, subject=subject, request_id=request_id), now=now)


async def bytes_of_pictures(session: Session, owner_id: UUID) -> int:
    """Answer how much the pictures take that somebody's music, artists and labels are shown with.

    What lies in a master of theirs was counted with it, unless a release shows it, too.
    """
    in_file = exists().where(
        EmbeddedArtwork.master_id == Track.master_id, EmbeddedArtwork.artwork_id == Track.artwork_id
    )
    shown = union(
        select(Release.artwork_id).where(Release.owner_id == owner_id),
        select(Track.artwork_id).where(Track.owner_id == owner_id, ~in_file),
        *(select(one.artwork_id).where(one.account_id == owner_id) for one in (Artist, Label)),
    )
    query = select(func.coalesce(func.sum(Artwork.size_bytes), 0)).where(Artwork.id.in_(shown))
    return int(await session.scalar(query) or 0)


async def drop_unneeded(session: Session, artwork_id: UUID, *, until: datetime) -> None:
    """Forget an artwork that nothing shows any more; its objects are looked at after `until`."""
    jobs = await lock_jobs(session, [Kind.ARTWORK], str(artwork_id))
    artwork = await session.get(Artwork, artwork_id, with_for_update=True, populate_existing=True)
    if artwork is None or await _is_needed(session, artwork_id):
        return
    images = await images_of(session, artwork_id)
    await hold(session, [artwork.storage_key, *(one.storage_key for one in images)], until=until)
    await session.execute(delete(ArtworkImage).where(ArtworkImage.artwork_id == artwork_id))
    for row in (*jobs, artwork):
        await session.delete(row)
    await session.flush()


async def _is_needed(session: Session, artwork_id: UUID) -> bool:
    needed = (
        exists().where(one.artwork_id == artwork_id)
        for one in (Release, Track, Artist, Label, EmbeddedArtwork)
    )
    return bool(await session.scalar(select(or_(*needed))))
