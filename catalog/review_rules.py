"""Accounts whose releases are looked at before they come out, or are not: told of each, noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.people import Account


async def reviewed_account(session: Session, account_id: UUID, *, lock: bool = False) -> Account:
    """Answer an account, of which `is_reviewed` is the rule; null is as the setting says.

    Raises:
        Refused: `account-unknown`, 404.

    """
    found = await session.get(Account, account_id, with_for_update=lock, populate_existing=lock)
    if found is None or found.erased_at is not None:
        raise Refused("account-unknown", "There is no such account.", status=404)
    return found


async def rule_review(
    session: Session,
    account: Account,
    is_reviewed: bool | None,  # noqa: FBT001 - what is written
    *,
    by: Caller | None,
    now: datetime,
) -> None:
    """Say whether an account's releases are looked at, in an operator's name or a terminal's."""
    if account.is_reviewed == is_reviewed:
        return
    account.is_reviewed = is_reviewed
    facts = {"is_reviewed": is_reviewed}
    await note_act(session, by, Act.REVIEW_RULED, account.id, now=now, facts=facts)


async def accounts_with_rule(session: Session) -> Sequence[Account]:
    """Answer the accounts of which it is told, by name."""
    query = select(Account).where(Account.is_reviewed.is_not(None), Account.erased_at.is_(None))
    return list(await session.scalars(query.order_by(Account.name, Account.id)))
