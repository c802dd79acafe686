"""What the commands run: the whole house, the server alone, a step of its upkeep."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

from rich.console import Console

from base.database import Database
from base.memory import give_back_large_blocks
from base.settings import Settings
from base.tools import open_tools
from catalog.erasing import erase
from catalog.factors import take_factors
from catalog.roles import Role
from catalog.schema import upgrade
from refrain.accounts import make_account
from refrain.house import open_house, until_signal
from refrain.output import say
from refrain.welcome import greeting
from stream.app import serving
from stream.listening import Shared
from stream.logged import follow


async def up_until_signal(settings: Settings, *, as_json: bool) -> None:
    """Run everything, and say so when it is ready."""
    async with open_house(settings) as house:
        if as_json:
            say(house.as_json())
        else:
            Console().print(greeting(house), soft_wrap=True)
        await until_signal()


async def serve_until_signal(settings: Settings, shared: Shared | None = None) -> None:
    """Run the server alone, and print its address when it listens."""
    give_back_large_blocks()
    async with (
        open_tools(settings) as tools,
        serving(tools, host=settings.host, port=settings.port, shared=shared) as url,
    ):
        say(json.dumps({"url": url}))
        await until_signal()


async def follow_log(settings: Settings, path: Path, *, once: bool) -> None:
    """Take evidence from a log until a signal, or until all is counted."""
    async with open_tools(settings) as tools:
        following = asyncio.create_task(follow(tools, path, to_the_end=once))
        waiting = asyncio.create_task(until_signal())
        await asyncio.wait([following, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not following.done():
            following.cancel()
        for ended in await asyncio.gather(following, waiting, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


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
