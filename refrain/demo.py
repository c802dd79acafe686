"""Accounts to try a house with, on the embedded default only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from base.clock import Clock
from base.database import Database
from catalog.email_addresses import email_of
from catalog.links import make_link
from catalog.models.sign_in import Purpose
from catalog.people import caller_of
from catalog.roles import Role
from refrain.accounts import make_account

_FILE = "demo-tokens.json"
#: Ten credits: nine plays of a track cost 1.022.
_CREDIT_MILLICREDITS = 10_000
_PEOPLE = {
    "artist_token": ("Demo Artist", Role.ARTIST),
    "listener_token": ("Demo Listener", Role.LISTENER),
    "operator_token": ("Demo Operator", Role.OPERATOR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTokens:
    """A bearer token for each role."""

    artist_token: str
    listener_token: str
    operator_token: str

    def as_dict(self) -> dict[str, str]:
        """Answer them by name."""
        return asdict(self)


async def demo_accounts(database: Database, clock: Clock, data_dir: Path) -> DemoTokens:
    """Make the accounts at first; later answer the tokens that were made then."""
    path = data_dir / _FILE
    if path.exists():
        known = DemoTokens(**json.loads(path.read_text()))
        async with database.read() as session:
            if await caller_of(session, known.listener_token, now=clock()):
                return known
    made = {
        name: await make_account(
            database,
            clock,
            name=person,
            role=role,
            millicredits=_CREDIT_MILLICREDITS if role is Role.LISTENER else 0,
        )
        for name, (person, role) in _PEOPLE.items()
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file)
    return DemoTokens(**made)


async def set_up_path(database: Database, clock: Clock, tokens: DemoTokens) -> str | None:
    """Answer where the operator chooses an address and a password, while they have none."""
    async with database.begin() as session:
        operator = await caller_of(session, tokens.operator_token, now=clock())
        if operator is None or await email_of(session, operator.id) is not None:
            return None
        told = await make_link(session, operator.id, Purpose.SET_UP, address=None, now=clock())
    return f"/reset?token={told.token}"
