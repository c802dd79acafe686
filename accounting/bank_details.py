"""Where payees want their money sent: entered by themselves, and never changed but replaced.

Numbers leave here for the file that goes to the bank, and masked for everybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.bank_accounts import BankAccount, Iban
from accounting.payouts import ACCOUNT_FAULTS
from base.bulk import in_parts
from base.database import Session
from catalog.models.payouts import BankDetails, Payout
from catalog.payout_states import PayoutState
from catalog.people import lock_account


async def enter_details(
    session: Session, payee_id: UUID, account: BankAccount, *, by: UUID, now: datetime
) -> BankDetails:
    """Replace the bank details of a payee; who enters the same again changes nothing.

    Those to which a transfer failed can be entered again, and are new then.
    """
    await lock_account(session, by)
    history = await history_of(session, payee_id)
    is_same = bool(history) and account_in(history[0]) == account
    if is_same and not await doubtful_details(session, [history[0].id]):
        return history[0]
    entered = BankDetails(
        id=uuid4(),
        payee_id=payee_id,
        holder=account.holder,
        iban=account.iban,
        bic=account.bic,
        entered_by=by,
        entered_at=now,
    )
    session.add(entered)
    await session.flush()
    return entered


async def history_of(session: Session, payee_id: UUID) -> Sequence[BankDetails]:
    """Answer all that a payee ever entered, the newest first."""
    query = select(BankDetails).where(BankDetails.payee_id == payee_id)
    newest = query.order_by(BankDetails.entered_at.desc(), BankDetails.id.desc())
    return (await session.scalars(newest)).all()


async def details_in_force(session: Session, payees: Collection[UUID]) -> list[BankDetails]:
    """Answer the last bank details of those payees who have any."""
    last: dict[UUID, BankDetails] = {}
    for some in in_parts(sorted(payees)):
        query = select(BankDetails).where(BankDetails.payee_id.in_(some))
        rows = await session.scalars(query.order_by(BankDetails.entered_at, BankDetails.id))
        last |= {one.payee_id: one for one in rows}
    return list(last.values())


async def details_with(session: Session, ids: Collection[UUID]) -> dict[UUID, BankDetails]:
    """Answer bank details by their ids, in force or not."""
    found: dict[UUID, BankDetails] = {}
    for some in in_parts(sorted(ids)):
        rows = await session.scalars(select(BankDetails).where(BankDetails.id.in_(some)))
        found |= {one.id: one for one in rows}
    return found


async def doubtful_details(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Answer which bank details no later transfer will reach either, as the bank says."""
    found: set[UUID] = set()
    for some in in_parts(sorted(ids)):
        failed = select(Payout.details_id).where(
            Payout.details_id.in_(some),
            Payout.state == PayoutState.RETURNED,
            Payout.reason.in_(ACCOUNT_FAULTS),
        )
        found.update(await session.scalars(failed))
    return found


def account_digest(details: BankDetails) -> str:
    """Answer what an account is known by in the journal: nobody guesses it without its row."""
    return hashlib.sha256(f"{details.id}:{details.iban}".encode()).hexdigest()


def account_in(details: BankDetails) -> BankAccount:
    """Answer the account that details name."""
    return BankAccount(holder=details.holder, iban=Iban(details.iban), bic=details.bic)
