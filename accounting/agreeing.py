"""How shares come to hold: proposed by who has the recording, accepted or declined by payees.

The account of the owner is locked first, then sheets; money is booked last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from accounting.consent import Asked, Wanted, expanded, put_to, require_whole
from accounting.journal import post
from accounting.payees import keep_payees, members_of, payees_of_account, unknown_payee
from accounting.sheets import (
    Subject,
    as_shares,
    newest_agreed,
    open_proposals,
    shares_of,
    sheet_of,
    subject_of,
    unknown_sheet,
)
from accounting.splits import WHOLE_PPM, Share
from accounting.waiting import releases
from base.database import Session
from base.errors import Refused
from catalog.models.rights import SheetKind, SplitShare, SplitSheet
from catalog.people import Caller, lock_account
from catalog.states import SHEET_MOVES, SheetEvent, SheetState, next_state

#: What is agreed holds so much later, that nobody settles by what held before meanwhile.
_NOTICE = timedelta(seconds=10)


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

    Raises:
        Refused: `shares-not-whole` and what `require_whole` says, `payee-unknown`, `not-yours`,
            `valid-from-passed`, `sheet-before-another`, `idempotency-mismatch`.

    """
    await lock_account(session, said.subject.owner_id)
    known = await session.scalar(select(SplitSheet).where(SplitSheet.key == said.key))
    if known is not None:
        return await _same(session, known, said, by)
    mine = {one.id for one in await payees_of_account(session, by.id)}
    _require_own(said, mine)
    if said.subject.kind is SheetKind.SPLIT:
        require_whole(said.shares)
    await _keep_payees(session, said, now=now)
    before = await base_of(session, said.subject, now=now)
    _require_time(said, before, now=now)
    for other in await open_proposals(session, said.subject):
        _move(other, SheetEvent.REPLACE, now=now)
    sheet = await _add(session, said, before, by, now=now)
    rows = await _add_shares(session, sheet, said, before)
    for row in rows:
        if row.payee_id in mine:
            row.accepted_at = now
    await _agree(session, sheet, rows, now=now)
    return sheet


async def accept(session: Session, sheet_id: UUID, by: Caller, *, now: datetime) -> SplitSheet:
    """Take the shares of all whom the caller speaks for; what waited for them is theirs.

    Raises:
        Refused: `sheet-unknown`, 404; `sheet-closed`, 409.

    """
    sheet, rows, mine = await _locked(session, sheet_id, by)
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
    """Refuse a share of the caller's: the sheet before holds, and what waited goes back.

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
    _move(sheet, SheetEvent.AGREE, now=now)
    sheet.in_force_from = max(sheet.valid_from, now + _NOTICE)


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


async def _same(session: Session, known: SplitSheet, said: Proposal, by: Caller) -> SplitSheet:
    """Answer what came before under the same key, if it is the same."""
    rows = (await shares_of(session, [known.id]))[known.id]
    wanted = [one.wanted for one in await _asked(session, said, None)]
    held = [Wanted(payee_id=row.payee_id, ppm=row.ppm, through_id=row.through_id) for row in rows]
    is_same = (
        (known.proposed_by, subject_of(known)) == (by.id, said.subject)
        and said.valid_from in {None, known.valid_from}
        and said.valid_until == known.valid_until
        and [one for one in held if one.ppm] == [one for one in wanted if one.ppm]
    )
    if not is_same:
        raise mismatch()
    return known


def mismatch() -> Refused:
    """Say that a key was used for something else."""
    return Refused(
        "idempotency-mismatch",
        "Something else was said under the same key: use another key for another thing.",
        status=409,
    )


async def _keep_payees(session: Session, said: Proposal, *, now: datetime) -> None:
    named = {one.payee_id for one in said.shares if one.payee_id}
    groups = await members_of(session, named)
    members = {member for inside in groups.values() for member, _ in inside}
    await keep_payees(session, named | members | {said.subject.owner_id}, now=now)


async def _asked(session: Session, said: Proposal, before: SplitSheet | None) -> list[Asked]:
    """Answer whom a proposal asks."""
    held: tuple[Share, ...] = (_all_of_it(said.subject.owner_id),)
    if said.subject.kind is SheetKind.CONTRACT:
        # All whom a contract is between are asked, and none of them waited for.
        label = said.shares[0]
        if label.payee_id is None:
            raise unknown_payee(UUID(int=0))
        own = _all_of_it(label.payee_id)
        others = as_shares((await shares_of(session, [before.id]))[before.id]) if before else ()
        return put_to([label], [*held, own, *others])
    if before is not None:
        held = as_shares((await shares_of(session, [before.id]))[before.id])
    groups = await members_of(session, {one.payee_id for one in said.shares if one.payee_id})
    return put_to(expanded(said.shares, groups), held)


def _all_of_it(payee_id: UUID) -> Share:
    return Share(payee_id=payee_id, ppm=WHOLE_PPM, is_accepted=True)


async def _add(
    session: Session, said: Proposal, before: SplitSheet | None, by: Caller, *, now: datetime
) -> SplitSheet:
    subject = said.subject
    last = select(func.max(SplitSheet.number)).where(SplitSheet.owner_id == subject.owner_id)
    sheet = SplitSheet(
        id=uuid4(),
        kind=subject.kind,
        owner_id=subject.owner_id,
        recording_id=subject.recording_id,
        number=(await session.scalar(last) or 0) + 1,
        valid_from=said.valid_from or now,
        valid_until=said.valid_until,
        state=SheetState.PROPOSED,
        changed_at=now,
        replaces_id=before.id if before else None,
        proposed_by=by.id,
        proposed_at=now,
        key=said.key,
    )
    session.add(sheet)
    await session.flush()
    return sheet


async def _add_shares(
    session: Session, sheet: SplitSheet, said: Proposal, before: SplitSheet | None
) -> list[SplitShare]:
    rows = [
        SplitShare(
            sheet_id=sheet.id,
            line=line,
            payee_id=one.wanted.payee_id,
            ppm=one.wanted.ppm,
            through_id=one.wanted.through_id,
            is_asked=one.is_asked,
        )
        for line, one in enumerate(await _asked(session, said, before))
    ]
    session.add_all(rows)
    await session.flush()
    return rows
