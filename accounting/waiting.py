"""What waits in suspense, and how it is let go: to who accepts, or back to who had given it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import or_, select

from accounting.consent import given_back
from accounting.journal import balances_of, post
from accounting.ledger import Account, Entry, Transaction, TxnKind
from accounting.payee_locks import lock_all_payees, lock_payees
from accounting.sheets import as_shares, shares_of, sheet_of
from accounting.splits import Share, all_of_it, payable_to, suspense_of
from accounting.sums import Booked, Fact, booked_by, booked_for, booked_for_each
from accounting.suspense import covered, kept_in
from base.bulk import in_parts
from base.database import Session
from catalog.models.base import table_of
from catalog.models.rights import SheetKind, SplitShare, SplitSheet

_SHEETS, _SHARES = table_of(SplitSheet).c, table_of(SplitShare).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a payee of a recording ("" where nobody knows which)."""

    payee_id: UUID
    recording: str
    booked: Booked


async def waiting_in(session: Session, sheet_id: UUID, payee_id: UUID) -> Booked:
    """Answer what waits for a payee by a sheet; as credits, so less than nothing."""
    facts = [_by_sheet(sheet_id)]
    return await booked_for(session, suspense_of(payee_id), facts, counting=TxnKind.RELEASE)


async def waiting_by(
    session: Session, sheets: Collection[UUID], payees: Collection[UUID]
) -> dict[tuple[UUID, UUID], dict[str, int]]:
    """Answer what waits for payees by sheets, by currency: of such for whom anything does."""
    accounts = {suspense_of(payee): payee for payee in payees}
    booked = await booked_by(session, accounts, "sheet", [str(one) for one in sheets])
    return {
        (UUID(sheet), accounts[account]): {name: -amount for name, amount in amounts.items()}
        for (account, sheet), amounts in booked.items()
    }


async def release_waiting(
    session: Session, *, now: datetime, before: datetime | None = None
) -> list[int]:
    """Let go of all that waits and need not any more; answer the transactions.

    What was settled while its payee accepted, and what was refunded after; only what was so
    `before` a time, if one is named.
    """
    sheets = [await sheet_of(session, one, lock=True) for one in await _late(session)]
    if sheets:
        # At once: who closes a month takes from all of them in the end.
        await lock_all_payees(session)
    transactions = list[Transaction]()
    for sheet in sheets:
        transactions += await _releases(session, sheet, now=now, before=before, beside=transactions)
    posted = await post(session, transactions, now=now) if transactions else []
    return [one.id for one in posted]


async def releases(session: Session, sheet: SplitSheet, *, now: datetime) -> list[Transaction]:
    """Answer what lets go of all that needs not wait by a sheet that the caller has locked.

    It is no more than is there, see `accounting.suspense`.
    """
    payees = {row.payee_id for row in (await shares_of(session, [sheet.id]))[sheet.id]}
    await lock_payees(session, {suspense_of(one).of for one in payees if one})
    return await _releases(session, sheet, now=now)


async def _releases(
    session: Session,
    sheet: SplitSheet,
    *,
    now: datetime,
    before: datetime | None = None,
    beside: Sequence[Transaction] = (),
) -> list[Transaction]:
    """Answer the same where the payees are locked; what is to be posted `beside` counts as well."""
    rows = (await shares_of(session, [sheet.id]))[sheet.id]
    declined = {row.payee_id for row in rows if _was(row.declined_at, before)}
    payees = {row.payee_id for row in rows if _was(row.accepted_at, before)} | declined
    held_before = await _before(session, sheet)
    known = sorted((one for one in payees if one), key=str)
    kept = await kept_in(session, [suspense_of(one) for one in known], beside=beside)
    found = []
    for payee_id in known:
        back = (held_before, as_shares(rows)) if payee_id in declined else None
        waits = await _still_waiting(session, sheet.id, payee_id, before)
        parts = covered(
            {of: booked.amounts for of, booked in waits.items()}, kept[suspense_of(payee_id)]
        )
        found += [
            _release(
                sheet,
                Waiting(payee_id=payee_id, recording=of, booked=replace(waits[of], amounts=part)),
                back,
                now=now,
            )
            for of, part in parts.items()
            if part
        ]
    return found


def _was(at: datetime | None, before: datetime | None) -> bool:
    return at is not None and (before is None or at < before)


async def _still_waiting(
    session: Session, sheet_id: UUID, payee_id: UUID, before: datetime | None
) -> dict[str, Booked]:
    """Answer what waits of each recording; with a time named, what waited then and does still."""
    account, facts = suspense_of(payee_id), [_by_sheet(sheet_id)]
    asked = partial(
        booked_for_each, session, account, facts, by="recording", counting=TxnKind.RELEASE
    )
    now = await asked()
    if before is None:
        return now
    then = await asked(before=before)
    return {of: _smaller(booked, now[of]) for of, booked in then.items()}


def _smaller(then: Booked, now: Booked) -> Booked:
    """Answer what was so then, and is so still; what is owed the other way by now is another's."""
    amounts = {
        currency: min(amount, now.amounts[currency], key=abs)
        for currency, amount in then.amounts.items()
        if amount * now.amounts.get(currency, 0) > 0
    }
    return Booked(amounts=amounts, count=now.count)


def _by_sheet(sheet_id: UUID) -> Fact:
    return Fact(name="sheet", value=str(sheet_id))


def _release(
    sheet: SplitSheet,
    waits: Waiting,
    back: tuple[tuple[Share, ...], tuple[Share, ...]] | None,
    *,
    now: datetime,
) -> Transaction:
    payee_id, booked = waits.payee_id, waits.booked
    entries = []
    for currency, amount in sorted(booked.amounts.items()):
        parts: Mapping[UUID, int] = {payee_id: -amount}
        if back is not None:
            before, declined = back
            parts = given_back(-amount, owner_id=sheet.owner_id, before=before, declined=declined)
        entries.append(Entry(suspense_of(payee_id), -amount, currency))
        entries += (Entry(payable_to(payee), -part, currency) for payee, part in parts.items())
    recording = waits.recording or str(sheet.recording_id or "")
    return Transaction(
        kind=TxnKind.RELEASE,
        key=f"release:{sheet.id}:{payee_id}:{waits.recording}:{booked.count}",
        occurred_at=now,
        entries=tuple(entries),
        facts={
            "sheet": str(sheet.id),
            "payee": str(payee_id),
            "reason": "accepted" if back is None else "declined",
            **({"recording": recording} if recording else {}),
        },
    )


async def _before(session: Session, sheet: SplitSheet) -> tuple[Share, ...]:
    """Answer the shares that held before a sheet: all its owner's, where there was none."""
    if sheet.replaces_id is None:
        return (all_of_it(sheet.owner_id),)
    return as_shares((await shares_of(session, [sheet.replaces_id]))[sheet.replaces_id])


async def _late(session: Session) -> list[UUID]:
    """Answer sheets of which something waits that need not: of payees for whom anything does."""
    query = (
        select(_SHEETS.id, _SHARES.payee_id)
        .join_from(table_of(SplitSheet), table_of(SplitShare), _SHARES.sheet_id == _SHEETS.id)
        .where(
            _SHEETS.kind == SheetKind.SPLIT,
            _SHEETS.in_force_from.is_not(None),
            _SHARES.payee_id.is_not(None),
            _SHARES.is_asked.is_(False),
            or_(_SHARES.accepted_at.is_not(None), _SHARES.declined_at.is_not(None)),
        )
    )
    rows = [(sheet, suspense_of(payee)) for sheet, payee in await session.execute(query)]
    accounts = sorted({account for _, account in rows}, key=lambda one: one.of)
    held: set[Account] = set()
    for part in in_parts(accounts):
        found = await balances_of(session, part)
        held |= {account for account, sums in found.items() if any(sums.values())}
    return sorted({sheet for sheet, account in rows if account in held}, key=str)
