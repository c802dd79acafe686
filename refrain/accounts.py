"""Make accounts from the command line."""

from __future__ import annotations

from accounting.grants import Grant, give
from accounting.pricing import MICROS_PER_MILLICREDIT
from base.clock import Clock
from base.database import Database
from catalog.acts import Act
from catalog.audit import note_act
from catalog.people import create_account, issue_token, write_country
from catalog.roles import Role


async def make_account(  # noqa: PLR0913 - an account has as many sides
    database: Database,
    clock: Clock,
    *,
    name: str,
    role: Role,
    millicredits: int,
    country: str | None = None,
) -> str:
    """Make an account with some credit; answer its token, which is told this once."""
    async with database.begin() as session:
        account = await create_account(session, name=name, role=role, now=clock())
        await write_country(session, account.id, country)
        facts = {"role": str(role), "millicredits": millicredits}
        await note_act(session, None, Act.ACCOUNT_MADE, account.id, now=clock(), facts=facts)
        if millicredits:
            credits_ = millicredits * MICROS_PER_MILLICREDIT
            given = Grant(
                listener_id=account.id,
                key=str(account.id),
                credits=credits_,
                reason="with the account",
            )
            await give(session, given, now=clock())
        return await issue_token(session, account, label="command line", now=clock())
