"""One's own account: name, address, password, and where one is signed in; pages and interface."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from base.clock import ManualClock
from tests.support.joined import PASSWORD, Browser, Town, fault, said, town
from tests.support.smtp import code_in, link_in, text_of
from workers.housekeeping import forget_visits

ADA, NEW = "ada@example.org", "a kettle of violas"
ELSEWHERE = "lovelace@example.net"


@pytest.fixture
async def here(tmp_path: Path, valkey_url: str, migrated_sqlite_url: str) -> AsyncIterator[Town]:
    given = {"database_url": migrated_sqlite_url, "country_header": "CF-IPCountry"}
    async with town(tmp_path, valkey_url, **given) as opened:
        yield opened


@pytest.fixture
async def ada(here: Town) -> Browser:
    browser = here.browser()
    await browser.join(ADA)
    await browser.ask("POST", "/verify", {"code": code_in(await here.mail(ADA))})
    return browser


async def test_a_name_is_changed(ada: Browser) -> None:
    wrong = await ada.ask("POST", "/account/name", {"name": " "})
    assert "Tell us how to call you" in (fault(wrong, "name") or "")

    right = await ada.ask("POST", "/account/name", {"name": "Countess"})

    assert right.headers["location"] == "/account?notice=name"
    assert "called otherwise now" in said(await ada.ask("GET", "/account?notice=name"))
    assert await ada.who() == "Countess"


async def test_an_address_is_changed_once_it_was_confirmed_and_the_old_one_is_told(
    here: Town, ada: Browser
) -> None:
    fields = {"email": ELSEWHERE, "current": "not the password"}
    wrong = await ada.ask("POST", "/account/email", fields)
    assert "not the password of this account" in (fault(wrong, "current") or "")
    unfit = await ada.ask("POST", "/account/email", {"email": "ada", "current": PASSWORD})
    assert "as ada@example.org" in (fault(unfit, "email") or "")

    asked = await ada.ask("POST", "/account/email", {"email": ELSEWHERE, "current": PASSWORD})
    assert asked.headers["location"] == "/account?notice=email"
    mail = await here.mail(ELSEWHERE)
    assert "Ada" not in text_of(mail)
    told = text_of(here.office.to(ADA)[-1])
    assert f"asked us to use another address for it: {ELSEWHERE}" in told
    assert (await here.browser().sign_in(ADA)).status == 303
    await ada.ask("POST", "/verify", {"token": link_in(mail).partition("=")[2]})

    assert (await here.browser().sign_in(ELSEWHERE)).status == 303
    assert (await here.browser().sign_in(ADA)).status == 403
    assert f"from now on we write to {ELSEWHERE}" in text_of(await here.mail(ADA))


async def test_an_address_that_another_account_has_is_told_to_its_owner_alone(
    here: Town, ada: Browser
) -> None:
    eve = here.browser()
    await eve.join("eve@example.org", name="Eve")
    await eve.ask("POST", "/verify", {"code": code_in(await here.mail("eve@example.org"))})

    taken = await eve.ask("POST", "/account/email", {"email": ADA, "current": PASSWORD})
    free = await eve.ask("POST", "/account/email", {"email": ELSEWHERE, "current": PASSWORD})

    assert (taken.status, taken.headers["location"]) == (free.status, free.headers["location"])
    assert "Your account has it, so nothing was changed" in text_of(await here.mail(ADA))
    assert await ada.who() == "Ada"


async def test_a_thief_who_asked_for_another_address_is_stopped_by_a_new_password(
    here: Town, ada: Browser
) -> None:
    await ada.ask("POST", "/account/email", {"email": ELSEWHERE, "current": PASSWORD})
    link = link_in(await here.mail(ELSEWHERE))
    await here.browser().ask("POST", "/forgot", {"email": ADA})
    reset = link_in(await here.mail(ADA, "A new password")).partition("=")[2]
    await here.browser().ask("POST", "/reset", {"token": reset, "password": NEW})

    assert (await here.browser().ask("GET", link)).status == 410
    assert (await ada.sign_in(ADA, NEW)).status == 303


async def test_a_new_password_signs_out_everywhere_else(here: Town, ada: Browser) -> None:
    phone, before = here.browser(), ada.cookie()
    await phone.sign_in(ADA)
    weak = {"current": PASSWORD, "password": "Refrain2026"}
    assert "would guess" in (
        fault(await ada.ask("POST", "/account/password", weak), "password") or ""
    )
    wrong = {"current": NEW, "password": NEW}
    assert fault(await ada.ask("POST", "/account/password", wrong), "current")

    fields = {"current": PASSWORD, "password": NEW}
    answer = await ada.ask("POST", "/account/password", fields)

    assert answer.headers["location"] == "/account?notice=password"
    assert (await ada.who(), await phone.who()) == ("Ada", None)
    assert ada.cookie() != before
    assert "was changed" in (await here.mail(ADA))["Subject"]
    assert (await phone.sign_in(ADA, NEW)).status == 303


async def test_tokens_end_with_the_password_and_when_one_signs_out_everywhere(
    here: Town, ada: Browser
) -> None:
    changes = (
        ("PUT", "/api/v1/account/password", {"current": PASSWORD, "password": NEW}),
        ("DELETE", "/api/v1/account/sign-ins", None),
    )
    for method, path, body in changes:
        made = await ada.ask("POST", "/api/v1/tokens", json={"label": "mine"})
        token = {"Authorization": f"Bearer {made.json['token']}"}

        assert (await ada.ask(method, path, json=body)).status == 204

        assert (await here.browser().ask("GET", "/api/v1/account", headers=token)).status == 401
    assert await ada.who() == "Ada"


async def test_one_sees_where_one_is_signed_in_and_signs_out_there(
    here: Town, ada: Browser
) -> None:
    for address in ("198.51.100.7", "2001:db8:7::1"):
        fields = {"email": ADA, "password": PASSWORD}
        country = {"CF-IPCountry": "DE"}
        await here.browser(address).ask("POST", "/sign-in", fields, headers=country)
    phone = here.browser("192.0.2.7")
    await phone.sign_in(ADA)

    items = (await ada.ask("GET", "/api/v1/account/sign-ins")).json["items"]
    assert {(one["address"], one["country"]) for one in items} == {
        *(("203.0.113.0/24", None), ("198.51.100.0/24", "DE")),
        *(("2001:db8:7::/48", "DE"), ("192.0.2.0/24", None)),
    }
    assert {one["device"] for one in items} == {"Firefox on Linux"}
    assert [one["address"] for one in items if one["is_here"]] == ["203.0.113.0/24"]
    shown = said(await ada.ask("GET", "/account"))
    assert "198.51.100.0/24 · DE" in shown
    [theirs] = [one["id"] for one in items if one["address"] == "192.0.2.0/24"]
    await ada.ask("POST", "/account/sign-ins", {"sign_in": theirs})
    assert await phone.who() is None
    gone = await ada.ask("DELETE", f"/api/v1/account/sign-ins/{theirs}")
    assert gone.json["type"].endswith(":sign-in-unknown")

    assert (await ada.ask("DELETE", "/api/v1/account/sign-ins")).status == 204
    left = (await ada.ask("GET", "/api/v1/account/sign-ins")).json["items"]
    assert [one["is_here"] for one in left] == [True]


async def test_nobody_is_signed_out_by_others(here: Town, ada: Browser) -> None:
    eve = here.browser()
    await eve.join("eve@example.org", name="Eve")
    [mine] = (await ada.ask("GET", "/api/v1/account/sign-ins")).json["items"]

    assert (await eve.ask("DELETE", f"/api/v1/account/sign-ins/{mine['id']}")).status == 404
    assert await ada.who() == "Ada"


async def test_a_session_ends_when_nobody_comes_back_to_it(here: Town, ada: Browser) -> None:
    clock = here.client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(days=89))
    await forget_visits(here.client.holding.tools)
    assert await ada.who() == "Ada"
    clock.advance(timedelta(days=92))

    await forget_visits(here.client.holding.tools)

    assert await ada.who() is None


async def test_a_session_ends_after_a_year(here: Town, ada: Browser) -> None:
    clock = here.client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(days=365))

    page = await ada.ask("GET", "/account")

    assert (page.status, page.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    assert (await ada.ask("GET", "/sign-in?next=/account")).status == 200
    assert (await ada.sign_in(ADA)).status == 303


async def test_clients_do_the_same_over_the_interface(here: Town) -> None:
    app = here.browser()
    joined = {"name": "Ada", "email": ADA, "password": PASSWORD}
    assert (await app.ask("POST", "/api/v1/account/join", json=joined)).status == 204
    code = code_in(await here.mail(ADA))
    facts = (await app.ask("GET", "/api/v1/account/email")).json
    assert (facts["email"], facts["verified_at"], facts["has_password"]) == (ADA, None, True)
    wrong = await app.ask("POST", "/api/v1/account/email/code", json={"code": "1"})
    assert wrong.json["type"].endswith(":code-wrong")
    assert (await app.ask("POST", "/api/v1/account/email/code/again", json={})).status == 202
    assert (await app.ask("POST", "/api/v1/account/email/code", json={"code": code})).status == 204
    assert (await app.ask("GET", "/api/v1/account/email")).json["verified_at"]
    change = {"current": PASSWORD, "password": NEW}
    assert (await app.ask("PUT", "/api/v1/account/password", json=change)).status == 204
    address = {"email": ELSEWHERE, "current": NEW}
    assert (await app.ask("PUT", "/api/v1/account/email", json=address)).status == 202

    phone = here.browser()
    known = {"email": ADA, "password": PASSWORD}
    refused = await phone.ask("POST", "/api/v1/account/sign-in", json=known)
    assert refused.json["type"].endswith(":wrong-password")
    known = {"email": ADA, "password": NEW}
    assert (await phone.ask("POST", "/api/v1/account/sign-in", json=known)).status == 204
    assert (await phone.ask("POST", "/api/v1/account/forgot", json={"email": ADA})).status == 202
    token = link_in(await here.mail(ADA, "A new password")).partition("=")[2]
    weak = {"token": token, "password": "qwertyuiop"}
    answer = await phone.ask("POST", "/api/v1/account/reset", json=weak)
    assert answer.json["type"].endswith(":password-unfit")
    chosen = {"token": token, "password": PASSWORD}
    assert (await phone.ask("POST", "/api/v1/account/reset", json=chosen)).status == 204
    assert await phone.who() is None


async def test_a_token_gives_its_account_a_first_password_but_a_narrow_one_does_not(
    here: Town,
) -> None:
    token = await here.client.artist()
    browser = here.browser()
    await browser.ask("POST", "/sign-in/token", {"token": token})
    assert "You are here by a token" in said(await browser.ask("GET", "/account"))

    await browser.ask("POST", "/account/email", {"email": ADA})
    await browser.ask("POST", "/account/password", {"password": PASSWORD})

    assert (await here.browser().sign_in(ADA)).status == 303
    # From now on it takes that password to choose another.
    again = await browser.ask("POST", "/account/password", {"password": NEW})
    assert again.status == 403
    assert await here.mails(ADA) == 1
