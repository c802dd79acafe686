"""Sheets as they are kept: how recordings are shared, and what was agreed or waits to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from accounting.splits import (
    NOTHING_AGREED,
    Agreed,
    Contract,
    Share,
    Sheet,
    Timeline,
    timeline_of,
)
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.rights import SheetKind, SplitShare, SplitSheet
from catalog.states import SheetState

_SHEETS = table_of(SplitSheet).c
_SHARES = table_of(SplitShare).c
#: What an answer is still waited for, or would still be heard.
_LIVE = (SheetState.PROPOSED, SheetState.AGREED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a sheet is about: a recording, or all of an owner's that have no sheet of their own."""

    kind: SheetKind
    owner_id: UUID
    recording_id: UUID | None


async def sharings(session: Session, owners: Mapping[UUID, UUID]) -> dict[UUID, Timeline]:
    """Answer how recordings are shared over time, by the owner of each; one question for all."""
    agreed = await _agreed(session, owners)
    plain = {owner: timeline_of(owner) for owner in set(owners.values())}
    if not agreed:
        return {recording: plain[owner] for recording, owner in owners.items()}
    return {
        recording: timeline_of(
            owner,
            own=agreed.get(recording, NOTHING_AGREED),
            general=agreed.get(owner, NOTHING_AGREED),
        )
        if recording in agreed or owner in agreed
        else plain[owner]
        for recording, owner in owners.items()
    }


async def sheet_of(session: Session, sheet_id: UUID, *, lock: bool = False) -> SplitSheet:
    """Answer a sheet.

    Raises:
        Refused: `sheet-unknown`, 404.

    """
    found = await session.get(SplitSheet, sheet_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise unknown_sheet()
    return found


async def shares_of(session: Session, sheets: Collection[UUID]) -> dict[UUID, list[SplitShare]]:
    """Answer the shares of sheets in their order, with what was said to them."""
    query = select(SplitShare).where(SplitShare.sheet_id.in_(sheets))
    found: dict[UUID, list[SplitShare]] = {sheet: [] for sheet in sheets}
    for share in await session.scalars(query.order_by(SplitShare.sheet_id, SplitShare.line)):
        found[share.sheet_id].append(share)
    return found


async def history(
    session: Session, owner_id: UUID, recording_id: UUID | None, *, limit: int = 200
) -> list[SplitSheet]:
    """Answer every sheet of a recording, or of all of an owner's; what was said last first."""
    query = select(SplitSheet).where(SplitSheet.owner_id == owner_id, _is_recording(recording_id))
    newest = SplitSheet.proposed_at.desc(), SplitSheet.number.desc()
    return list(await session.scalars(query.order_by(*newest).limit(limit)))


async def waiting_for(
    session: Session, payees: Collection[UUID], *, limit: int = 200
) -> list[SplitSheet]:
    """Answer sheets that wait for a word of one of the payees, the oldest first."""
    mine = select(_SHARES.sheet_id).where(
        _SHARES.payee_id.in_(payees), _SHARES.accepted_at.is_(None), _SHARES.declined_at.is_(None)
    )
    query = select(SplitSheet).where(SplitSheet.id.in_(mine), SplitSheet.state.in_(_LIVE))
    oldest = SplitSheet.proposed_at, SplitSheet.id
    return list(await session.scalars(query.order_by(*oldest).limit(limit)))


async def concerning(
    session: Session, payees: Collection[UUID], *, limit: int = 200
) -> list[SplitSheet]:
    """Answer sheets on which one of the payees stands, what was said last first."""
    mine = select(_SHARES.sheet_id).where(_SHARES.payee_id.in_(payees))
    newest = SplitSheet.proposed_at.desc(), SplitSheet.number.desc()
    query = select(SplitSheet).where(SplitSheet.id.in_(mine))
    return list(await session.scalars(query.order_by(*newest).limit(limit)))


async def newest_agreed(session: Session, subject: Subject, *, now: datetime) -> SplitSheet | None:
    """Answer the sheet of a subject that holds, or will hold, after all others."""
    until = SplitSheet.valid_until
    query = select(SplitSheet).where(
        *_about(subject), SplitSheet.state == SheetState.AGREED, or_(until.is_(None), until > now)
    )
    newest = SplitSheet.in_force_from.desc(), SplitSheet.number.desc()
    return (await session.scalars(query.order_by(*newest).limit(1))).first()


async def open_proposals(session: Session, subject: Subject) -> list[SplitSheet]:
    """Answer what is proposed of a subject and not agreed yet."""
    query = select(SplitSheet).where(*_about(subject), SplitSheet.state == SheetState.PROPOSED)
    return list(await session.scalars(query))


def as_shares(rows: Iterable[SplitShare]) -> tuple[Share, ...]:
    """Answer shares as values."""
    return tuple(
        Share(payee_id=row.payee_id, ppm=row.ppm, is_accepted=row.accepted_at is not None)
        for row in rows
    )


def subject_of(sheet: SplitSheet) -> Subject:
    """Answer what a sheet is about."""
    kind = SheetKind(sheet.kind)
    return Subject(kind=kind, owner_id=sheet.owner_id, recording_id=sheet.recording_id)


def unknown_sheet() -> Refused:
    """Say that there is none, or none that concerns who asks."""
    return Refused("sheet-unknown", "There is no such sheet.", status=404)


def _about(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    kind = SplitSheet.kind == subject.kind
    owner = SplitSheet.owner_id == subject.owner_id
    return kind, owner, _is_recording(subject.recording_id)


def _is_recording(recording_id: UUID | None) -> ColumnElement[bool]:
    column = SplitSheet.recording_id
    return column.is_(None) if recording_id is None else column == recording_id


async def _agreed(session: Session, owners: Mapping[UUID, UUID]) -> dict[UUID, Agreed]:
    """Answer what was agreed, by recording or owner."""
    query = (
        select(
            *(_SHEETS.id, _SHEETS.kind, _SHEETS.owner_id, _SHEETS.recording_id, _SHEETS.number),
            *(_SHEETS.in_force_from, _SHEETS.valid_until),
            *(_SHARES.payee_id, _SHARES.ppm, _SHARES.accepted_at),
        )
        .join_from(table_of(SplitSheet), table_of(SplitShare), _SHARES.sheet_id == _SHEETS.id)
        .where(_SHEETS.state == SheetState.AGREED)
        .where(
            or_(
                _SHEETS.recording_id.in_(list(owners)),
                and_(
                    _SHEETS.recording_id.is_(None), _SHEETS.owner_id.in_(list(set(owners.values())))
                ),
            )
        )
        .order_by(_SHEETS.id, _SHARES.line)
    )
    shares: dict[UUID, list[Share]] = defaultdict(list)
    heads: dict[UUID, tuple[SheetKind, UUID, int, datetime, datetime | None]] = {}
    for (
        sheet,
        kind,
        owner,
        recording,
        number,
        since,
        until,
        payee,
        ppm,
        accepted,
    ) in (await session.execute(query)).all():
        heads[sheet] = SheetKind(kind), recording or owner, number, since, until
        shares[sheet].append(Share(payee_id=payee, ppm=ppm, is_accepted=accepted is not None))
    return _by_subject(heads, shares)


def _by_subject(
    heads: Mapping[UUID, tuple[SheetKind, UUID, int, datetime, datetime | None]],
    shares: Mapping[UUID, list[Share]],
) -> dict[UUID, Agreed]:
    sheets: dict[UUID, list[Sheet]] = defaultdict(list)
    contracts: dict[UUID, list[Contract]] = defaultdict(list)
    for one, (kind, about, number, since, until) in heads.items():
        if kind is SheetKind.SPLIT:
            sheets[about].append(
                Sheet(id=one, number=number, starts_at=since, shares=tuple(shares[one]))
            )
        elif (label := shares[one][0]).payee_id is not None:
            contract = Contract(
                id=one,
                number=number,
                starts_at=since,
                ends_at=until,
                label_id=label.payee_id,
                ppm=label.ppm,
            )
            contracts[about].append(contract)
    return {
        about: Agreed(sheets=tuple(sheets[about]), contracts=tuple(contracts[about]))
        for about in sheets.keys() | contracts.keys()
    }
