"""Roles and tokens on the command line, for who may open the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from base.settings import Settings
from base.tools import open_tools
from catalog.access_tokens import AccessToken, Wanted, end_token, make_token, tokens_of
from catalog.callers import Caller
from catalog.credentials import Issued
from catalog.offices import grant, held_by, revoke
from catalog.permissions import scopes_of
from catalog.roles import Role


async def show_roles(settings: Settings, account_id: UUID) -> Caller:
    """Answer an account with its roles."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return await held_by(session, account_id)


async def grant_one(settings: Settings, account_id: UUID, role: Role) -> Caller:
    """Give an account a role."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        return await grant(session, account_id, role, by=None, now=tools.clock())


async def revoke_one(settings: Settings, account_id: UUID, role: Role) -> Caller:
    """Take a role from an account."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        return await revoke(session, account_id, role, by=None, now=tools.clock())


async def make_one_token(
    settings: Settings, account_id: UUID, *, label: str, scopes: str | None, days: int | None
) -> Issued:
    """Make a token of an account."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        now, owner = tools.clock(), await held_by(session, account_id)
        wanted = Wanted(
            label=label,
            scopes=None if scopes is None else scopes_of(scopes),
            expires_at=None if days is None else now + timedelta(days=days),
        )
        return await make_token(session, owner, wanted, by=None, now=now)


async def list_tokens(settings: Settings, account_id: UUID) -> Sequence[AccessToken]:
    """Answer the tokens of an account."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return await tokens_of(session, (await held_by(session, account_id)).id)


async def end_one_token(settings: Settings, account_id: UUID, token_id: UUID) -> None:
    """End a token at once."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        owner = await held_by(session, account_id)
        await end_token(session, owner, token_id, by=None, now=tools.clock())
