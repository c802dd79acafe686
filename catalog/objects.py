"""Objects in storage and the rows that refer to them: which may go, and when.

Who stores an object holds its key first, in a transaction of its own, and then writes the row
that refers to it. Who deletes a row holds the keys that it referred to. When a hold has run out
the object is looked at, under its row's lock: it goes when no row refers to it. So nothing that is
being accepted or published can be taken away, and nothing that no row knows is kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from base.database import Session, insert_once
from base.storage.port import Key
from catalog.models.ddex import ErnMessage, SuppliedFile
from catalog.models.files import GrowingRendition, Hold, Master, Rendition
from catalog.models.music import Track
from catalog.models.privacy import PersonalExport
from catalog.models.releases import Archive, Artwork, ArtworkImage
from catalog.models.sales_reports import SalesReport
from catalog.models.splits import Piece, Split
from catalog.states import ArchiveState, TrackState

#: The columns of a master that name what was drawn of it.
DRAWN = ("waveforms", "overview_key", "spectrogram_key")
_OWN = frozenset({"parts", "pictures", "pieces", "waveforms"})
#: How long who stores an object may take to write the row that refers to it.
HOLD = timedelta(hours=24)


async def hold(session: Session, keys: Iterable[str], *, until: datetime) -> None:
    """Keep objects from being looked at before `until`; a longer hold stays as it is."""
    for key in sorted(set(keys)):  # in one order, so that two never wait for each other
        while not await insert_once(session, Hold(storage_key=key, until=until)):
            found = await session.get(Hold, key, with_for_update=True, populate_existing=True)
            if found is not None:  # else it was looked at meanwhile: hold it anew
                found.until = max(found.until, until)
                break


async def due(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """Answer what is to be looked at."""
    query = select(Hold.storage_key).where(Hold.until <= now).order_by(Hold.until).limit(limit)
    return [Key(key) for key in await session.scalars(query)]


async def may_go(session: Session, key: Key, *, now: datetime) -> bool:
    """Forget the hold of an object that has run out; answer whether no row needs it.

    Until the transaction ends nobody can hold it anew, so that it can be deleted now.
    """
    found = await session.get(Hold, key, with_for_update=True, populate_existing=True)
    if found is None or found.until > now:
        return False
    await session.delete(found)
    await session.flush()
    return not await is_referred_to(session, key)


async def held_until(session: Session, key: str) -> datetime | None:
    """Answer until when an object is held, if it is; whose hold has run out is looked at soon."""
    return await session.scalar(select(Hold.until).where(Hold.storage_key == key))


def own_suffix(master_id: UUID, suffix: str) -> str:
    """Answer the end of the keys of objects that are one master's own: who needs them, they tell.

    Two masters that sound the same have the same renditions, but no parts or pictures in common.
    """
    return f".{master_id.hex}{suffix}"


def own_keys(master: Master, growth: GrowingRendition | None) -> set[str]:
    """Answer the keys of what was drawn of a master, and of what grew of it."""
    waveforms = [key for keys in (master.waveforms or {}).values() for key in keys.values()]
    parts = [part[0] for part in growth.parts] if growth else []
    return {*waveforms, *parts, master.overview_key, master.spectrogram_key} - {None}


async def is_referred_to(session: Session, key: Key) -> bool:
    """Whether a row needs the object; also where we do not know what it is."""
    kind, _, rest = key.partition("/")
    digest, _, ending = rest.rpartition("/")[2].partition(".")
    if kind in _OWN:
        return await _is_own(session, key, ending)
    condition = _conditions(key, digest).get(kind)
    return condition is None or bool(await session.scalar(select(condition)))


def _conditions(key: str, digest: str) -> dict[str, ColumnElement[bool]]:
    return {
        "masters": or_(  # or whatever was sent
            exists()
            .where(Master.sha256 == digest, Track.master_id == Master.id)
            .where(Track.state != TrackState.REMOVED),
            exists()
            .where(Archive.storage_key == key)
            .where(Archive.state == ArchiveState.RECEIVED),
            # What a label delivered, until it is a master: from then on its tracks need it.
            exists()
            .where(SuppliedFile.storage_key == key)
            .where(~exists().where(Master.sha256 == digest)),
        ),
        "ddex": or_(
            exists().where(SuppliedFile.storage_key == key),
            exists().where(ErnMessage.storage_key == key),
            exists().where(ErnMessage.acknowledgement_key == key),
        ),
        "exports": exists().where(PersonalExport.storage_key == key),
        "reports": exists().where(SalesReport.storage_key == key),
        "renditions": exists().where(Rendition.storage_key == key),
        "artwork": or_(
            exists().where(Artwork.sha256 == digest, Artwork.storage_key == key),
            exists().where(ArtworkImage.storage_key == key),
            exists().where(SuppliedFile.storage_key == key),
        ),
    }


async def _is_own(session: Session, key: str, ending: str) -> bool:
    try:
        master_id = UUID(ending.partition(".")[0])
    except ValueError:
        return True  # of before such objects were named after their master
    master = await session.get(Master, master_id, populate_existing=True)
    growth = select(GrowingRendition).where(GrowingRendition.master_id == master_id)
    grown = (await session.scalars(growth.execution_options(populate_existing=True))).first()
    known = own_keys(master, grown) if master is not None else set()
    return key in known | await _keys_of_pieces(session, master_id)


async def _keys_of_pieces(session: Session, master_id: UUID) -> set[str]:
    query = select(Piece.files).join(Split).where(Split.master_id == master_id)
    made = await session.scalars(query.where(Piece.files.is_not(None)))
    return {key for files in made for _, key, _, _ in files or ()}
