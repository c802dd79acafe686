"""A house with music, listeners and a treasurer, in which something was sold some months ago."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.confirming import Confirmation, confirm
from accounting.months import Month, month_of
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.topups import Addresses, Wanted, order
from base.clock import ManualClock, system_clock
from base.settings import Settings
from base.tools import open_tools
from catalog.people import caller_of
from catalog.roles import Role
from refrain.accounts import make_account
from tests.support.fleet import Fleet
from tests.support.house import House
from tests.support.plays import sure
from tests.support.shipment import song


@dataclass
class Cooperative:
    """The house, the tokens of its people, and the month in which something was sold first.

    None was closed since. The last listener is who bought then.
    """

    fleet: Fleet
    tokens: dict[Role, list[str]]
    tracks: list[str]
    first: Month

    @property
    def treasurer(self) -> str:
        return self.tokens[Role.TREASURER][0]

    @property
    def url(self) -> str:
        return self.fleet.settings["database_url"]


def furnish(fleet: Fleet, *, listeners: int, tracks: int, months: int, seed: int) -> Cooperative:
    """Publish some music, and sell it to somebody so many months ago."""
    settings = Settings.model_validate(fleet.settings)
    first = month_of(system_clock(), settings.books_zone).after(-months)
    clock = ManualClock(first.starts_at)
    tokens = asyncio.run(_people(settings, clock, listeners))
    fleet.house.operator = tokens[Role.OPERATOR][0]
    published = _published(fleet.house, tokens[Role.ARTIST], tracks, seed)
    asyncio.run(_sell(settings, clock, tokens[Role.LISTENER][-1], published))
    return Cooperative(fleet=fleet, tokens=tokens, tracks=published, first=first)


async def _people(settings: Settings, clock: ManualClock, listeners: int) -> dict[Role, list[str]]:
    numbers = {Role.OPERATOR: 1, Role.TREASURER: 1, Role.ARTIST: 2, Role.LISTENER: listeners + 1}
    async with open_tools(settings) as tools:
        make = partial(make_account, tools.database, clock, millicredits=0, country="DE")
        return {
            role: [await make(name=f"{role} {number}", role=role) for number in range(count)]
            for role, count in numbers.items()
        }


def _published(house: House, artists: Sequence[str], count: int, seed: int) -> list[str]:
    tracks = []
    for number in range(count):
        path, token = f"/api/v1/masters/{number}.flac", artists[number % len(artists)]
        master = song(seed + number, "flac")
        tracks.append(sure(house, "PUT", path, token=token, data=master).json["track"])
    for track in tracks:
        house.await_state(track, "complete")
    return tracks


async def _sell(settings: Settings, clock: ManualClock, token: str, tracks: list[str]) -> None:
    async with open_tools(settings) as tools:
        async with tools.database.read() as session:
            who = await caller_of(session, token, now=tools.clock())
            articles = [await article_of(session, UUID(one)) for one in tracks]
        assert who is not None
        wanted = Wanted(listener_id=who.id, request_key="k", product="credits-20", country="DE")
        addresses = Addresses(back="https://x.example", webhook="https://x.example")
        paid = await order(tools.database, Manual(), wanted, addresses=addresses, clock=clock)
        amount = Money(micros=paid.price, currency=paid.currency)
        found = Confirmation(
            payment_id=paid.id, reference="B-0", amount=amount, by=None, at=clock()
        )
        await tools.database.run(lambda session: confirm(session, found, now=clock()))
        all_ = Order(key="k", asked="all", listener_id=who.id, payer_id=who.id, articles=articles)
        await tools.database.run(lambda session: buy(session, all_, now=clock()))
