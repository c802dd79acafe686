"""Every object that a row needs, read page by page: what `objects.is_referred_to` asks of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from catalog.models.ddex import ErnMessage, SuppliedFile
from catalog.models.files import GrowingRendition, Master, Rendition
from catalog.models.music import Track
from catalog.models.privacy import PersonalExport
from catalog.models.releases import Archive, Artwork, ArtworkImage
from catalog.models.sales_reports import SalesReport
from catalog.reference import Reference, Role
from catalog.states import ArchiveState, TrackState

#: Rows of a page; a rendition's row has a list of all its fragments.
_AT_ONCE = 500
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
#: Before every row.
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """References of some rows, and the row to go on after; None where there are no more."""

    references: Sequence[Reference]
    after: UUID | None


#: Answers the page that follows a row.
Pages = Callable[[Session, UUID], Awaitable[Page]]


async def _masters(session: Session, after: UUID) -> Page:
    is_needed = exists().where(Track.master_id == Master.id, Track.state != TrackState.REMOVED)
    columns = (
        Master.id,
        Master.storage_key,
        Master.size_bytes,
        Master.waveforms,
        Master.overview_key,
        Master.spectrogram_key,
        is_needed,
    )
    rows = (await session.execute(_after(select(*columns), Master.id, after))).all()
    found: list[Reference] = []
    for master_id, key, size_bytes, waveforms, overview, spectrogram, needed in rows:
        subject = str(master_id)
        if needed:
            found.append(
                Reference(key=key, role=Role.MASTER, subject=subject, size_bytes=size_bytes)
            )
        found += [
            Reference(key=drawn, role=Role.PICTURE, subject=subject)
            for drawn in (overview, spectrogram)
            if drawn is not None
        ]
        found += [
            Reference(key=drawn, role=Role.WAVEFORM, subject=subject)
            for drawn in _of_waveforms(waveforms)
        ]
    return _page(found, [row[0] for row in rows])


def _of_waveforms(waveforms: dict[str, dict[str, str]] | None) -> Iterator[str]:
    for keys in (waveforms or {}).values():
        yield from keys.values()


async def _growing(session: Session, after: UUID) -> Page:
    query = select(GrowingRendition.id, GrowingRendition.master_id, GrowingRendition.parts)
    rows = (await session.execute(_after(query, GrowingRendition.id, after))).all()
    found = [
        Reference(key=key, role=Role.PART, subject=str(master_id), size_bytes=size_bytes)
        for _, master_id, parts in rows
        for key, size_bytes, _ in parts
    ]
    return _page(found, [row[0] for row in rows])


def _sized(model: type[Rendition | Artwork | ArtworkImage | Archive], role: Role) -> Pages:
    async def pages(session: Session, after: UUID) -> Page:
        query = select(model.id, model.storage_key, model.size_bytes)
        if model is Archive:
            query = query.where(Archive.state == ArchiveState.RECEIVED)
        rows = (await session.execute(_after(query, model.id, after))).all()
        found = [
            Reference(key=key, role=role, subject=str(row_id), size_bytes=size_bytes)
            for row_id, key, size_bytes in rows
        ]
        return _page(found, [row[0] for row in rows])

    return pages


async def _exports(session: Session, after: UUID) -> Page:
    columns = PersonalExport.id, PersonalExport.storage_key, PersonalExport.size_bytes
    query = select(*columns).where(PersonalExport.storage_key.is_not(None))
    rows = (await session.execute(_after(query, PersonalExport.id, after))).all()
    found = [
        Reference(key=key or "", role=Role.EXPORT, subject=str(row_id), size_bytes=size_bytes)
        for row_id, key, size_bytes in rows
    ]
    return _page(found, [row[0] for row in rows])


async def _reports(session: Session, after: UUID) -> Page:
    columns = SalesReport.id, SalesReport.storage_key, SalesReport.size_bytes
    query = select(*columns).where(SalesReport.storage_key.is_not(None))
    rows = (await session.execute(_after(query, SalesReport.id, after))).all()
    found = [
        Reference(key=key or "", role=Role.REPORT, subject=str(row_id), size_bytes=size_bytes)
        for row_id, key, size_bytes in rows
    ]
    return _page(found, [row[0] for row in rows])


async def _supplied(session: Session, after: UUID) -> Page:
    """Answer what labels delivered; what is a master by now, its tracks need."""
    columns = SuppliedFile.id, SuppliedFile.storage_key, SuppliedFile.size_bytes
    is_master = exists().where(Master.sha256 == SuppliedFile.sha256)
    query = select(*columns, SuppliedFile.storage_key.like("masters/%") & is_master)
    rows = (await session.execute(_after(query, SuppliedFile.id, after))).all()
    found = [
        Reference(key=key, role=Role.SUPPLIED, subject=str(row_id), size_bytes=size_bytes)
        for row_id, key, size_bytes, is_kept_elsewhere in rows
        if not is_kept_elsewhere
    ]
    return _page(found, [row[0] for row in rows])


async def _messages(session: Session, after: UUID) -> Page:
    query = select(
        ErnMessage.id,
        ErnMessage.storage_key,
        ErnMessage.size_bytes,
        ErnMessage.acknowledgement_key,
    )
    rows = (await session.execute(_after(query, ErnMessage.id, after))).all()
    found = [
        Reference(key=key, role=Role.MESSAGE, subject=str(row_id), size_bytes=size_bytes)
        for row_id, key, size_bytes, _ in rows
    ]
    found += [
        Reference(key=key, role=Role.ANSWER, subject=str(row_id))
        for row_id, _, _, key in rows
        if key is not None
    ]
    return _page(found, [row[0] for row in rows])


#: All that refers to objects.
ALL_PAGES: Sequence[Pages] = (
    _masters,
    _sized(Rendition, Role.RENDITION),
    _growing,
    _sized(Artwork, Role.ARTWORK),
    _sized(ArtworkImage, Role.IMAGE),
    _sized(Archive, Role.ARCHIVE),
    _exports,
    _reports,
    _supplied,
    _messages,
)


def _after(query: Q, row_id: InstrumentedAttribute[UUID], after: UUID) -> Q:
    return query.where(row_id > after).order_by(row_id).limit(_AT_ONCE)


def _page(found: Sequence[Reference], row_ids: Sequence[UUID]) -> Page:
    return Page(references=found, after=row_ids[-1] if len(row_ids) == _AT_ONCE else None)
