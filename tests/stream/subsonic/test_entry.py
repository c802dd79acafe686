"""Players say who asks by a key, by a password, or by a digest of it."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.roles import Role
from stream.subsonic.calls import ABSENT, CALLS
from stream.subsonic.entry import Proof, shown
from stream.subsonic.faults import Code, Fault
from stream.subsonic.parameters import Parameters
from tests.support.opensubsonic.described import described_calls
from tests.support.served import Answer, Client, served


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as client:
        yield client


@pytest.fixture
async def player(house: Client) -> tuple[str, str]:
    """Answer the name of a listener, and a password for their player."""
    token = await house.artist(Role.LISTENER)
    asked = {"label": "my phone", "for_player": True}
    made = await house.ask("POST", "/api/v1/tokens", token=token, data=asked)
    me = await house.ask("GET", "/api/v1/account", token=token)
    return me.json["name"], made.json["token"]


async def call(house: Client, name: str, asked: Mapping[str, str], **how: Any) -> Any:  # noqa: ANN401
    answer = await send(house, name, {"f": "json", **asked}, **how)
    return json.loads(answer.body)["subsonic-response"]


async def send(
    house: Client,
    name: str,
    asked: Mapping[str, str],
    *,
    is_posted: bool = False,
    **how: Any,  # noqa: ANN401
) -> Answer:
    path, text = f"/rest/{name}", urlencode(asked)
    if not is_posted:
        return await house.ask("GET", f"{path}?{text}", **how)
    kind = "application/x-www-form-urlencoded"
    return await house.ask("POST", path, data=text.encode(), Content_Type=kind, **how)


def digest(password: str, salt: str) -> str:
    return hashlib.md5((password + salt).encode(), usedforsecurity=False).hexdigest()


async def test_every_way_of_showing_it_lets_in(house: Client, player: tuple[str, str]) -> None:
    name, password = player
    ways: list[dict[str, str]] = [
        {"apiKey": password},
        {"u": name, "p": password},
        {"u": name, "p": "enc:" + password.encode().hex()},
        {"u": name, "t": digest(password, "abc123"), "s": "abc123"},
    ]

    told = [await call(house, "ping", way) for way in ways]
    told += [await call(house, "ping.view", way, is_posted=True) for way in ways]

    assert [one["status"] for one in told] == ["ok"] * 8


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, Code.PARAMETER_MISSING),
        ({"apiKey": "refrain_no"}, Code.WRONG_KEY),
        ({"u": "Ada", "p": "no"}, Code.WRONG_CREDENTIALS),
        ({"u": "Ada", "t": "0" * 32, "s": "abcdef"}, Code.WRONG_CREDENTIALS),
        ({"u": "Ada", "t": "0" * 32}, Code.PARAMETER_MISSING),
        ({"u": "Ada", "p": "enc:zz"}, Code.WRONG_CREDENTIALS),
        ({"u": "Ada", "apiKey": "x"}, Code.CREDENTIALS_CONFLICT),
    ],
)
async def test_whoever_shows_nothing_or_what_is_wrong_is_told_which(
    house: Client, asked: dict[str, str], number: Code
) -> None:
    told = await call(house, "ping", asked)

    assert (told["status"], told["error"]["code"]) == ("failed", number)
    assert told["error"]["message"]


async def test_the_cookie_of_a_page_lets_nobody_in(house: Client) -> None:
    token = await house.artist(Role.LISTENER)

    told = await call(house, "ping", {}, Cookie=f"refrain_session={token}")

    assert told["status"] == "failed"


async def test_anybody_may_know_what_can_be_done(house: Client) -> None:
    told = await call(house, "getOpenSubsonicExtensions", {})

    names = [one["name"] for one in told["openSubsonicExtensions"]]
    assert "formPost" in names
    assert "apiKeyAuthentication" in names


async def test_a_player_learns_whose_key_it_has_and_nothing_of_others(
    house: Client, player: tuple[str, str]
) -> None:
    name, password = player

    own = await call(house, "tokenInfo", {"apiKey": password})
    user = await call(house, "getUser", {"apiKey": password, "username": name})
    other = await call(house, "getUser", {"apiKey": password, "username": "somebody"})

    assert own["tokenInfo"]["username"] == name
    assert user["user"]["streamRole"] is True
    assert user["user"]["adminRole"] is False
    assert other["error"]["code"] == Code.NOT_ALLOWED


async def test_a_password_for_players_is_for_listening_only(
    house: Client, player: tuple[str, str]
) -> None:
    _, password = player

    answer = await house.ask("POST", "/api/v1/tokens", token=password, data={"label": "more"})

    assert answer.status == 403


async def test_a_call_that_there_is_not_is_told_in_the_form_of_calls(house: Client) -> None:
    answer = await send(house, "makeCoffee", {})

    assert answer.status == 404
    assert b"<subsonic-response" in answer.body.replace(b"ns0:", b"")
    assert b'code="0"' in answer.body


def test_a_digest_is_of_one_password_only() -> None:
    proof = Proof(username="Ada", token=digest("right", "salt"), salt="salt")

    assert proof.is_of("right")
    assert not proof.is_of("wrong")


def test_half_a_proof_is_none() -> None:
    with pytest.raises(Fault):
        shown(Parameters([("t", "x"), ("s", "y")]))


async def test_a_call_that_is_left_out_says_what_to_do_instead(house: Client) -> None:
    answer = await send(house, "getPodcasts.view", {"f": "json"})

    assert answer.status == 410
    assert "podcasts" in answer.json["subsonic-response"]["error"]["message"]


def test_every_call_that_is_described_is_done_or_left_out_and_documented() -> None:
    described = described_calls()
    done, absent = set(CALLS) - {"hls"}, set(ABSENT)
    page = (Path(__file__).parents[3] / "docs" / "opensubsonic.md").read_text()

    assert not done & absent
    assert described <= done | absent
    for name in CALLS:
        assert f"| `{name}` | done |" in page
    for name, reason in ABSENT.items():
        assert f"| `{name}` | absent: {reason} |" in page
