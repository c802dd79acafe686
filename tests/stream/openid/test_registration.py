"""Applications that register themselves, and change what they said."""

from typing import Any

import pytest

from catalog.oidc_upkeep import forget_expired
from tests.support.openid import later, somebody, verifier
from tests.support.served import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLAYER = {
    "client_name": "Player of many houses",
    "redirect_uris": ["com.example.player:/back"],
    "token_endpoint_auth_method": "none",
    "grant_types": ["authorization_code", "refresh_token"],
    "client_uri": "https://player.example/about",
    "something_new": {"nobody": "knows"},
}


async def told(
    house: Client, method: str, path: str, body: object = None, token: str = ""
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = path if path.startswith("http") else house.url + path
    async with house.http.request(method, address, json=body, headers=headers) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await answer.json() if is_json else None


async def test_a_player_registers_and_signs_somebody_in(house: Client) -> None:
    status, made = await told(house, "POST", "/oauth/register", PLAYER)
    browser = await somebody(house)
    said = {
        "response_type": "code",
        "client_id": made["client_id"],
        "redirect_uri": "com.example.player:/back",
        "scope": "openid play",
        "code_challenge": verifier()[1],
        "code_challenge_method": "S256",
    }
    shown = await browser.get("/oauth/authorize", **said)
    back = await browser.let_in(**said)

    assert status == 201
    assert "client_secret" not in made
    assert "books.keep" not in made["scope"].split()
    assert "This application registered itself" in shown.text
    assert 'href="https://player.example/about"' in shown.text
    assert back.location.startswith("com.example.player:/back?code=")


async def test_it_changes_what_it_said_and_goes(house: Client) -> None:
    _, made = await told(house, "POST", "/oauth/register", PLAYER)
    address, token = made["registration_client_uri"], made["registration_access_token"]

    kept = await told(house, "GET", address, token=token)
    changed = PLAYER | {"client_name": "Other", "token_endpoint_auth_method": "client_secret_post"}
    other = await told(house, "PUT", address, changed, token)
    stranger = await told(house, "GET", address, token="nonsense")  # noqa: S106 - none
    wrong = await told(house, "PUT", address, {"redirect_uris": ["http://evil.example"]}, token)
    gone = await told(house, "DELETE", address, token=token)
    after = await told(house, "GET", address, token=token)

    assert kept[1]["client_name"] == "Player of many houses"
    assert other[1]["client_name"] == "Other"
    assert other[1]["client_secret"].startswith("refrain_cs_")
    assert stranger[0] == 401
    assert (wrong[0], wrong[1]["error"]) == (400, "invalid_redirect_uri")
    assert (gone[0], after[0]) == (204, 401)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_client_metadata"),
        ({"redirect_uris": "https://a.example/"}, "invalid_client_metadata"),
        ({"client_name": "a\nb"}, "invalid_client_metadata"),
        ({"client_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        (
            {"grant_types": ["client_credentials"], "token_endpoint_auth_method": None},
            "invalid_client_metadata",
        ),
        (
            {
                "grant_types": ["client_credentials"],
                "token_endpoint_auth_method": "client_secret_post",
            },
            "invalid_client_metadata",
        ),
    ],
)
async def test_what_does_not_fit_is_refused(
    house: Client, more: dict[str, object], error: str
) -> None:
    later(house, hours=2)

    status, said = await told(house, "POST", "/oauth/register", PLAYER | more)

    assert (status, said["error"]) == (400, error)


async def test_nobody_fills_the_house_with_applications(house: Client) -> None:
    said = [(await told(house, "POST", "/oauth/register", PLAYER))[0] for _ in range(22)]

    assert said[-1] == 429


async def test_who_brings_nobody_is_forgotten(house: Client) -> None:
    tools = house.holding.tools
    await tools.valkey.flushall()
    _, made = await told(house, "POST", "/oauth/register", PLAYER)
    later(house, days=31)
    async with tools.database.begin() as session:
        await forget_expired(session, now=tools.clock())

    browser = await somebody(house)
    shown = await browser.get("/oauth/authorize", client_id=made["client_id"])
    assert shown.status == 400
