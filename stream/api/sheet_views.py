"""Sheets as documents: with names, and with what waits for who asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from accounting.payees import Payee, payees_named, payees_of_account
from accounting.sheets import shares_of
from accounting.waiting import waiting_by
from base.database import Session
from catalog.callers import Caller
from catalog.models.rights import SheetKind, SplitShare, SplitSheet
from catalog.music import titles_of
from catalog.states import SheetState
from stream.api.amounts import Amount
from stream.api.split_documents import ShareFacts, ShareState, SheetDocument

NOBODY = "nobody known"


async def described(
    session: Session, sheets: Sequence[SplitSheet], who: Caller
) -> list[SheetDocument]:
    """Say all that is known of sheets to somebody whom they concern."""
    shares = await shares_of(session, [sheet.id for sheet in sheets])
    mine = {one.id for one in await payees_of_account(session, who.id)}
    named = {row.payee_id for rows in shares.values() for row in rows if row.payee_id}
    named |= {one for sheet in sheets for one in (sheet.owner_id, sheet.proposed_by)}
    names = await payees_named(session, named)
    titles = await titles_of(session, {one.recording_id for one in sheets if one.recording_id})
    waits = await waiting_by(session, [one.id for one in sheets if _holds(one)], mine)
    return [
        _document(
            sheet,
            [_share(row, names, mine) for row in shares[sheet.id]],
            names,
            title=titles.get(sheet.recording_id) if sheet.recording_id else None,
            waits=_waits(sheet, shares[sheet.id], waits),
        )
        for sheet in sheets
    ]


def _holds(sheet: SplitSheet) -> bool:
    return sheet.in_force_from is not None and sheet.state == SheetState.AGREED


def _waits(
    sheet: SplitSheet,
    rows: Sequence[SplitShare],
    waits: Mapping[tuple[UUID, UUID], Mapping[str, int]],
) -> list[Amount]:
    sums: dict[str, int] = {}
    for payee in {row.payee_id for row in rows if row.payee_id and not row.accepted_at}:
        for currency, amount in waits.get((sheet.id, payee), {}).items():
            sums[currency] = sums.get(currency, 0) + amount
    return [Amount(amount=amount, currency=currency) for currency, amount in sorted(sums.items())]


def _document(
    sheet: SplitSheet,
    shares: list[ShareFacts],
    names: Mapping[UUID, Payee],
    *,
    title: str | None,
    waits: list[Amount],
) -> SheetDocument:
    is_live = sheet.state in {SheetState.PROPOSED, SheetState.AGREED}
    return SheetDocument(
        id=str(sheet.id),
        kind=SheetKind(sheet.kind),
        state=SheetState(sheet.state),
        owner=str(sheet.owner_id),
        owner_name=names[sheet.owner_id].name,
        recording=str(sheet.recording_id) if sheet.recording_id else None,
        title=title,
        valid_from=sheet.valid_from,
        valid_until=sheet.valid_until,
        in_force_from=sheet.in_force_from,
        proposed_at=sheet.proposed_at,
        proposed_by=names[sheet.proposed_by].name,
        shares=shares,
        may_answer=is_live and any(one.yours and one.state == "waiting" for one in shares),
        waits=waits,
    )


def _share(row: SplitShare, names: Mapping[UUID, Payee], mine: Collection[UUID]) -> ShareFacts:
    return ShareFacts(
        payee=str(row.payee_id) if row.payee_id else None,
        name=names[row.payee_id].name if row.payee_id else NOBODY,
        ppm=row.ppm,
        through=str(row.through_id) if row.through_id else None,
        asked=row.is_asked,
        state=_state(row),
        yours=row.payee_id in mine,
    )


def _state(row: SplitShare) -> ShareState:
    if row.payee_id is None:
        return "unclaimed"
    if row.declined_at is not None:
        return "declined"
    return "waiting" if row.accepted_at is None else "accepted"
