"""Roles that accounts are granted and lose, each written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.people import Account, AccountRole
from catalog.people import caller_with, grant_role, lock_account, require_open, revoke_role
from catalog.roles import Role


async def held_by(session: Session, account_id: UUID) -> Caller:
    """Answer an account with its roles.

    Raises:
        Refused: `account-unknown`, 404.

    """
    await _require_known(session, account_id)
    return await caller_with(session, account_id)


async def grant(
    session: Session, account_id: UUID, role: Role, *, by: Caller | None, now: datetime
) -> Caller:
    """Give an account a role, in the name of an operator, or of who sits at the terminal.

    Raises:
        Refused: `account-unknown`, 404; `role-derived`, 422; `account-closed`, 409.

    """
    found = await _locked(session, account_id)
    await require_open(session, account_id)
    granted_by = None if by is None else by.person_id
    await grant_role(session, account_id, role, by=granted_by, now=now)
    if not found.has(role):
        facts = {"role": role}
        await note_act(session, by, Act.ROLE_GRANTED, account_id, now=now, facts=facts)
    return await caller_with(session, account_id)


async def revoke(
    session: Session, account_id: UUID, role: Role, *, by: Caller | None, now: datetime
) -> Caller:
    """Take a role from an account.

    Raises:
        Refused: `account-unknown`, 404; `last-operator`, 409: nobody could give it back.

    """
    found = await _locked(session, account_id)
    if found.has(role):
        await _require_another(session, account_id, role)
        await revoke_role(session, account_id, role)
        facts = {"role": role}
        await note_act(session, by, Act.ROLE_REVOKED, account_id, now=now, facts=facts)
    return await caller_with(session, account_id)


async def _require_another(session: Session, account_id: UUID, role: Role) -> None:
    if role is not Role.OPERATOR:
        return
    operators = select(AccountRole.account_id).where(AccountRole.role == Role.OPERATOR)
    held = await session.scalars(operators.order_by(AccountRole.account_id).with_for_update())
    if set(held) <= {account_id}:
        raise Refused(
            "last-operator", "Nobody else is an operator: make another one before.", status=409
        )


async def _require_known(session: Session, account_id: UUID) -> None:
    account = await session.get(Account, account_id)
    if account is None or account.erased_at is not None:
        raise Refused("account-unknown", "There is no such account.", status=404)


async def _locked(session: Session, account_id: UUID) -> Caller:
    await _require_known(session, account_id)
    await lock_account(session, account_id)
    return await caller_with(session, account_id)
