"""Applications over the interface: added by operators, shown out by people."""

import json
from typing import Any

import pytest

from catalog.roles import Role
from tests.support.openid import application, ask, later, signed_in, somebody
from tests.support.served import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLAYER = {
    "name": "A player",
    "redirect_uris": ["https://player.example/back"],
    "auth_method": "none",
    "grant_types": ["authorization_code", "refresh_token"],
}


async def told(
    house: Client, method: str, path: str, token: str, body: object = None, **headers: str
) -> tuple[int, Any, dict[str, str]]:
    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    data = None if body is None else json.dumps(body)
    async with house.http.request(method, house.url + path, data=data, headers=said) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None, dict(answer.headers)


async def test_an_operator_keeps_applications(house: Client) -> None:
    operator = await house.artist(Role.OPERATOR)
    await application(house)
    later(house, seconds=1)
    _, made, _ = await told(house, "POST", "/api/v1/clients", operator, PLAYER)
    path = f"/api/v1/clients/{made['id']}"

    _, kept, headers = await told(house, "GET", path, operator)
    etag = {"If-Match": headers["Etag"]}
    keeps = PLAYER | {"auth_method": "client_secret_basic", "name": "A shop"}
    status, changed, _ = await told(house, "PUT", path, operator, keeps, **etag)
    late, _, _ = await told(house, "PUT", path, operator, PLAYER, **etag)
    _, another, _ = await told(house, "POST", f"{path}/secret", operator)
    _, page, _ = await told(house, "GET", "/api/v1/clients?limit=1", operator)
    _, rest, _ = await told(house, "GET", f"/api/v1/clients?cursor={page['next']}", operator)
    gone, _, _ = await told(house, "DELETE", path, operator)
    after, _, _ = await told(house, "GET", path, operator)

    assert made["secret"] is None
    assert "secret" not in kept
    assert (status, changed["name"], late) == (200, "A shop", 412)
    assert changed["secret"] != another["secret"]
    assert page["items"][0]["id"] == made["id"]
    assert made["id"] not in {one["id"] for one in rest["items"]}
    assert (gone, after) == (204, 404)


async def test_what_does_not_fit_is_refused(house: Client) -> None:
    operator = await house.artist(Role.OPERATOR)

    for more in (
        {"redirect_uris": ["http://player.example/"]},
        {"scopes": ["everything"]},
        {"grant_types": ["client_credentials"], "auth_method": "client_secret_basic"},
        {"grant_types": ["client_credentials"], "account": "0" * 32, "auth_method": "none"},
        {"nonsense": 1},
    ):
        status, _, _ = await told(house, "POST", "/api/v1/clients", operator, PLAYER | more)
        assert status == 422, more


async def test_what_an_operator_answers_for_says_nothing_else_of_itself(house: Client) -> None:
    operator = await house.artist(Role.OPERATOR)
    await house.holding.tools.valkey.flushall()
    said = {"redirect_uris": PLAYER["redirect_uris"], "token_endpoint_auth_method": "none"}
    _, made, _ = await told(house, "POST", "/oauth/register", "", said)
    token, path = made["registration_access_token"], f"/oauth/register/{made['client_id']}"
    before, _, _ = await told(house, "PUT", path, token, said)

    address = f"/api/v1/clients/{made['client_id']}"
    _, vouched, _ = await told(house, "PUT", address, operator, PLAYER | {"is_trusted": True})
    elsewhere = said | {"redirect_uris": ["https://evil.example/"]}
    after, _, _ = await told(house, "PUT", path, token, elsewhere)

    assert (before, after) == (200, 401)
    assert (vouched["is_trusted"], vouched["is_self_registered"]) == (True, False)


async def test_people_see_and_show_out_what_acts_for_them(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json
    path = f"/api/v1/account/apps/{player.client.id}"

    _, apps, _ = await told(house, "GET", "/api/v1/account/apps", browser.cookie)
    by_itself, _, _ = await told(house, "DELETE", path, tokens["access_token"])
    gone, _, _ = await told(house, "DELETE", path, browser.cookie)
    _, left, _ = await told(house, "GET", "/api/v1/account/apps", browser.cookie)

    assert [one["name"] for one in apps["items"]] == ["Some Player"]
    assert "play music in your name" in apps["items"][0]["words"]
    assert (by_itself, gone, left["items"]) == (403, 204, [])
    old = await ask(house, "/oauth/userinfo", method="GET", bearer=tokens["access_token"])
    assert old.status == 401
