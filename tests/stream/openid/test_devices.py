"""A device shows a code, somebody types it elsewhere, and the device plays."""

import asyncio

import pytest

from catalog.oidc_clients import NewClient, Registered, add_client
from tests.support.openid import Said, application, ask, later, somebody
from tests.support.served import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


async def waits(house: Client, speaker: Registered) -> dict[str, str]:
    said = await ask(
        house, "/oauth/device", client_id=speaker.client.id, scope="openid play offline_access"
    )
    assert said.status == 200, said.text
    return dict(said.json)


async def polled(house: Client, speaker: Registered, code: str) -> Said:
    return await ask(
        house,
        "/oauth/token",
        grant_type=GRANT,
        client_id=speaker.client.id,
        device_code=code,
    )


async def test_somebody_connects_a_speaker(house: Client) -> None:
    speaker, browser = await application(house), await somebody(house)
    shown = await waits(house, speaker)

    pending = await polled(house, speaker, shown["device_code"])
    asked = await browser.post("/device", user_code=shown["user_code"].lower())
    done = await browser.post("/device", user_code=shown["user_code"], decision="allow")
    later(house, seconds=5)
    tokens = await polled(house, speaker, shown["device_code"])
    again = await polled(house, speaker, shown["device_code"])

    assert shown["verification_uri"] == f"{house.url}/device"
    assert shown["verification_uri_complete"].endswith(f"?user_code={shown['user_code']}")
    assert pending.json["error"] == "authorization_pending"
    assert "play music in your name" in asked.text
    assert "only if you have the device before you" in asked.text
    assert f"You go on as {browser.who.name}" in asked.text
    assert "registered itself" not in asked.text
    assert "is connected" in done.text
    assert tokens.status == 200, tokens.text
    assert {"access_token", "refresh_token", "id_token"} <= tokens.json.keys()
    assert again.json["error"] == "invalid_grant"
    assert "Some Player" in (await browser.get("/account/apps")).text


async def test_who_is_asked_hears_that_nobody_looked_at_it(house: Client) -> None:
    browser, tools = await somebody(house), house.holding.tools
    new = NewClient(name="Stranger", auth_method="none", grant_types=[GRANT], scopes=["openid"])
    async with tools.database.begin() as session:
        stranger = await add_client(
            session, new, by=None, is_self_registered=True, now=tools.clock()
        )
    shown = await waits(house, stranger)

    asked = await browser.post("/device", user_code=shown["user_code"])

    assert "This application registered itself" in asked.text
    assert "also while you are not there" not in asked.text


async def test_a_device_that_asks_too_often_waits_longer(house: Client) -> None:
    speaker = await application(house)
    code = (await waits(house, speaker))["device_code"]

    said = [(await polled(house, speaker, code)).json["error"] for _ in range(3)]
    later(house, seconds=10)
    soon = (await polled(house, speaker, code)).json["error"]
    later(house, seconds=20)
    patient = (await polled(house, speaker, code)).json["error"]

    assert said == ["authorization_pending", "slow_down", "slow_down"]
    assert (soon, patient) == ("slow_down", "authorization_pending")


async def test_who_says_no_to_a_device(house: Client) -> None:
    speaker, browser = await application(house), await somebody(house)
    shown = await waits(house, speaker)

    done = await browser.post("/device", user_code=shown["user_code"], decision="deny")

    assert "was not connected" in done.text
    told = await polled(house, speaker, shown["device_code"])
    assert told.json["error"] == "access_denied"


async def test_a_code_that_nobody_typed_in_time_is_over(house: Client) -> None:
    speaker, browser = await application(house), await somebody(house)
    shown = await waits(house, speaker)
    later(house, minutes=15)

    typed = await browser.post("/device", user_code=shown["user_code"], decision="allow")

    assert typed.status == 404
    assert "No device waits with this code" in typed.text
    told = await polled(house, speaker, shown["device_code"])
    assert told.json["error"] == "expired_token"


async def test_nobody_finds_a_code_by_trying(house: Client) -> None:
    speaker, browser = await application(house), await somebody(house)
    shown = await waits(house, speaker)

    tried = await asyncio.gather(
        *(browser.post("/device", user_code=f"BBBB-BBB{one}") for one in "CDFGHJKLMNPQRSTVWXZBCD")
    )
    right = await browser.post("/device", user_code=shown["user_code"], decision="allow")

    assert {one.status for one in tried} == {404, 429}
    assert right.status == 429
    assert "please try again in 10 minutes" in right.text
    pending = await polled(house, speaker, shown["device_code"])
    assert pending.json["error"] == "authorization_pending"


async def test_a_code_of_one_device_is_nothing_to_another_application(house: Client) -> None:
    speaker, other, browser = (
        await application(house),
        await application(house),
        await somebody(house),
    )
    shown = await waits(house, speaker)
    await browser.post("/device", user_code=shown["user_code"], decision="allow")

    assert (await polled(house, other, shown["device_code"])).status == 400
    assert (await polled(house, speaker, shown["device_code"])).status == 200


async def test_an_application_that_is_for_no_device_may_not_ask(house: Client) -> None:
    player = await application(house, grant_types=["authorization_code"])

    said = await ask(house, "/oauth/device", client_id=player.client.id)

    assert said.json["error"] == "unauthorized_client"


async def test_who_is_not_signed_in_comes_back_to_the_code(house: Client) -> None:
    sent = await ask(house, "/device?user_code=BCDF-GHJK", method="GET")

    assert sent.location == "/sign-in?next=%2Fdevice%3Fuser_code%3DBCDF-GHJK"
    shown = await (await somebody(house)).get("/device", user_code="BCDF-GHJK")
    assert 'value="BCDF-GHJK"' in shown.text
