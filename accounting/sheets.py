"""Sheets as they are kept: how recordings are shared, and what was agreed or waits to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from accounting.consent import without_declined
from accounting.splits import (
    NOTHING_AGREED,
    Agreed,
    Contract,
    Share,
    Sheet,
    Timeline,
    all_of_it,
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


async def number_proposed_by(session: Session, account_id: UUID) -> int:
    """Answer how many proposals of an account are neither agreed nor ended."""
    query = select(func.count()).where(
        _SHEETS.proposed_by == account_id, _SHEETS.state == SheetState.PROPOSED
    )
    return await session.scalar(query) or 0


async def holders_of(session: Session, subject: Subject, *, since: datetime) -> set[UUID]:
    """Answer who has accepted something, from an instant on, that a sheet could take from them.

    A contract takes from all shares before they are divided: a general one from those of every
    recording, also of such as have sheets of their own.
    """
    owner_id, one = subject.owner_id, subject.recording_id
    is_contract = subject.kind is SheetKind.CONTRACT
    recordings = [one] if one else []
    if is_contract and not one:
        recordings = await _shared_recordings(session, owner_id)
    agreed = await _agreed(session, dict.fromkeys(recordings, owner_id) or {owner_id: owner_id})
    general = agreed.get(owner_id, NOTHING_AGREED)
    owns = [agreed.get(each, NOTHING_AGREED) for each in recordings]
    if not one:
        owns = [NOTHING_AGREED, *(replace(own, contracts=()) for own in owns)]
    if not is_contract:
        general, owns = replace(general, contracts=()), [replace(own, contracts=()) for own in owns]
    found = (timeline_of(owner_id, own=own, general=general).holders(since) for own in owns)
    return set().union(*found)


async def others_hold(
    session: Session, recording_id: UUID, owner_id: UUID, *, now: datetime
) -> bool:
    """Answer whether anybody but its owner has accepted a share of a recording."""
    agreed = (await _agreed(session, {recording_id: owner_id})).get(recording_id, NOTHING_AGREED)
    return bool(timeline_of(owner_id, own=agreed).holders(now) - {owner_id})


async def _shared_recordings(session: Session, owner_id: UUID) -> list[UUID]:
    """Answer the recordings that a general contract cuts into although they have own sheets."""
    query = select(_SHEETS.recording_id).distinct()
    query = query.where(
        _SHEETS.owner_id == owner_id,
        _SHEETS.recording_id.is_not(None),
        _SHEETS.state == SheetState.AGREED,
    )
    return [one for one in await session.scalars(query) if one]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """A sheet that was agreed, without its shares; `about` is a recording, or an owner."""

    kind: SheetKind
    about: UUID
    owner_id: UUID
    number: int
    since: datetime
    until: datetime | None
    replaces_id: UUID | None


async def _agreed(session: Session, owners: Mapping[UUID, UUID]) -> dict[UUID, Agreed]:
    """Answer what was agreed, by recording or owner."""
    query = (
        select(
            *(_SHEETS.id, _SHEETS.kind, _SHEETS.owner_id, _SHEETS.recording_id, _SHEETS.number),
            *(_SHEETS.in_force_from, _SHEETS.valid_until, _SHEETS.replaces_id),
            *(_SHARES.payee_id, _SHARES.ppm, _SHARES.accepted_at, _SHARES.declined_at),
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
    heads: dict[UUID, _Head] = {}
    shares: dict[UUID, list[Share]] = defaultdict(list)
    declined: dict[UUID, set[int]] = defaultdict(set)
    for row in await session.execute(query):
        heads[row.id] = _Head(
            kind=SheetKind(row.kind),
            about=row.recording_id or row.owner_id,
            owner_id=row.owner_id,
            number=row.number,
            since=row.in_force_from,
            until=row.valid_until,
            replaces_id=row.replaces_id,
        )
        if row.declined_at is not None:
            declined[row.id].add(len(shares[row.id]))
        is_accepted = row.accepted_at is not None
        shares[row.id].append(Share(payee_id=row.payee_id, ppm=row.ppm, is_accepted=is_accepted))
    return _by_subject(heads, await _wanted(session, heads, shares, declined))


async def _wanted(
    session: Session,
    heads: Mapping[UUID, _Head],
    shares: Mapping[UUID, Sequence[Share]],
    declined: Mapping[UUID, set[int]],
) -> dict[UUID, tuple[Share, ...]]:
    """Answer the shares of sheets; what is not wanted of them is of who had given it."""
    found = {one: tuple(some) for one, some in shares.items()}
    before = {one: heads[one].replaces_id for one in declined}
    rows = await shares_of(session, {one for one in before.values() if one}) if before else {}
    for one, replaced in before.items():
        owner_id = heads[one].owner_id
        found[one] = without_declined(
            shares[one],
            declined[one],
            before=as_shares(rows[replaced]) if replaced else (all_of_it(owner_id),),
            owner_id=owner_id,
        )
    return found


def _by_subject(
    heads: Mapping[UUID, _Head], shares: Mapping[UUID, tuple[Share, ...]]
) -> dict[UUID, Agreed]:
    sheets: dict[UUID, list[Sheet]] = defaultdict(list)
    contracts: dict[UUID, list[Contract]] = defaultdict(list)
    for one, head in heads.items():
        if head.kind is SheetKind.SPLIT:
            sheets[head.about].append(
                Sheet(id=one, number=head.number, starts_at=head.since, shares=shares[one])
            )
        elif (label := shares[one][0]).payee_id is not None:
            contract = Contract(
                id=one,
                number=head.number,
                starts_at=head.since,
                ends_at=head.until,
                label_id=label.payee_id,
                ppm=label.ppm,
            )
            contracts[head.about].append(contract)
    return {
        about: Agreed(sheets=tuple(sheets[about]), contracts=tuple(contracts[about]))
        for about in sheets.keys() | contracts.keys()
    }
