"""An application in a browser that is not ours (oidc-client-ts), and a house it signs in with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support import another_origin
from tests.support.another_origin import held, registered, sign_in
from tests.support.house import House


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Answer the address of the application, which is another origin."""
    folder = tmp_path_factory.mktemp("application")
    with another_origin.application(folder, "relying.browser.js", "oidc-client-ts") as address:
        yield address


def test_a_player_of_others_signs_in_goes_on_and_signs_out(
    house: House, application: str, browser: Browser
) -> None:
    client = registered(house, application)
    faults: list[str] = []

    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.goto(f"{house.url}/sign-in")
        sign_in(page, house)
        # To go elsewhere at once would end the request that signs in.
        page.wait_for_url(f"{house.url}/")
        page.goto(f"{application}?authority={house.url}&client={client}")
        assert held(page) == {"ready": True}
        page.evaluate("relying.signIn()")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to A player of others?")
        expect(page.get_by_test_id("words")).to_contain_text("play music in your name")
        page.get_by_role("button", name="Allow", exact=True).click()
        page.wait_for_url(f"{application}**")
        user = held(page)
        assert user["scope"] == "openid profile read_write"
        assert user["name"]
        token = page.evaluate("relying.token()")
        account = house.ask("GET", "/api/v1/account", token=token)
        assert (account.status, account.json["id"]) == (200, user["sub"])

        before, after, same = page.evaluate("relying.renew()")
        assert before != after
        assert same == user["sub"]

        page.evaluate("relying.signOut()")
        page.wait_for_function("document.title === JSON.stringify({ ready: true })")
        assert page.url == application
        page.goto(f"{house.url}/account/apps")
        assert page.url.startswith(f"{house.url}/sign-in")
    assert faults == []


def test_who_is_not_signed_in_signs_in_on_the_way(
    house: House, application: str, browser: Browser
) -> None:
    client = registered(house, application)

    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{application}?authority={house.url}&client={client}")
        held(page)
        page.evaluate("relying.signIn()")
        sign_in(page, house)
        page.get_by_role("button", name="Do not allow").click()
        page.wait_for_url(f"{application}**")
        assert "access_denied" in held(page)["error"] or "do not want" in held(page)["error"]

        page.goto(f"{application}?authority={house.url}&client={client}")
        page.evaluate("relying.signIn()")
        page.get_by_role("button", name="Allow", exact=True).click()
        page.wait_for_url(f"{application}**")
        assert held(page)["name"]


def test_who_signs_in_within_a_window_beside_comes_back_to_the_player(
    house: House, application: str, browser: Browser
) -> None:
    client = registered(house, application)

    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{application}?authority={house.url}&client={client}")
        held(page)
        with page.expect_popup() as opened:
            page.evaluate("relying.signInBeside()")
        beside = opened.value
        sign_in(beside, house)
        with beside.expect_event("close"):
            beside.get_by_role("button", name="Allow", exact=True).click()
        page.wait_for_function("document.title.includes('name')")
        assert held(page)["name"]
