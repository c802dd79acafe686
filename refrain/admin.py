"""Accounts on the command line, for who may open the database."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from base.settings import Settings
from base.tools import open_tools
from catalog.account_list import Asked, Listed, account_told, listed
from catalog.acts import Act
from catalog.audit import note_act
from catalog.email_addresses import email_of
from catalog.links import make_link
from catalog.models.sign_in import Purpose
from catalog.offices import held_by
from catalog.people import require_open
from catalog.sign_ins import end_sign_ins


async def find_accounts(settings: Settings, asked: Asked, *, limit: int) -> list[dict[str, object]]:
    """Answer accounts, the newest first."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return [_told(one) for one in await listed(session, asked, after=None, limit=limit)]


async def show_account(settings: Settings, account_id: UUID) -> dict[str, object]:
    """Answer what is known of an account.

    Raises:
        Refused: `account-unknown`, 404.

    """
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await account_told(session, account_id)
    acts_for = [{"account": str(one.account_id), "name": one.name} for one in found.acts_for]
    return {**_told(found), "acts_for": acts_for}


async def sign_out_everywhere(settings: Settings, account_id: UUID) -> None:
    """Let nobody be known as an account any more.

    Raises:
        Refused: `account-unknown`, 404.

    """
    async with open_tools(settings) as tools, tools.database.begin() as session:
        found = await held_by(session, account_id)
        await end_sign_ins(session, found.id, now=tools.clock())
        await note_act(session, None, Act.SIGN_INS_ENDED, found.id, now=tools.clock())


async def link_for(settings: Settings, account_id: UUID) -> str:
    """Answer a link by which a password is chosen, and an address where there is none.

    Raises:
        Refused: `account-unknown`, 404; `account-closed`, 409.

    """
    async with open_tools(settings) as tools, tools.database.begin() as session:
        found = await held_by(session, account_id)
        await require_open(session, found.id)
        email = await email_of(session, found.id)
        told = await make_link(
            session,
            found.id,
            Purpose.RESET if email else Purpose.SET_UP,
            address=email.address if email else None,
            now=tools.clock(),
        )
        await note_act(session, None, Act.LINK_MADE, found.id, now=tools.clock())
    return f"{settings.public_url.rstrip('/')}/reset?token={told.token}"


def _told(one: Listed) -> dict[str, object]:
    """Answer what a script wants, in plain words."""
    facts = asdict(one)
    times = ("created_at", "closes_at", "closed_at", "last_seen_at")
    told = {name: None if facts[name] is None else facts[name].isoformat() for name in times}
    plain = ("name", "kind", "state", "country", "email", "is_verified")
    return {"id": str(one.id), **{name: facts[name] for name in plain}, "roles": one.roles, **told}
