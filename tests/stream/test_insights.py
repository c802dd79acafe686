"""Artists see how they are heard and what they earn, and nobody by name; on both databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from accounting.insights import told_places
from accounting.plays import settle_due
from accounting.refunds import Why, charges_of, refund_all
from base.clock import ManualClock
from catalog.callers import Caller
from catalog.models.plays import PlaySession
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.credit import credited
from tests.support.explained import asked, read_to_the_end
from tests.support.served import Client, served
from workers.proving import chain_all
from workers.rollups import add_earnings, rebuild, roll_up

WEEK = "since=2026-11-22&until=2026-11-26"


@dataclass
class Fans:
    client: Client
    clock: ManualClock
    artist: Caller
    track: UUID
    token: str

    async def hear(self, listener: Caller, *, times: int, territory: str | None) -> None:
        database = self.client.holding.tools.database
        for _ in range(times):
            play = await qualified(database, self.clock, listener=listener, track_id=self.track)
            async with database.begin() as session:
                (await session.get_one(PlaySession, play)).territory = territory
        await database.run(lambda session: settle_due(session, limit=99, now=self.clock()))

    async def count(self) -> None:
        tools = self.client.holding.tools
        await roll_up(tools)
        await chain_all(tools, reach=None)
        await add_earnings(tools)

    async def told(self, path: str, query: str = WEEK, token: str = "") -> Any:  # noqa: ANN401
        answer = await self.client.ask("GET", f"{path}?{query}", token=token or self.token)
        assert answer.status == 200, answer.body
        return answer.json


@pytest.fixture
async def fans(tmp_path: Path, database_url: str) -> AsyncIterator[Fans]:
    async with served(tmp_path, database_url=database_url) as client:
        database = client.holding.tools.database
        artist = await person(database, Role.ARTIST)
        track = await audible(database, artist)
        async with database.begin() as session:
            token = await issue_token(session, artist, label="test", now=NOON)
        yield Fans(client, ManualClock(NOON), artist, track, token)


async def test_an_artist_sees_plays_people_places_and_money(fans: Fans) -> None:
    database = fans.client.holding.tools.database
    listeners = [await person(database, Role.LISTENER) for _ in range(6)]
    for one in listeners:
        await credited(database, one, 3_000)
    await fans.hear(fans.artist, times=2, territory="DE")
    await fans.count()
    for one in listeners[:5]:
        await fans.hear(one, times=2, territory="DE")
    fans.clock.advance(timedelta(days=1))
    await fans.hear(listeners[5], times=10, territory="AT")
    await fans.hear(listeners[0], times=1, territory=None)
    await fans.count()

    found = await fans.told("/api/v1/insights")
    assert found["total"] == {"plays": 21, "paid": 20, "listeners": 6, "won": 1, "bought": 0}
    assert [one["listeners"] for one in found["days"]] == [0, 0, 5, 2]
    ways = {one["way"]: one["plays"] for one in found["ways"]}
    assert (ways["1"], ways["2"], ways["3"], ways["9"], ways["owned"]) == (6, 6, 2, 1, 1)
    assert found["territories"] == [
        {"territory": "DE", "plays": 10},
        {"territory": None, "plays": 11},
    ]
    [track] = found["tracks"]
    assert (track["id"], track["plays"], track["won"]) == (str(fans.track), 21, 1)
    assert found["releases"] == []

    earned = await fans.told("/api/v1/insights/earnings")
    [total], [balance] = earned["totals"], earned["balances"]
    assert total["amount"] == balance["payable"] == sum(one["amount"] for one in earned["days"])
    assert [one["step"] for one in earned["steps"]] == [*range(1, 10)]
    assert earned["payouts"][0]["waits"][0]["code"]
    [recording] = earned["recordings"]
    assert (recording["title"], recording["amount"]) == ("Song", total["amount"])

    before = await fans.told("/api/v1/insights", "since=2026-11-26&until=2026-11-30")
    assert (before["total"]["plays"], before["total_before"]["plays"]) == (0, 21)
    await see_refunds_and_counting_anew(fans, listeners[5], total["amount"])
    await see_that_it_is_found_by_indexes(fans)


async def see_refunds_and_counting_anew(fans: Fans, owner: Caller, earned: int) -> None:
    tools = fans.client.holding.tools
    async with tools.database.begin() as session:
        charges = await charges_of(session, owner.id)
        last = max(charges, key=lambda one: one.last_step)
        why = Why(by=owner.id, reason="by mistake")
        await refund_all(session, [last], why=why, now=tools.clock())
    await fans.count()

    bit_by_bit = [await fans.told(f"/api/v1/insights{one}") for one in ("", "/earnings")]
    await rebuild(tools)
    anew = [await fans.told(f"/api/v1/insights{one}") for one in ("", "/earnings")]

    for one in (*bit_by_bit, *anew):
        one.pop("counted_at", None)
    assert bit_by_bit == anew
    assert anew[0]["total"]["won"] == 0
    assert anew[1]["balances"][0]["payable"] == earned - 512 * 1_200 * 7 // 10


async def see_that_it_is_found_by_indexes(fans: Fans) -> None:
    database = fans.client.holding.tools.database
    if not fans.client.holding.tools.settings.database_url.startswith("postgresql"):
        return
    with asked(database) as questions:
        await fans.told("/api/v1/insights")
        await fans.told("/api/v1/insights/earnings")
    whole = await read_to_the_end(database, questions)
    assert whole & {"plays_by_way", "listeners_by_day", "earnings_by_day", "plays"} == set()


async def test_days_are_bounded_and_strangers_are_told_of_themselves(fans: Fans) -> None:
    for query, status in (
        ("since=2026-01-01&until=2026-01-01", 422),
        ("since=2024-01-01&until=2026-01-01", 422),
        ("since=1", 422),
        ("", 200),
    ):
        answer = await fans.client.ask("GET", f"/api/v1/insights?{query}", token=fans.token)
        assert answer.status == status, query
    listener = await fans.client.artist(Role.LISTENER)

    assert (await fans.client.ask("GET", "/api/v1/insights", token=listener)).status == 403
    assert (await fans.told("/api/v1/insights/earnings", token=listener))["totals"] == []


def test_places_with_few_listeners_are_told_as_one() -> None:
    heard = {"DE": (1, 2, 3, 4, 5), "AT": (1, 2, 3, 4), "--": (1, 2, 3, 4, 5)}

    assert told_places({"AT": 9, "DE": 4, "": 2}, heard) == {"DE": 4, "": 11}
