"""The page on which somebody makes a password for a player."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalog.roles import Role
from tests.stream.test_people_pages import browser
from tests.support.served import Client, served

_CODES = re.compile(r"<code>([^<]+)</code>")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def test_a_password_for_a_player_is_told_once_with_what_else_is_to_be_entered(
    house: Client,
) -> None:
    ada = await browser(house, Role.LISTENER)

    form = await ada.see("/account/security")
    wrong = await ada.send("/account/security/players", {"label": " "})
    made = await ada.send("/account/security/players", {"label": "living room"})
    address, username, password = _CODES.findall(made.html)
    by_name = await house.ask("GET", f"/rest/ping?u={username}&p={password}&f=json")
    by_key = await house.ask("GET", f"/rest/tokenInfo?apiKey={password}&f=json")

    assert 'action="/account/security/players"' in form.html
    assert (wrong.status, "so that you know it again" in wrong.text) == (422, True)
    assert (made.status, "living room" in made.text) == (200, True)
    assert address == house.url
    assert by_name.json["subsonic-response"]["status"] == "ok"
    assert by_key.json["subsonic-response"]["tokenInfo"]["username"] == username
    assert password not in (await ada.see("/account/tokens")).html
    assert "living room" in (await ada.see("/account/tokens")).text
    assert password not in (await ada.see("/account/security")).html


async def test_it_is_told_in_spanish_as_well(house: Client) -> None:
    ada = await browser(house, Role.LISTENER)

    seen = await ada.see("/account/security?lang=es")
    made = await ada.send("/account/security/players?lang=es", {"label": "salón"})
    wrong = await ada.send("/account/security/players?lang=es", {"label": ""})

    assert "Reproductores" in seen.text
    assert "Introduce esto en «salón»" in made.text
    assert "para que lo reconozcas" in wrong.text
