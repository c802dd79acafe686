"""The former web player, as it is and on another origin, plays at a house of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.another_origin import application, held, registered, sign_in
from tests.support.browser import faults_of
from tests.support.house import until
from tests.support.shop import Shop, put_out

#: More than counts as a play there.
HEARD_S = 1.5


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Answer where the player is."""
    folder = tmp_path_factory.mktemp("beam")
    with application(folder, "beam.browser.js", "oidc-client-ts", "hls.js") as address:
        yield address


@pytest.fixture(scope="module")
def song(shop: Shop) -> str:
    """Answer a song that nobody else plays."""
    out = put_out(shop.house, "Estuary", "Old Hands", {"Slack": 3})
    track: str = out["tracks"][0]["track"]
    return track


@pytest.fixture
def page(shop: Shop, player: str, context: BrowserContext) -> Page:
    opened = context.new_page()
    client = registered(shop.house, player, "Former player")
    opened.goto(f"{player}?house={shop.house.url}&client={client}")
    assert held(opened) == {"ready": True}
    return opened


def ask(page: Page, route: str, body: dict[str, str] | None = None) -> Any:  # noqa: ANN401
    return page.evaluate("([route, body]) => beam.ask(route, body)", [route, body])


def test_a_visitor_of_the_former_player_finds_a_song_and_hears_its_preview(
    shop: Shop, song: str, page: Page
) -> None:
    faults, sent = faults_of(page), set()
    page.on("response", lambda one: sent.add(one.status) if f"stream/{song}" in one.url else None)

    # What was just put out is found a moment later.
    [group] = until(lambda: ask(page, "GET search/?q=old+hands")["trackgroups"])
    [item] = ask(page, f"GET trackgroups/{group['id']}")["items"]
    track = item["track"]
    by_address = page.evaluate("(url) => beam.byAddress(url, 1, 0.5)", track["url"])
    by_hls = page.evaluate("(id) => beam.byHls(id, 0.5)", song)

    assert (track["id"], track["title"]) == (song, "Slack")
    assert track["url"] == f"{shop.house.url}/api/v3/stream/{song}"
    assert by_address >= 1.5
    assert by_hls >= 0.5
    assert 206 in sent
    assert faults == []


def test_a_listener_of_the_former_player_plays_and_pays_once(
    shop: Shop, song: str, player: str, page: Page
) -> None:
    faults, said = faults_of(page), {"trackId": song}
    page.evaluate("beam.signIn()")
    sign_in(page, shop.house)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Former player?")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(f"{player}**")
    assert held(page) == {"scope": "read_write"}

    before = ask(page, "GET user/profile/")["credit"]["total"]
    assert page.evaluate("([id, s]) => beam.byHls(id, s)", [song, HEARD_S]) >= HEARD_S
    played = ask(page, "POST user/plays", said)
    assert (played["count"], played["cost"], played["total"]) == (1, 2, before - 2)
    assert ask(page, "POST user/plays", said) == played
    until(lambda: ask(page, f"GET user/plays/resolve?ids={song}")[0]["count"] == 1)

    track = ask(page, f"GET tracks/{song}")
    by_file = page.evaluate("(url) => beam.byFile(url, 0.5)", track["url"])
    assert (track["plays"], track["favorite"]) == (1, False)
    assert by_file["status"] == 206
    assert by_file["range"].startswith("bytes 0-99/")
    assert by_file["heard"] >= 0.5

    assert ask(page, "POST user/favorites", said)["type"]
    assert ask(page, f"GET user/favorites/resolve?ids={song}") == [said]
    assert ask(page, "GET user/favorites")[0]["id"] == song
    assert song in {one["id"] for one in ask(page, "GET user/plays/history/")}
    assert ask(page, "GET user/profile/")["credit"]["total"] == before - 2
    renewed = page.evaluate("beam.renew()")
    assert page.evaluate("beam.signOut()") == renewed
    assert shop.house.ask("GET", "/api/v3/user/profile/", token=renewed).status == 401
    assert faults == []
