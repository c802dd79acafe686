"""What somebody tries who is not whom they say, and what comes of it."""

from urllib.parse import quote, urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from catalog.erasing import erase
from catalog.members import make_account
from catalog.people import caller_of
from catalog.roles import AccountKind, Role
from catalog.sign_ins import Where, note_sign_in
from stream.identity.callers import ACTING_FOR
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
EVIL = "https://evil.example/"


async def opens(house: Client, token: str) -> bool:
    return (await ask(house, "/oauth/userinfo", method="GET", bearer=token)).status == 200


async def test_a_code_that_is_shown_twice_ends_what_came_of_it(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    code = (await browser.let_in(**asked(player, challenge))).told["code"]
    tokens = (await exchange(house, player, code, text)).json

    again = await exchange(house, player, code, text)

    assert again.json["error"] == "invalid_grant"
    assert not await opens(house, tokens["access_token"])
    over = await refreshed(house, player.client.id, tokens["refresh_token"])
    assert over.json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": verifier()[0]},
        {"code_verifier": ""},
        {"redirect_uri": "https://player.example/other"},
        {"redirect_uri": ""},
    ],
)
async def test_who_stole_a_code_gets_nothing_for_it(house: Client, wrong: dict[str, str]) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    code = (await browser.let_in(**asked(player, challenge))).told["code"]

    stolen = await exchange(house, player, code, text, **wrong)

    assert stolen.status == 400
    assert stolen.json["error"] in {"invalid_grant", "invalid_request"}
    assert (await exchange(house, player, code, text)).status == 200


async def test_a_code_is_good_for_two_minutes(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text, challenge = verifier()
    code = (await browser.let_in(**asked(player, challenge))).told["code"]
    later(house, minutes=2)

    assert (await exchange(house, player, code, text)).json["error"] == "invalid_grant"


async def test_a_code_of_one_application_is_nothing_to_another(house: Client) -> None:
    player, other = await application(house), await application(house)
    browser = await somebody(house)
    text, challenge = verifier()
    code = (await browser.let_in(**asked(player, challenge))).told["code"]

    mixed_up = await exchange(house, other, code, text)

    assert mixed_up.json["error"] == "invalid_grant"
    assert (await exchange(house, player, code, text)).status == 200


async def test_who_keeps_no_secret_cannot_do_without_pkce(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    text = verifier()[0]

    for downgraded in (
        {},
        {"code_challenge": text},
        {"code_challenge": text, "code_challenge_method": "plain"},
        {"code_challenge_method": "S256"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ):
        told = await browser.get("/oauth/authorize", **asked(player), **downgraded)
        assert told.told["error"] == "invalid_request", downgraded


async def test_a_verifier_for_what_had_no_challenge_is_refused(house: Client) -> None:
    shop, browser = await application(house, is_public=False), await somebody(house)
    code = (await browser.let_in(**asked(shop))).told["code"]

    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    by = (shop.client.id, shop.secret or "")
    downgraded = await ask(house, "/oauth/token", by=by, **said, code_verifier=verifier()[0])

    assert downgraded.json["error"] == "invalid_request"
    assert (await ask(house, "/oauth/token", by=by, **said)).status == 200


@pytest.mark.parametrize(
    "uri", [EVIL, f"{BACK}@evil.example/", f"{BACK}/..//evil.example", "javascript:alert(1)", "/"]
)
async def test_nobody_is_sent_where_nobody_registered(house: Client, uri: str) -> None:
    player, browser = await application(house), await somebody(house)

    for said in (
        asked(player, verifier()[1], redirect_uri=uri),
        asked(player, redirect_uri=uri, response_type="token"),
        asked(player, redirect_uri=uri, prompt="none"),
    ):
        shown = await browser.get("/oauth/authorize", **said)
        assert shown.status == 400
        assert "Location" not in shown.headers
        assert "This sign-in cannot go on" in shown.text
        posted = await browser.post("/oauth/consent", request=urlencode(said), decision="deny")
        assert posted.status == 400


async def test_an_application_that_nobody_knows_is_told_nothing(house: Client) -> None:
    browser = await somebody(house)

    for said in ({}, {"client_id": "nobody", "redirect_uri": EVIL}):
        shown = await browser.get("/oauth/authorize", **said)
        assert (shown.status, shown.location) == (400, "")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'a"b\\'}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": EVIL}, "request_uri_not_supported"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
)
async def test_what_an_application_does_wrong_it_is_told(
    house: Client, more: dict[str, str], error: str
) -> None:
    player, browser = await application(house), await somebody(house)

    told = await browser.get("/oauth/authorize", **asked(player, verifier()[1], **more))

    assert told.location.startswith(f"{BACK}?error={error}")
    assert (told.told["state"], told.told["iss"]) == ("a state", house.url)


async def test_parameters_that_come_twice_are_no_request(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    said = urlencode(asked(player, verifier()[1])) + f"&redirect_uri={quote(EVIL)}"

    assert (await browser.get(f"/oauth/authorize?{said}")).status == 400


async def test_a_refresh_token_that_is_shown_again_ends_its_family(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    stolen = (await signed_in(house, browser, player)).json["refresh_token"]
    fresh = (await refreshed(house, player.client.id, stolen)).json
    later(house, seconds=31)

    again = await refreshed(house, player.client.id, stolen)

    assert again.json["error"] == "invalid_grant"
    assert not await opens(house, fresh["access_token"])
    over = await refreshed(house, player.client.id, fresh["refresh_token"])
    assert over.json["error"] == "invalid_grant"
    assert (await signed_in(house, browser, player)).status == 200


async def test_who_copies_a_token_within_the_moment_is_found_out(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    copied = (await signed_in(house, browser, player)).json["refresh_token"]
    thief = (await refreshed(house, player.client.id, copied)).json
    owner = (await refreshed(house, player.client.id, copied)).json
    await refreshed(house, player.client.id, thief["refresh_token"])

    found_out = await refreshed(house, player.client.id, owner["refresh_token"])

    assert found_out.json["error"] == "invalid_grant"
    assert not await opens(house, thief["access_token"])


async def test_a_refresh_token_is_its_client_s_alone(house: Client) -> None:
    player, other = await application(house), await application(house)
    token = (await signed_in(house, await somebody(house), player)).json["refresh_token"]

    taken = await refreshed(house, other.client.id, token)
    revoked = await ask(house, "/oauth/revoke", client_id=other.client.id, token=token)

    assert taken.json["error"] == revoked.json["error"] == "invalid_grant"
    assert (await refreshed(house, player.client.id, token)).status == 200


async def test_who_has_a_secret_must_show_it(house: Client) -> None:
    shop = await application(house, is_public=False)

    for by, form in (
        (None, {"client_id": shop.client.id}),
        (None, {"client_id": shop.client.id, "client_secret": "missing"}),
        ((shop.client.id, "guessed"), {}),
        (("", ""), {}),
    ):
        said = await ask(house, "/oauth/token", by=by, grant_type="client_credentials", **form)
        assert (said.status, said.json["error"]) == (401, "invalid_client")
        assert said.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic", "Basic ", "Basic !!", "Basic /w==", "Basic OjpiYQ=="])
async def test_headers_that_say_nothing_are_no_failure_of_ours(house: Client, header: str) -> None:
    asking = house.http.post(
        f"{house.url}/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )
    async with asking as answer:
        assert answer.status == 401


async def test_what_is_no_form_or_no_grant_is_refused(house: Client) -> None:
    player = await application(house)
    password = await ask(
        house, "/oauth/token", grant_type="password", client_id=player.client.id, username="ben"
    )
    nothing = await ask(house, "/oauth/token")
    async with house.http.post(f"{house.url}/oauth/token", json={"grant_type": "x"}) as answer:
        as_json = (answer.status, (await answer.json())["error"])

    assert password.json["error"] == "unsupported_grant_type"
    assert nothing.status == 400
    assert as_json == (400, "invalid_request")


async def test_a_forged_sign_out_signs_nobody_out(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    key = RSAKey.generate_key(2048)
    claims = {"iss": house.url, "aud": player.client.id, "sub": str(browser.who.id)}
    forged = jwt.encode({"alg": "RS256"}, claims, key)
    unsigned = "eyJhbGciOiJub25lIn0." + forged.split(".")[1] + "."
    out = f"{BACK}/out"

    for hint in (forged, unsigned, "nonsense", "a.b.c", ""):
        shown = await browser.get(
            "/oauth/end-session",
            id_token_hint=hint,
            client_id=player.client.id,
            post_logout_redirect_uri=out,
        )
        assert shown.status == 200
        assert "Sign out of Refrain?" in shown.text
        assert out not in shown.headers["Content-Security-Policy"]
    assert (await browser.get("/oauth/authorize", **asked(player, verifier()[1]))).status == 200


async def test_a_sign_out_leads_only_where_its_application_registered(house: Client) -> None:
    player, other = await application(house), await application(house)
    browser = await somebody(house)
    tokens = (await signed_in(house, browser, player)).json

    elsewhere = await (await somebody(house)).get(
        "/oauth/end-session", id_token_hint=tokens["id_token"], post_logout_redirect_uri=EVIL
    )
    mixed_up = await browser.get(
        "/oauth/end-session",
        id_token_hint=tokens["id_token"],
        client_id=other.client.id,
        post_logout_redirect_uri=f"{BACK}/out",
    )

    assert "Sign out of Refrain?" in elsewhere.text  # it is about somebody else
    assert "Sign out of Refrain?" in mixed_up.text
    query = urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": EVIL})
    out = await browser.post("/oauth/signed-out", request=query)
    assert (out.status, out.location) == (200, "")
    assert "You are signed out" in out.text


async def test_a_limited_token_in_the_cookie_is_no_sign_in(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    browser.cookie = (await signed_in(house, browser, player)).json["access_token"]

    told = await browser.get("/oauth/authorize", **asked(player, verifier()[1]))
    apps = await browser.get("/account/apps")

    assert told.location.startswith("/sign-in")
    assert apps.status in {303, 403}


async def test_who_is_forgotten_is_acted_for_by_nobody(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    tokens = (await signed_in(house, browser, player)).json
    tools = house.holding.tools
    async with tools.database.begin() as session:
        await erase(session, browser.who.id, now=tools.clock())

    assert not await opens(house, tokens["access_token"])
    over = await refreshed(house, player.client.id, tokens["refresh_token"])
    assert over.json["error"] == "invalid_grant"


@pytest.mark.parametrize("how", ["/sign-out", "/account/sign-ins"])
async def test_who_signs_out_is_out_of_applications_too(house: Client, how: str) -> None:
    browser, player = await somebody(house), await application(house)
    tokens = (await signed_in(house, browser, player)).json
    tools = house.holding.tools
    async with tools.database.begin() as session:
        found = await caller_of(session, browser.cookie, now=tools.clock())
        assert found is not None
        assert found.credential is not None
        where = Where(device="A browser", address="192.0.2.0/24", country=None)
        sign_in = found.credential.id
        await note_sign_in(session, sign_in, found.id, where, now=tools.clock())

    assert await opens(house, tokens["access_token"])
    assert (await browser.post(how, sign_in=str(sign_in))).status == 303
    assert not await opens(house, tokens["access_token"])


async def test_an_application_acts_for_a_person_and_not_for_their_label(house: Client) -> None:
    browser = await somebody(house, role=Role.ARTIST)
    tools = house.holding.tools
    async with tools.database.begin() as session:
        band = await make_account(
            session, browser.who, name="The Band", kind=AccountKind.ARTIST, now=tools.clock()
        )
    player = await application(house, scopes=("openid", "account.read"))
    tokens = (await signed_in(house, browser, player, scope="openid account.read")).json
    acting = {"Authorization": f"Bearer {tokens['access_token']}"}

    async def status(**more: str) -> int:
        url = f"{house.url}/api/v1/account"
        async with house.http.get(url, headers=acting | more) as answer:
            return answer.status

    assert await status() == 200
    assert await status(**{ACTING_FOR: str(browser.who.id)}) == 200
    assert await status(**{ACTING_FOR: str(band.id)}) == 403
