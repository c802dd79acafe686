"""Accounts whose releases are looked at, on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from base.settings import Settings
from base.tools import open_tools
from catalog.models.people import Account
from catalog.review_rules import accounts_with_rule, reviewed_account, rule_review


async def list_rules(settings: Settings) -> Sequence[Mapping[str, object]]:
    """Answer the accounts of which it is told, by name."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return [_facts(one) for one in await accounts_with_rule(session)]


async def set_rule(
    settings: Settings, account_id: UUID, *, is_reviewed: bool | None
) -> Mapping[str, object]:
    """Say whether the releases of an account are looked at; it is written down."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        found = await reviewed_account(session, account_id, lock=True)
        await rule_review(session, found, is_reviewed, by=None, now=tools.clock())
        return _facts(found)


def _facts(account: Account) -> Mapping[str, object]:
    return {
        "account": str(account.id),
        "name": account.name,
        "is_reviewed": account.is_reviewed,
    }
