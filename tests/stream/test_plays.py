"""Plays over HTTP: what a player reports, at once or later, is weighed with what it was given."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import func, select, update

from catalog.models.ledger import CreditLot
from catalog.models.plays import Heartbeat, PlaySession
from catalog.music import track_of
from catalog.people import issue_token
from catalog.plays import play_session
from catalog.states import PlayState
from refrain.synthetic_credit import top_up
from stream.offline import sealed
from tests.support.catalog import NOON
from tests.support.origin import Origin, open_origin

Document = dict[str, Any]


@dataclass
class Player:
    origin: Origin
    http: aiohttp.ClientSession
    token: str

    async def ask(
        self, method: str, path: str, data: bytes | Document | None = None, **headers: str
    ) -> tuple[int, Document]:
        body = json.dumps(data) if isinstance(data, dict) else data
        fields = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        fields |= {"Content-Type": "application/json"} if data is not None else {}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.origin.url + path
        async with self.http.request(method, url, data=body, headers=fields) as answer:
            said = await answer.read()
            return answer.status, json.loads(said) if "json" in answer.content_type else {}

    async def open(self) -> Document:
        status, play = await self.ask("POST", "/api/v1/plays", {"track": str(self.origin.track_id)})
        assert status == 201, play
        return play

    async def beat(self, play: Document, at_s: float) -> Document:
        path = f"/api/v1/plays/{play['play']}/heartbeat"
        status, said = await self.ask("POST", path, {"position_s": at_s, "elapsed_s": at_s})
        assert status == 200, said
        return said

    async def left_with(self, millicredits: int) -> None:
        async with self.origin.tools.database.begin() as session:
            await session.execute(update(CreditLot).values(credits_left=millicredits * 1_000))

    async def opened_before(self, play: Document, by: timedelta) -> None:
        async with self.origin.tools.database.begin() as session:
            found = await play_session(session, UUID(play["play"]))
            found.opened_at -= by
            found.active_at -= by


@pytest.fixture
async def player(tmp_path: Path, database_url: str) -> AsyncIterator[Player]:
    settings = {"database_url": database_url}
    async with open_origin(tmp_path, **settings) as origin, aiohttp.ClientSession() as http:
        tools = origin.tools
        async with tools.database.begin() as session:
            await top_up(session, origin.listener.id, millicredits=100, now=tools.clock())
            token = await issue_token(session, origin.listener, label="t", now=tools.clock())
        yield Player(origin=origin, http=http, token=token)


async def test_a_heartbeat_takes_along_what_was_just_served(player: Player) -> None:
    play = await player.open()
    await player.beat(play, 0)
    await player.ask("GET", play["progressive"][0]["url"], Range="bytes=0-40799")
    await player.opened_before(play, timedelta(seconds=100))

    said = await player.beat(play, 50)

    assert said["evidence"]["delivered_ms"] == 12_000
    assert (said["verdict"], said["reason"]) == ("open", "open:heard-too-little")
    await player.ask("GET", play["progressive"][0]["url"])
    said = await player.beat(play, 51)
    assert said["evidence"]["delivered_ms"] == 60_000
    assert (said["verdict"], said["reason"]) == ("qualified", "qualified")


async def test_a_heartbeat_that_comes_twice_is_written_once(player: Player) -> None:
    play = await player.open()
    first = await player.beat(play, 0.5)

    again = await player.beat(play, 0.5)

    assert again["evidence"]["reported_ms"] == first["evidence"]["reported_ms"] == 500
    async with player.origin.tools.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Heartbeat)) == 1


async def test_a_report_after_the_play_was_counted_keeps_no_address_alive(player: Player) -> None:
    play = await player.open()
    async with player.origin.tools.database.begin() as session:
        found = await play_session(session, UUID(play["play"]))
        found.state = PlayState.SETTLED

    await player.beat(play, 1)

    async with player.origin.tools.database.read() as session:
        assert (await play_session(session, UUID(play["play"]))).active_at == found.active_at


async def test_what_is_answered_is_what_comes_out_anew(player: Player) -> None:
    play = await player.open()
    await player.ask("GET", play["progressive"][0]["url"])
    said = [await player.beat(play, at) for at in (0, 0.5, 0.5, 1.0, 0.2)][-1]

    _, anew = await player.ask("GET", f"/api/v1/plays/{play['play']}")

    assert anew["evidence"] == said["evidence"]


async def test_head_gives_nothing_to_hear(player: Player) -> None:
    play = await player.open()
    await player.ask("HEAD", play["progressive"][0]["url"])

    assert (await player.beat(play, 1))["evidence"]["delivered_ms"] == 0


async def test_what_was_heard_offline_is_counted_when_it_is_handed_in(player: Player) -> None:
    play = await player.open()
    await player.ask("GET", play["progressive"][0]["url"])
    await player.opened_before(play, timedelta(hours=3))
    beats = [{"at_s": 7200 + t, "position_s": t, "elapsed_s": t} for t in range(0, 51, 5)]
    body = json.dumps({"play": play["play"], "beats": beats}).encode()
    seal = sealed(body, play["offline_key"])

    status, _ = await player.ask("POST", "/api/v1/plays/offline", body + b" ", X_Refrain_Seal=seal)
    assert status == 403
    for _ in range(2):
        status, said = await player.ask("POST", "/api/v1/plays/offline", body, X_Refrain_Seal=seal)
        assert (status, said["verdict"], said["reason"]) == (200, "qualified", "qualified")
        assert said["evidence"]["reported_ms"] == 50_000


@pytest.mark.parametrize("token", ["", "\udcff\udcfe"])
async def test_who_is_not_known_opens_and_reports_nothing(player: Player, token: str) -> None:
    player.token = token

    for path in ("/api/v1/plays", "/api/v1/plays/offline"):
        assert (await player.ask("POST", path, {}))[0] == 401


async def test_credit_is_held_for_what_is_heard_and_not_settled_yet(player: Player) -> None:
    # The origin opened one, which is the first.
    plays = [await player.open() for _ in range(4)]

    # Each may come to nothing, and is told what it costs now.
    assert [(one["step"], one["price"], one["grant"]) for one in plays] == [(1, 2, "full")] * 4
    assert plays[3]["left_to_own"] == 9
    # Of 100 milli-credits 62 are held, and the sixth would take 64.
    assert (await player.open())["grant"] == "preview"
    assert (await player.ask("DELETE", f"/api/v1/plays/{plays[0]['play']}"))[0] == 204
    assert (await player.open())["grant"] == "full"


async def test_credit_is_held_no_longer_than_somebody_hears(player: Player) -> None:
    plays = [await player.open() for _ in range(5)]
    assert plays[-1]["grant"] == "preview"
    for one in (*plays, {"play": str(player.origin.session_id)}):
        await player.opened_before(one, timedelta(minutes=3))

    assert (await player.open())["grant"] == "full"
    for one in plays[:4]:
        await player.beat(one, 1)
    assert (await player.open())["grant"] == "preview"


async def test_credit_for_one_is_given_once_to_many_at_the_same_moment(player: Player) -> None:
    await player.left_with(20)

    plays = await asyncio.gather(*(player.open() for _ in range(10)))

    # One was opened before: 2, then 4 and 8 are 14 of the 20 at most, and 16 more are too many.
    assert [one["grant"] for one in plays].count("full") == 2


async def test_who_wants_no_preview_is_told_what_it_costs_and_what_they_have(
    player: Player,
) -> None:
    await player.left_with(3)
    track = {"track": str(player.origin.track_id)}

    status, said = await player.ask("POST", "/api/v1/plays", {**track, "preview": False})

    # Another session of it may be counted first, and then it is the second play.
    assert (status, said["type"]) == (402, "urn:refrain:problem:insufficient-credit")
    assert (said["price"], said["balance"], said["held"], said["spendable"]) == (2, 3, 2, 3)
    async with player.origin.tools.database.read() as session:
        # The origin's own.
        assert await session.scalar(select(func.count()).select_from(PlaySession)) == 1


async def test_mistake_08_who_topped_up_is_given_another_address_than_the_preview(
    player: Player,
) -> None:
    await player.left_with(0)
    preview = await player.open()
    await player.left_with(100)

    whole = await player.open()

    assert (preview["grant"], whole["grant"]) == ("preview", "full")
    addresses = [
        {play["hls"], play["dash"], *(one["url"] for one in play["progressive"])}
        for play in (preview, whole)
    ]
    assert addresses[0].isdisjoint(addresses[1])
    rungs = {one["rung"] for one in whole["progressive"]}
    assert rungs.isdisjoint(one["rung"] for one in preview["progressive"])
    # Nor does an address of the one give what the other has.
    root = preview["progressive"][0]["url"].rpartition("/")[0]
    for rung in rungs:
        assert (await player.ask("GET", f"{root}/{rung}.mp4"))[0] == 404


async def test_mistake_09_no_request_makes_a_play_of_what_was_not_served(player: Player) -> None:
    play = await player.open()
    await player.opened_before(play, timedelta(seconds=100))

    for at in range(0, 61, 5):
        said = await player.beat(play, at)

    assert (said["verdict"], said["reason"]) == ("open", "open:heard-too-little")
    assert said["evidence"]["reported_ms"] == 60_000
    assert (said["evidence"]["delivered_ms"], said["balance"]) == (0, 100)


async def test_mistake_10_the_balance_that_is_told_is_that_of_now(player: Player) -> None:
    play = await player.open()
    async with player.origin.tools.database.begin() as session:
        await top_up(session, player.origin.listener.id, millicredits=50, now=NOON)

    assert play["balance"] == 100
    assert (await player.beat(play, 1))["balance"] == 150
    status, said = await player.ask("GET", f"/api/v1/plays/{play['play']}")
    assert (status, said["balance"]) == (200, 150)


async def test_a_track_that_is_free_is_given_whole_to_who_has_nothing(player: Player) -> None:
    database = player.origin.tools.database
    await player.left_with(0)
    async with database.begin() as session:
        (await track_of(session, player.origin.track_id)).track.is_free = True

    play = await player.open()

    assert (play["grant"], play["price"], play["left_to_own"]) == ("free", 0, 0)
