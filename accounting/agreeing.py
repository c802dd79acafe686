"""How shares come to hold: proposed by who has the recording, accepted or declined by payees.

Whoever has accepted anything that a sheet could take from them must have accepted it before it
holds: asked when it is proposed, and seen to again when it is agreed.

The account of the owner is locked first, then sheets; money is booked last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from accounting.consent import Asked, Wanted, expanded, put_to, require_few, require_whole
from accounting.journal import post
from accounting.payees import keep_payees, members_of, payees_of_account
from accounting.repeating import mismatch
from accounting.sheets import (
    Subject,
    holders_of,
    newest_agreed,
    number_proposed_by,
    open_proposals,
    shares_of,
    sheet_of,
    subject_of,
    unknown_sheet,
)
from accounting.waiting import releases
from base.database import Session, is_new
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.rights import SheetKind, SplitShare, SplitSheet
from catalog.people import lock_account, require_open
from catalog.states import SHEET_MOVES, SheetEvent, SheetState, next_state

#: What is agreed holds so much later, that nobody settles by what held before meanwhile.
_NOTICE = timedelta(seconds=10)
#: As many proposals as somebody can have open.
_MOST_PROPOSED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Shares that somebody wants to hold, from an instant on or as soon as they are agreed.

    Of a contract the first is the label's, and there is no other. The same `key` is the same
    proposal, however often it comes.
    """

    subject: Subject
    shares: tuple[Wanted, ...]
    key: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


async def propose(session: Session, said: Proposal, by: Caller, *, now: datetime) -> SplitSheet:
    """Put shares to their payees, instead of what was proposed of the same before.

    Only the owner's takes the place of others' proposals.

    Raises:
        Refused: `shares-not-whole` and what `require_whole` says, `payee-unknown`, `not-yours`,
            `valid-from-passed`, `sheet-before-another`, `proposals-too-many`,
            `idempotency-mismatch`, `account-closed`.

    """
    await require_open(session, said.subject.owner_id)
    if await session.scalar(select(SplitSheet.id).where(SplitSheet.key == said.key)):
        return await _known(session, said, by)
    mine = {one.id for one in await payees_of_account(session, by.id)}
    _require_own(said, mine)
    wanted = await _wanted(session, said)
    await _keep_payees(session, said, wanted, now=now)
    before = await base_of(session, said.subject, now=now)
    _require_time(said, before, now=now)
    is_owners = said.subject.owner_id in mine
    for other in await open_proposals(session, said.subject):
        if is_owners or other.proposed_by == by.id:
            _move(other, SheetEvent.REPLACE, now=now)
    await _require_few(session, by)
    sheet = await _add(session, said, before, by, now=now)
    if sheet is None:  # somebody was quicker
        return await _known(session, said, by)
    rows = await _add_shares(session, sheet, wanted)
    for row in rows:
        if row.payee_id in mine:
            row.accepted_at = now
    await _agree(session, sheet, rows, now=now)
    return sheet


async def accept(session: Session, sheet_id: UUID, by: Caller, *, now: datetime) -> SplitSheet:
    """Take the shares of all whom the caller speaks for; what waited for them is theirs.

    Raises:
        Refused: `sheet-unknown`, 404; `sheet-closed` or `share-declined`, 409.

    """
    sheet, rows, mine = await _locked(session, sheet_id, by)
    if any(row.declined_at for row in mine):
        _require_live(sheet)
        raise Refused(
            "share-declined", "You have declined this; another can be proposed.", status=409
        )
    waiting = [row for row in mine if row.accepted_at is None]
    if waiting:
        _require_live(sheet)
    for row in waiting:
        row.accepted_at = now
    await _agree(session, sheet, rows, now=now)
    await session.flush()
    if waiting and sheet.in_force_from is not None:
        await post(session, await releases(session, sheet, now=now), now=now)
    return sheet


async def decline(session: Session, sheet_id: UUID, by: Caller, *, now: datetime) -> SplitSheet:
    """Refuse a share of the caller's: what they would have had, and what waited, goes back.

    What is not agreed yet ends. What is holds on, for whoever has accepted it.

    Raises:
        Refused: `sheet-unknown`, 404; `sheet-closed` or `share-accepted`, 409.

    """
    sheet, _, mine = await _locked(session, sheet_id, by)
    if any(row.declined_at for row in mine):
        return sheet
    _require_live(sheet)
    if any(row.accepted_at for row in mine):
        raise Refused(
            "share-accepted", "You have accepted this; please propose another.", status=409
        )
    for row in mine:
        row.declined_at = now
    if sheet.state == SheetState.PROPOSED:
        _move(sheet, SheetEvent.DECLINE, now=now)
    await session.flush()
    if sheet.in_force_from is not None:
        await post(session, await releases(session, sheet, now=now), now=now)
    return sheet


async def base_of(session: Session, subject: Subject, *, now: datetime) -> SplitSheet | None:
    """Answer what holds last of a subject: where a recording has nothing, that of its owner."""
    found = await newest_agreed(session, subject, now=now)
    if found is not None or subject.recording_id is None:
        return found
    general = Subject(kind=subject.kind, owner_id=subject.owner_id, recording_id=None)
    return await newest_agreed(session, general, now=now)


async def _agree(
    session: Session, sheet: SplitSheet, rows: Sequence[SplitShare], *, now: datetime
) -> None:
    """Let a sheet hold once all who were asked have accepted, unless another took its place."""
    if sheet.state != SheetState.PROPOSED:
        return
    if any(row.is_asked and row.accepted_at is None for row in rows):
        return
    before = await base_of(session, subject_of(sheet), now=now)
    if (before.id if before else None) != sheet.replaces_id:
        _move(sheet, SheetEvent.REPLACE, now=now)
        return
    since = max(sheet.valid_from, now + _NOTICE)
    if await _is_unheard(session, sheet, rows, since=since):
        return
    _move(sheet, SheetEvent.AGREE, now=now)
    sheet.in_force_from = since


async def _is_unheard(
    session: Session, sheet: SplitSheet, rows: Sequence[SplitShare], *, since: datetime
) -> bool:
    """Ask those, too, who have accepted something since it was proposed; one need not be listed."""
    holders = await holders_of(session, subject_of(sheet), since=since)
    unheard = holders - {row.payee_id for row in rows if row.accepted_at}
    asked = [row for row in rows if row.payee_id in unheard]
    for row in asked:
        row.is_asked = True
    left_out = sorted(unheard - {row.payee_id for row in asked}, key=str)
    for line, payee_id in enumerate(left_out, len(rows)):
        session.add(
            _row(sheet, line, Asked(wanted=Wanted(payee_id=payee_id, ppm=0), is_asked=True))
        )
    return bool(unheard)


def _move(sheet: SplitSheet, event: SheetEvent, *, now: datetime) -> None:
    sheet.state = next_state(SHEET_MOVES, SheetState(sheet.state), event)
    sheet.changed_at = now


async def _locked(
    session: Session, sheet_id: UUID, by: Caller
) -> tuple[SplitSheet, list[SplitShare], list[SplitShare]]:
    """Lock a sheet; answer its shares, and those of whom the caller speaks for."""
    await lock_account(session, (await sheet_of(session, sheet_id)).owner_id)
    sheet = await sheet_of(session, sheet_id, lock=True)
    rows = (await shares_of(session, [sheet_id]))[sheet_id]
    payees = {one.id for one in await payees_of_account(session, by.id)}
    mine = [row for row in rows if row.payee_id in payees]
    if not mine:
        raise unknown_sheet()
    return sheet, rows, mine


def _require_live(sheet: SplitSheet) -> None:
    if sheet.state not in {SheetState.PROPOSED, SheetState.AGREED}:
        raise Refused(
            "sheet-closed", f"This sheet was {sheet.state}; nothing waits for you.", status=409
        )


def _require_own(said: Proposal, mine: set[UUID]) -> None:
    """Refuse what is not for the caller to propose: an owner may, and of a contract the label."""
    is_labels = said.subject.kind is SheetKind.CONTRACT and said.shares[0].payee_id in mine
    if said.subject.owner_id not in mine and not is_labels:
        raise Refused("not-yours", "Only who has the music may propose this.", status=403)


def _require_time(said: Proposal, before: SplitSheet | None, *, now: datetime) -> None:
    if said.valid_from is not None and said.valid_from < now:
        raise Refused(
            "valid-from-passed",
            "Shares hold from a time to come; leave `valid_from` out for as soon as possible.",
            status=422,
        )
    since = before.in_force_from if before else None
    if since is not None and (said.valid_from or now + _NOTICE) < since:
        raise Refused(
            "sheet-before-another",
            f"Another sheet is agreed on from {since.isoformat()}; say a time after it.",
            status=409,
        )
    if said.valid_until is not None and said.valid_until <= (said.valid_from or now):
        raise Refused("ends-before-it-begins", "It would end before it begins.", status=422)


async def _require_few(session: Session, by: Caller) -> None:
    if await number_proposed_by(session, by.id) >= _MOST_PROPOSED:
        raise Refused(
            "proposals-too-many",
            f"{_MOST_PROPOSED} proposals of yours are waiting: those must be answered before.",
            status=409,
        )


async def _known(session: Session, said: Proposal, by: Caller) -> SplitSheet:
    """Answer what came before under the same key, if it is the same."""
    known = (await session.scalars(select(SplitSheet).where(SplitSheet.key == said.key))).one()
    rows = (await shares_of(session, [known.id]))[known.id]
    held = [Wanted(payee_id=row.payee_id, ppm=row.ppm, through_id=row.through_id) for row in rows]
    is_same = (
        (known.proposed_by, subject_of(known)) == (by.id, said.subject)
        and said.valid_from in {None, known.valid_from}
        and said.valid_until == known.valid_until
        and [one for one in held if one.ppm]
        == [one for one in await _wanted(session, said) if one.ppm]
    )
    if not is_same:
        raise mismatch()
    return known


async def _keep_payees(
    session: Session, said: Proposal, wanted: Sequence[Wanted], *, now: datetime
) -> None:
    named = {one for share in wanted for one in (share.payee_id, share.through_id) if one}
    await keep_payees(session, named | {said.subject.owner_id}, now=now)


async def _wanted(session: Session, said: Proposal) -> list[Wanted]:
    """Answer the shares that are proposed, those of a group's members in its place."""
    if said.subject.kind is SheetKind.CONTRACT:
        return [said.shares[0]]
    require_whole(said.shares)
    groups = await members_of(session, {one.payee_id for one in said.shares if one.payee_id})
    wanted = expanded(said.shares, groups)
    require_few(wanted)
    return wanted


async def _asked(session: Session, sheet: SplitSheet, wanted: Sequence[Wanted]) -> list[Asked]:
    """Answer whom a proposal asks: who holds something, and of a contract both sides of it."""
    holders = await holders_of(session, subject_of(sheet), since=sheet.valid_from)
    if sheet.kind == SheetKind.CONTRACT:
        holders |= {sheet.owner_id, *(one.payee_id for one in wanted if one.payee_id)}
    return put_to(wanted, holders)


async def _add(
    session: Session, said: Proposal, before: SplitSheet | None, by: Caller, *, now: datetime
) -> SplitSheet | None:
    """Write a proposal down; nothing, where its key is taken."""
    subject = said.subject
    last = select(func.max(SplitSheet.number)).where(SplitSheet.owner_id == subject.owner_id)
    row = {
        "id": uuid4(),
        "kind": subject.kind,
        "owner_id": subject.owner_id,
        "recording_id": subject.recording_id,
        "number": (await session.scalar(last) or 0) + 1,
        "valid_from": said.valid_from or now,
        "valid_until": said.valid_until,
        "state": SheetState.PROPOSED,
        "changed_at": now,
        "replaces_id": before.id if before else None,
        "proposed_by": by.id,
        "proposed_at": now,
        "key": said.key,
    }
    if not await is_new(session, SplitSheet, row):
        return None
    return await session.get_one(SplitSheet, row["id"])


async def _add_shares(
    session: Session, sheet: SplitSheet, wanted: Sequence[Wanted]
) -> list[SplitShare]:
    asked = await _asked(session, sheet, wanted)
    rows = [_row(sheet, line, one) for line, one in enumerate(asked)]
    session.add_all(rows)
    await session.flush()
    return rows


def _row(sheet: SplitSheet, line: int, one: Asked) -> SplitShare:
    return SplitShare(
        sheet_id=sheet.id,
        line=line,
        payee_id=one.wanted.payee_id,
        ppm=one.wanted.ppm,
        through_id=one.wanted.through_id,
        is_asked=one.is_asked,
    )
