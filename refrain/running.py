"""What the commands run: the whole house, a step of its upkeep."""

from __future__ import annotations

from uuid import UUID

from rich.console import Console

from base.database import Database
from base.settings import Settings
from base.tools import open_tools
from catalog.erasing import erase
from catalog.factors import take_factors
from catalog.roles import Role
from catalog.schema import upgrade
from refrain.accounts import make_account
from refrain.house import open_house
from refrain.output import say
from refrain.starting import until_signal
from refrain.welcome import greeting


async def up_until_signal(settings: Settings, *, as_json: bool) -> None:
    """Run everything, and say so when it is ready."""
    async with open_house(settings) as house:
        if as_json:
            say(house.as_json())
        else:
            Console().print(greeting(house), soft_wrap=True)
        await until_signal()


async def migrate_database(settings: Settings) -> None:
    """Bring the database to the tables of this version."""
    database = Database(settings.database_url)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def make_one(
    settings: Settings, name: str, *, role: Role, millicredits: int, country: str | None
) -> str:
    """Make an account; answer its token."""
    async with open_tools(settings) as tools:
        return await make_account(
            tools.database,
            tools.clock,
            name=name,
            role=role,
            millicredits=millicredits,
            country=country,
        )


async def forget_one(settings: Settings, account_id: UUID) -> None:
    """Forget who an account was."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        await erase(session, account_id, now=tools.clock())


async def take_factors_of(settings: Settings, account_id: UUID) -> None:
    """Ask an account for nothing but its password."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        await take_factors(session, account_id, by=None, now=tools.clock())
