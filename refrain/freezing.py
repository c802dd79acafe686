"""Wallets that treasurers freeze and free on the command line."""

from __future__ import annotations

import getpass
import json
from uuid import UUID

from accounting.freezing import Freeze, freeze, freezes_of, unfreeze
from accounting.holds import Who
from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from catalog.models.people import Account
from refrain.output import say


async def freeze_wallet(settings: Settings, account: str, *, reason: str) -> None:
    """Freeze a wallet."""
    listener_id = _uuid(account)
    async with open_tools(settings) as tools, tools.database.begin() as session:
        if await session.get(Account, listener_id) is None:
            raise _unknown(account)
        _tell(await freeze(session, listener_id, _who(reason), now=tools.clock()))


async def list_freezes(settings: Settings, account: str) -> None:
    """Say why a wallet is frozen."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        for one in await freezes_of(session, _uuid(account)):
            _tell(one)


async def lift_freeze(settings: Settings, freeze_id: str, *, reason: str) -> None:
    """Take one reason away."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        _tell(await unfreeze(session, _uuid(freeze_id), _who(reason), now=tools.clock()))


def _tell(one: Freeze) -> None:
    told = {
        "freeze": str(one.id),
        "account": str(one.listener_id),
        "reason": one.reason,
        "by": one.by,
        "frozen_at": one.frozen_at.isoformat(),
        "lifted_at": one.lifted_at and one.lifted_at.isoformat(),
    }
    say(json.dumps(told))


def _who(reason: str) -> Who:
    return Who(name=getpass.getuser(), why=reason)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown(text) from None


def _unknown(text: str) -> Refused:
    return Refused("account-unknown", f"There is none with the id {text}.", status=404)
