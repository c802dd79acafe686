"""Who keeps the books sees what is held, and decides; members compare ways of payout."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounting.plays import settle
from base.clock import ManualClock
from catalog.people import issue_token
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.booked import book_play
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.served import Client, served
from tests.support.suspects import Suspect, suspect

HOLDS = "/api/v1/holds"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


@pytest.fixture
async def found(client: Client) -> Suspect:
    return await suspect(client.holding.tools.database)


async def decide(client: Client, play: str, act: str, token: str, **said: str) -> Any:  # noqa: ANN401
    return await client.ask("POST", f"{HOLDS}/{play}/{act}", token=token, data=said)


async def test_only_who_keeps_the_books_sees_and_decides(client: Client, found: Suspect) -> None:
    for role in (Role.LISTENER, Role.ARTIST):
        token = await client.artist(role)
        for path in (HOLDS, f"{HOLDS}/{found.play}"):
            assert (await client.ask("GET", path, token=token)).status == 403
            assert (await client.ask("GET", path)).status == 401
        for act in ("release", "reject"):
            assert (await decide(client, str(found.play), act, token, why="x")).status == 403


async def test_a_treasurer_is_told_why_and_decides_with_a_reason(
    client: Client, found: Suspect
) -> None:
    token, play = await client.artist(Role.TREASURER), str(found.play)

    [listed] = (await client.ask("GET", f"{HOLDS}?reason=held:same-purse", token=token)).json[
        "plays"
    ]
    told = (await client.ask("GET", f"{HOLDS}/{play}", token=token)).json
    unsaid = await decide(client, play, "release", token)
    released = await decide(client, play, "release", token, why="a family")

    assert (listed["play"], listed["listener_id"]) == (play, str(found.listener.id))
    assert listed["figures"]["is_payees_purse"] == 1
    assert told["evidence"].keys() >= {"needed_ms", "heard_ms", "passed_ms"}
    assert told["sentences"] == ["Listener and payee have paid by the same means."]
    assert unsaid.status == 422
    assert released.json["state"] == PlayState.QUALIFIED
    [decision] = released.json["decisions"]
    assert (decision["decision"], decision["why"]) == ("released", "a family")
    assert (await client.ask("GET", HOLDS, token=token)).json["plays"] == []


async def test_what_is_rejected_stays_so_and_is_told_to_who_asks_again(
    client: Client, found: Suspect
) -> None:
    token, play = await client.artist(Role.OPERATOR), str(found.play)

    rejected = await decide(client, play, "reject", token, why="one person")
    again = await decide(client, play, "release", token, why="or not")

    assert rejected.json["reason"] == "rejected:same-purse"
    assert again.json == rejected.json
    for unknown in ("x", "00000000-0000-0000-0000-000000000000"):
        assert (await client.ask("GET", f"{HOLDS}/{unknown}", token=token)).status == 404
    for query in ("limit=0", "colour=red", "listener=x"):
        assert (await client.ask("GET", f"{HOLDS}?{query}", token=token)).status == 422


async def test_members_compare_and_only_see_the_names_of_themselves(client: Client) -> None:
    database, clock = client.holding.tools.database, ManualClock(NOON)
    artists = [await person(database, Role.ARTIST) for _ in range(2)]
    fan = await person(database, Role.LISTENER)
    for number, artist in enumerate(artists, start=1):
        track = (await accepted(database, artist, f"song {number}".encode())).track_id
        play = await qualified(database, clock, listener=fan, track_id=track)
        micros = number * 10_000
        async with database.begin() as session:
            await book_play(
                session,
                play,
                payee_id=artist.id,
                step=1,
                millicredits=2,
                micros=micros,
                now=clock(),
            )
            mine = await issue_token(session, artist, label="test", now=NOON)
    path = "/api/v1/comparison?month=2026-11"

    told = (await client.ask("GET", path, token=mine)).json
    by_treasurer = (await client.ask("GET", path, token=await client.artist(Role.TREASURER))).json
    picture = await client.ask("GET", path.replace("comparison", "comparison.svg"), token=mine)

    assert [(row["name"], row["is_yours"]) for row in told["rows"]] == [
        ("A artist", True),
        ("Payee 2", False),
    ]
    assert [row["name"] for row in by_treasurer["rows"]] == ["A artist"] * 2
    for way in ("stream_to_own", "pro_rata", "user_centric"):
        assert sum(row[way] for row in told["rows"]) == told["micros"] == 21_000
    assert (told["scale"], told["currency"], told["plays"]) == (6, "EUR", 2)
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert b"Payee 2" in picture.body
    assert (await client.ask("GET", path)).status == 401
    assert (await client.ask("GET", "/api/v1/comparison?month=2026-13", token=mine)).status == 422
    assert (await client.ask("GET", "/api/v1/comparison", token=mine)).status == 422


async def test_a_treasurer_undoes_what_an_account_was_charged(
    client: Client, found: Suspect
) -> None:
    token = await client.artist(Role.TREASURER)
    await decide(client, str(found.play), "release", token, why="a family")
    database = client.holding.tools.database
    await database.run(lambda session: settle(session, [found.play], now=NOON))
    since, until = NOON.isoformat(), (NOON + timedelta(days=1)).isoformat()
    wanted = {"account": str(found.listener.id), "since": since, "until": until, "why": "or not"}

    async def asked(key: str, by: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {by}"} | ({"Idempotency-Key": key} if key else {})
        url = f"{client.url}/api/v1/reversals"
        async with client.http.post(url, headers=headers, json=wanted) as answer:
            return answer.status, await answer.json()

    assert (await asked("1", await client.artist()))[0] == 403
    assert (await asked("", token))[0] == 400
    status, body = await asked("1", token)
    again = await asked("1", token)

    assert status == 200
    assert [(one["id"], one["kind"], one["last_step"]) for one in body["undone"]] == [
        (str(found.play), "play", 1)
    ]
    assert again == (200, {"undone": []})
    told = (await client.ask("GET", f"{HOLDS}/{found.play}", token=token)).json
    assert [one["decision"] for one in told["decisions"]] == ["released", "reversed"]
