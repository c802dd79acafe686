"""Somebody is sent by an application, signs in, is asked, and goes back to it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.openid import (
    BACK,
    application,
    ask,
    asked,
    exchange,
    later,
    refreshed,
    signed_in,
    somebody,
    verifier,
)
from tests.support.served import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def claims_of(house: Client, id_token: str) -> dict[str, object]:
    keys = KeySet.import_key_set((await ask(house, "/oauth/jwks.json", method="GET")).json)
    return dict(jwt.decode(id_token, keys, ["RS256"]).claims)


async def test_somebody_signs_in_to_a_player(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()

    shown = await browser.get("/oauth/authorize", **asked(player, challenge, nonce="n"))
    told = await browser.let_in(**asked(player, challenge, nonce="n"))
    tokens = await exchange(house, player, told.told["code"], text)

    assert "Some Player" in shown.text
    assert "play music in your name" in shown.text
    assert "form-action 'self' https://player.example" in shown.headers["Content-Security-Policy"]
    assert told.location.startswith(f"{BACK}?")
    assert (told.told["state"], told.told["iss"]) == ("a state", house.url)
    assert tokens.status == 200, tokens.text
    assert tokens.headers["Cache-Control"] == "no-store"
    assert tokens.json["access_token"].startswith("refrain_at_")
    assert tokens.json["scope"] == "openid profile play"
    claims = await claims_of(house, tokens.json["id_token"])
    assert (claims["iss"], claims["aud"]) == (house.url, player.client.id)
    assert (claims["sub"], claims["nonce"]) == (str(browser.who.id), "n")
    assert claims["amr"] == ["password"]
    token = tokens.json["access_token"]
    about = await ask(house, "/oauth/userinfo", method="GET", bearer=token)
    assert about.json == {"sub": str(browser.who.id), "name": browser.who.name}
    account = await ask(house, "/api/v1/account", method="GET", bearer=token)
    assert account.status == 403  # it was not asked for


async def test_who_agreed_is_not_asked_again_but_for_more(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    _, challenge = verifier()
    await browser.let_in(**asked(player, challenge))

    same = await browser.get("/oauth/authorize", **asked(player, challenge))
    silent = await browser.get("/oauth/authorize", **asked(player, challenge, prompt="none"))
    less = await browser.get("/oauth/authorize", **asked(player, challenge, scope="openid"))
    wider = asked(player, challenge, scope="openid library.read")
    more = await browser.get("/oauth/authorize", **wider)
    unasked = await browser.get("/oauth/authorize", **wider, prompt="none")
    consent = await browser.get("/oauth/authorize", **asked(player, challenge, prompt="consent"))

    assert all("code" in one.told for one in (same, silent, less))
    assert more.status == consent.status == 200
    assert unasked.told["error"] == "consent_required"


async def test_who_is_not_signed_in_signs_in_first(house: Client) -> None:
    player = await application(house)
    said = asked(player, verifier()[1], login_hint="ben@example.org")

    sent = await ask(house, "/oauth/authorize?" + urlencode(said), method="GET")
    silent = await ask(
        house, "/oauth/authorize?" + urlencode({**said, "prompt": "none"}), method="GET"
    )

    assert sent.status == 303
    to = urlsplit(sent.location)
    assert to.path == "/sign-in"
    assert parse_qs(to.query)["hint"] == ["ben@example.org"]
    assert parse_qs(to.query)["next"][0].startswith("/oauth/resume?")
    assert silent.told["error"] == "login_required"
    assert silent.told["state"] == "a state"


async def test_after_signing_in_the_browser_goes_on_by_itself(house: Client) -> None:
    player, browser = await application(house), await somebody(house)

    page = await browser.get("/oauth/resume", **asked(player, verifier()[1]))

    following = page.headers["Refresh"].removeprefix("0; url=")
    assert page.status == 200
    assert unescape(following).startswith("/oauth/authorize?response_type=code")
    assert (await browser.get(following)).status == 200


@pytest.mark.parametrize("wish", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
async def test_who_must_sign_in_again_does_so_once(house: Client, wish: dict[str, str]) -> None:
    player, before = await application(house), await somebody(house)
    later(house, minutes=2)

    sent = await before.get("/oauth/authorize", **asked(player, verifier()[1], **wish))

    to = parse_qs(urlsplit(sent.location).query)
    assert to["again"] == ["1"]
    following = to["next"][0].replace("/oauth/resume", "/oauth/authorize")
    assert (await before.get(following)).location.startswith("/sign-in")
    later(house, seconds=5)
    again = await somebody(house)
    assert (await again.get(following)).status == 200


async def test_who_says_no_is_taken_at_their_word(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    said = asked(player, verifier()[1])

    told = await browser.post("/oauth/consent", request=urlencode(said), decision="deny")

    assert told.told["error"] == "access_denied"
    assert (await browser.get("/oauth/authorize", **said)).status == 200


async def test_a_program_on_the_machine_is_asked_for_each_time(house: Client) -> None:
    player = await application(house, redirect_uris=["http://127.0.0.1/back"])
    browser = await somebody(house)
    said = asked(player, verifier()[1], redirect_uri="http://127.0.0.1:50123/back")

    told = await browser.let_in(**said)

    assert told.location.startswith("http://127.0.0.1:50123/back?code=")
    assert (await browser.get("/oauth/authorize", **said)).status == 200


async def test_an_application_of_ours_is_not_asked_about(house: Client) -> None:
    ours, browser = await application(house, is_trusted=True), await somebody(house)

    told = await browser.get("/oauth/authorize", **asked(ours, verifier()[1]))

    assert "code" in told.told


async def test_a_player_that_was_sent_a_form_comes_back_with_its_cookie(house: Client) -> None:
    player = await application(house)

    sent = await ask(house, "/oauth/authorize", **asked(player, verifier()[1]))

    assert sent.status == 303
    assert sent.location.startswith("/oauth/authorize?response_type=code")


async def test_tokens_are_exchanged_for_new_ones(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    first = (await signed_in(house, browser, player, nonce="n")).json
    later(house, minutes=30)

    second = await refreshed(house, player.client.id, first["refresh_token"])

    assert second.status == 200, second.text
    assert second.json["refresh_token"] != first["refresh_token"]
    assert second.json["scope"] == "openid profile play"
    claims = await claims_of(house, second.json["id_token"])
    before = await claims_of(house, first["id_token"])
    assert claims["auth_time"] == before["auth_time"]
    assert "nonce" not in claims
    for one in (first, second.json):
        userinfo = await ask(house, "/oauth/userinfo", method="GET", bearer=one["access_token"])
        assert userinfo.status == 200
    later(house, minutes=31)
    old = await ask(house, "/oauth/userinfo", method="GET", bearer=first["access_token"])
    assert old.status == 401
    assert 'error="invalid_token"' in old.headers["WWW-Authenticate"]


async def test_new_tokens_may_be_for_less_and_not_for_more(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json

    more = await refreshed(
        house, player.client.id, tokens["refresh_token"], scope="openid library.read"
    )
    less = await refreshed(house, player.client.id, tokens["refresh_token"], scope="play")
    whole = await refreshed(house, player.client.id, less.json["refresh_token"])

    assert more.json["error"] == "invalid_scope"
    assert less.json["scope"] == "play"
    assert "id_token" not in less.json
    assert whole.json["scope"] == "openid profile play"


async def test_an_answer_that_was_lost_is_given_again(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    first = (await signed_in(house, browser, player)).json["refresh_token"]

    lost = await refreshed(house, player.client.id, first)
    later(house, seconds=20)
    again = await refreshed(house, player.client.id, first)
    onwards = await refreshed(house, player.client.id, again.json["refresh_token"])

    assert (lost.status, again.status, onwards.status) == (200, 200, 200)


async def test_an_application_acts_in_its_own_name(house: Client) -> None:
    browser = await somebody(house)
    service = await application(
        house, is_public=False, account_id=browser.who.id, scopes=["account.read"]
    )
    by = (service.client.id, service.secret or "")

    tokens = await ask(house, "/oauth/token", by=by, grant_type="client_credentials")
    form = await ask(
        house,
        "/oauth/token",
        grant_type="client_credentials",
        client_id=by[0],
        client_secret=by[1],
    )

    assert tokens.status == form.status == 200, tokens.text
    assert "refresh_token" not in tokens.json
    token = tokens.json["access_token"]
    account = await ask(house, "/api/v1/account", method="GET", bearer=token)
    assert account.json["id"] == str(browser.who.id)


@pytest.mark.parametrize("way", ["form", "header"])
async def test_a_public_application_may_send_any_word_for_a_secret(house: Client, way: str) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    said = asked(player, challenge, scope="read_write")
    code = (await browser.let_in(**said)).told["code"]

    facts = {"grant_type": "authorization_code", "code": code, "code_verifier": text}
    facts["redirect_uri"] = BACK
    if way == "form":
        facts |= {"client_id": player.client.id, "client_secret": "missing"}
        tokens = await ask(house, "/oauth/token", **facts)
    else:
        tokens = await ask(house, "/oauth/token", by=(player.client.id, "missing"), **facts)

    assert tokens.status == 200, tokens.text
    assert tokens.json["scope"] == "read_write"
    token = tokens.json["access_token"]
    assert (await ask(house, "/api/v1/account", method="GET", bearer=token)).status == 200


async def test_a_token_that_is_given_up_opens_nothing(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json
    client = player.client.id

    said = {"client_id": client, "token_type_hint": "whatever"}
    given_up = await ask(house, "/oauth/revoke", **said, token=tokens["access_token"])
    unknown = await ask(house, "/oauth/revoke", **said, token=client)
    fresh = (await refreshed(house, client, tokens["refresh_token"])).json
    await ask(house, "/oauth/revoke", client_id=client, token=fresh["refresh_token"])

    assert given_up.status == unknown.status == 200
    assert given_up.headers["Access-Control-Allow-Origin"] == "*"
    for token in (tokens["access_token"], fresh["access_token"]):
        gone = await ask(house, "/oauth/userinfo", method="GET", bearer=token)
        assert gone.status == 401
    over = await refreshed(house, client, fresh["refresh_token"])
    assert over.json["error"] == "invalid_grant"


async def test_what_a_token_is_worth_its_client_and_services_of_ours_know(house: Client) -> None:
    shop = await application(house, is_public=False)
    other = await application(house, is_public=False)
    ours = await application(house, is_public=False, is_trusted=True)
    browser = await somebody(house)
    told = (await browser.let_in(**asked(shop))).told
    by = (shop.client.id, shop.secret or "")
    tokens = (
        await ask(
            house,
            "/oauth/token",
            by=by,
            grant_type="authorization_code",
            code=told["code"],
            redirect_uri=BACK,
        )
    ).json

    async def worth(made: object, token: str) -> dict[str, object]:
        who = (made.client.id, made.secret)  # type: ignore[attr-defined] # a client
        said = await ask(house, "/oauth/introspect", by=who, token=token)
        return dict(said.json)

    for made in (shop, ours):
        found = await worth(made, tokens["access_token"])
        assert (found["active"], found["sub"]) == (True, str(browser.who.id))
        assert found["scope"] == "openid profile play"
    assert (await worth(shop, tokens["refresh_token"]))["active"] is True
    assert await worth(other, tokens["access_token"]) == {"active": False}
    assert await worth(shop, "nothing") == {"active": False}
    public = await application(house)
    said = await ask(
        house, "/oauth/introspect", client_id=public.client.id, token=tokens["access_token"]
    )
    assert said.status == 401


async def test_pages_of_any_origin_may_ask(house: Client) -> None:
    for path in ("/oauth/token", "/oauth/userinfo", "/oauth/revoke", "/oauth/jwks.json"):
        said = await ask(house, path, method="OPTIONS")
        assert said.headers["Access-Control-Allow-Origin"] == "*"
        assert "Authorization" in said.headers["Access-Control-Allow-Headers"]
    found = await ask(house, "/.well-known/openid-configuration", method="GET")
    assert found.json["issuer"] == house.url
    assert found.headers["Access-Control-Allow-Origin"] == "*"


async def test_somebody_sees_what_acts_for_them_and_shows_it_out(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json

    shown = await browser.get("/account/apps")
    await browser.post(f"/account/apps/{player.client.id}")
    after = await browser.get("/account/apps")

    assert "Some Player" in shown.text
    assert "play music in your name" in shown.text
    assert "No application acts for you." in after.text
    gone = await ask(house, "/oauth/userinfo", method="GET", bearer=tokens["access_token"])
    assert gone.status == 401
    over = await refreshed(house, player.client.id, tokens["refresh_token"])
    assert over.json["error"] == "invalid_grant"
    asked_again = await browser.get("/oauth/authorize", **asked(player, verifier()[1]))
    assert asked_again.status == 200


async def test_an_application_signs_somebody_out(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json

    out = await browser.get(
        "/oauth/end-session",
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=f"{BACK}/out",
        state="s",
    )

    assert out.location == f"{BACK}/out?state=s"
    assert re.search(r"refrain_\w+=\"?\"?;", out.headers["Set-Cookie"])
    again = await browser.get("/oauth/authorize", **asked(player, verifier()[1]))
    assert again.location.startswith("/sign-in")
    over = await refreshed(house, player.client.id, tokens["refresh_token"])
    assert over.json["error"] == "invalid_grant"


async def test_who_is_hinted_at_goes_on_and_nobody_else(house: Client) -> None:
    player, other = [await application(house) for _ in "ab"]
    ada, ben = [await somebody(house) for _ in "ab"]
    tokens = await signed_in(house, ada, player)
    await ben.let_in(**asked(player, verifier()[1]))
    later(house, hours=2)  # the hint may have run out
    hinted = asked(player, verifier()[1], id_token_hint=tokens.json["id_token"])

    same = await ada.get("/oauth/authorize", **hinted, prompt="none")
    silent = await ben.get("/oauth/authorize", **hinted, prompt="none")
    sent = await ben.get("/oauth/authorize", **hinted)
    wrong = await ada.get("/oauth/authorize", **{**hinted, "id_token_hint": "a.b.c"})
    elsewhere = asked(other, verifier()[1], id_token_hint=tokens.json["id_token"])
    borrowed = await ada.get("/oauth/authorize", **elsewhere)

    assert "code" in same.told
    assert silent.told["error"] == "login_required"
    assert sent.location.startswith("/sign-in?")
    following = parse_qs(urlsplit(sent.location).query)["next"][0]
    later(house, seconds=5)
    carl = await somebody(house)  # signs in, and is not whom the application means
    back = await carl.get(following.replace("/oauth/resume", "/oauth/authorize"))
    assert back.told["error"] == "login_required"
    assert wrong.told["error"] == borrowed.told["error"] == "invalid_request"
    assert (wrong.told["state"], wrong.told["iss"]) == ("a state", house.url)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
    ],
)
async def test_what_an_application_did_wrong_is_told_to_it_by_the_standard(
    house: Client, said: dict[str, str], error: str
) -> None:
    player, browser = await application(house), await somebody(house)

    told = await browser.get("/oauth/authorize", **{**asked(player, verifier()[1]), **said})

    assert told.location.startswith(f"{BACK}?")
    assert (told.told["error"], told.told["state"]) == (error, "a state")
    assert told.told["iss"] == house.url
    assert "code" not in told.told


async def test_prompts_ask_again_and_a_young_sign_in_is_told_with_its_time(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    await browser.let_in(**asked(player, challenge))

    chosen = await browser.get(
        "/oauth/authorize", **asked(player, challenge, prompt="select_account", login_hint="a@b.c")
    )
    told = await browser.get("/oauth/authorize", **asked(player, challenge, max_age="600"))
    tokens = await exchange(house, player, told.told["code"], text)

    assert chosen.status == 200
    assert browser.who.name in chosen.text
    assert "hint=a%40b.c" in chosen.text
    assert isinstance((await claims_of(house, tokens.json["id_token"]))["auth_time"], int)
