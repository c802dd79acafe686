"""The co-operative's former player signs in as it did, asks, renews, and leaves."""

import pytest

from tests.support.earlier import Earlier
from tests.support.openid import (
    application,
    ask,
    asked,
    exchange,
    refreshed,
    somebody,
    verifier,
)
from tests.support.served import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
_PAGE = "https://beam.example"


async def test_the_former_player_signs_in_plays_and_leaves(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    told = (await browser.let_in(**asked(player, challenge, scope="read_write"))).told
    secret = {"client_secret": "missing"}

    tokens = (await exchange(house, player, told["code"], text, **secret)).json
    beam = Earlier(house=house, token=tokens["access_token"])
    profile = await beam.data("GET user/profile/")
    made = await beam.data("POST user/playlists", body={"title": "Mine"})
    await beam.data("PUT user/profile/", body={"displayName": "Ada"})
    wallet = (await beam.data("GET user/profile/"))["credit"]["total"]
    renewed = await refreshed(house, player.client.id, tokens["refresh_token"], **secret)
    fresh = Earlier(house=house, token=renewed.json["access_token"])
    owned = await fresh.data("GET user/playlists")
    for token in (renewed.json["access_token"], renewed.json["refresh_token"]):
        gone = await ask(house, "/oauth/revoke", token=token, client_id=player.client.id, **secret)
        assert gone.status == 200

    assert tokens["scope"] == "read_write"
    assert (profile["id"], wallet) == (str(browser.who.id), 0)
    assert [one["id"] for one in owned] == [made["id"]]
    assert (await fresh.refused("GET user/profile/"))[0] == 401


async def test_a_page_elsewhere_is_told_by_its_browser_that_it_may(house: Client) -> None:
    asking = {
        "Origin": _PAGE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    for path in ("/api/v3/user/profile/", "/oauth/token", "/oauth/revoke"):
        may = await house.ask("OPTIONS", path, **asking)
        allowed = may.headers["access-control-allow-headers"].lower()
        assert may.status == 204
        assert {"authorization", "content-type"} <= set(allowed.split(", "))


async def test_a_token_for_less_opens_less(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    told = (await browser.let_in(**asked(player, challenge, scope="play"))).told
    tokens = (await exchange(house, player, told["code"], text)).json
    beam = Earlier(house=house, token=tokens["access_token"])

    status, message = await beam.refused("GET user/collection/")

    assert status == 403
    assert "scope" in message
