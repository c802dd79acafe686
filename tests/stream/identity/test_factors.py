"""A second factor over HTTP: set up, asked for, wanted of offices, and lost."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import select

from base.clock import ManualClock
from catalog.models.factors import Authenticator
from catalog.people import grant_role
from catalog.roles import Role
from stream.identity.fresh import FRESH
from tests.support.catalog import NOON
from tests.support.joined import PASSWORD, Browser, Town, fault, said, town
from tests.support.served import Answer
from tests.support.smtp import code_in, text_of

ADA = "ada@example.org"
_STEP = timedelta(seconds=30)


@dataclass
class Here:
    town: Town
    clock: ManualClock

    async def ada(self, *roles: Role) -> Browser:
        """Answer somebody who joined, with an office perhaps."""
        browser = self.town.browser()
        await browser.join(ADA)
        await browser.ask("POST", "/verify", {"code": code_in(await self.town.mail(ADA))})
        await self.grant(browser, *roles)
        return browser

    async def grant(self, browser: Browser, *roles: Role) -> None:
        async with self.town.client.holding.tools.database.begin() as session:
            who = await account_of(browser)
            for role in roles:
                await grant_role(session, who, role, by=None, now=NOON)

    async def app(self, browser: Browser, *, following: str = "/") -> tuple[pyotp.TOTP, list[str]]:
        """Set up an app; answer it, and the codes on paper."""
        shown = await browser.ask("POST", "/account/security/app", {"next": following})
        assert shown.status == 200, said(shown)
        page = shown.body.decode()
        assert "<svg" in page
        assert "style=" not in page
        [secret] = re.findall(r'data-testid="secret">([A-Z2-7 ]+)<', page)
        [begun] = re.findall(r'name="begun" value="([^"]+)"', page)
        app = pyotp.TOTP(secret.replace(" ", ""))
        fields = {"begun": begun, "next": following, "code": self.code(app)}
        told = await browser.ask("POST", "/account/security/app/code", fields)
        assert told.status == 200, said(told)
        return app, re.findall(r"<code>([a-z0-9-]+)</code>", told.body.decode())

    def code(self, app: pyotp.TOTP, steps: int = 0) -> str:
        return app.at(self.clock() + steps * _STEP)

    async def sign_in(self, code: str, *, address: str = "203.0.113.7") -> Browser:
        """Sign in by both steps."""
        browser = self.town.browser(address)
        asked = await browser.sign_in(ADA)
        assert asked.headers["location"].startswith("/sign-in/second?next=")
        await browser.ask("POST", "/sign-in/second", {"code": code, "next": "/account"})
        return browser


async def account_of(browser: Browser) -> UUID:
    return UUID((await browser.ask("GET", "/api/v1/account")).json["id"])


@pytest.fixture
async def here(tmp_path: Path, valkey_url: str, migrated_sqlite_url: str) -> AsyncIterator[Here]:
    clock = ManualClock(NOON)
    given = {"database_url": migrated_sqlite_url, "clock": clock}
    async with town(tmp_path, valkey_url, **given) as opened:
        yield Here(opened, clock)


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def test_an_app_is_set_up_and_asked_for_and_no_code_is_good_twice(here: Here) -> None:
    ada = await here.ada()
    app, paper = await here.app(ada, following="/shares")
    assert len(set(paper)) == 10
    assert "a code of your authenticator app" in text_of(await here.town.mail(ADA))
    used = here.code(app)
    here.clock.advance(_STEP)

    thief = here.town.browser()
    asked = await thief.sign_in(ADA)
    assert asked.headers["location"] == "/sign-in/second?next=%2F"
    assert await thief.who() is None
    wrong = await thief.ask("POST", "/sign-in/second", {"code": "000000"})
    replayed = await thief.ask("POST", "/sign-in/second", {"code": used})

    assert (wrong.status, replayed.status) == (403, 403)
    assert "Wait for the next one" in (fault(replayed, "code") or "")
    assert await thief.who() is None
    assert await (await here.sign_in(here.code(app))).who() == "Ada"
    assert await (await here.sign_in(here.code(app))).who() is None
    assert await (await here.sign_in(here.code(app, 1))).who() == "Ada"
    assert await (await here.sign_in(here.code(app, 3))).who() is None
    row = await _authenticator(here)
    assert app.secret not in row.sealed


async def test_codes_on_paper_are_good_once_and_counted(here: Here) -> None:
    _, paper = await here.app(await here.ada())
    await here.town.bring()

    typed = paper[0].upper().replace("-", " ")
    ada = await here.sign_in(typed)

    assert await ada.who() == "Ada"
    assert "9 are left" in text_of(await here.town.mail(ADA))
    assert await (await here.sign_in(paper[0])).who() is None
    facts = (await ada.ask("GET", "/api/v1/account/factors")).json
    assert (facts["has_app"], facts["recovery_codes_left"], facts["is_shown"]) == (True, 9, True)
    other = await ada.ask("POST", "/api/v1/account/factors/codes", json={})
    assert len(other.json["codes"]) == 10
    assert await (await here.sign_in(paper[1])).who() is None


async def test_who_guesses_codes_is_stopped_and_the_owner_signs_in_where_they_did(
    here: Here,
) -> None:
    ada = await here.ada()
    app, _ = await here.app(ada)
    here.clock.advance(_STEP)
    thief = here.town.browser("198.51.100.9")
    await thief.sign_in(ADA)

    answers = [await thief.ask("POST", "/sign-in/second", {"code": "1"}) for _ in range(11)]

    assert [one.status for one in answers] == [*[403] * 10, 429]
    assert "Retry-After" in str({name.title() for name in answers[-1].headers})
    await ada.ask("POST", "/sign-out", {})
    await ada.sign_in(ADA)
    await ada.ask("POST", "/sign-in/second", {"code": here.code(app)})
    assert await ada.who() == "Ada"


async def test_an_office_waits_for_a_second_factor_and_tokens_go_on(here: Here) -> None:
    ada = await here.ada(Role.OPERATOR)
    await ada.ask("POST", "/sign-out", {})

    led = await ada.sign_in(ADA)
    refused = await ada.ask("GET", "/api/v1/fleet")
    made = await ada.ask("POST", "/api/v1/tokens", json={"label": "all"})
    narrow = await ada.ask("POST", "/api/v1/tokens", json={"label": "own", "scopes": ["play"]})

    assert led.headers["location"] == "/account/security?next=%2F"
    assert "more than a password" in said(await ada.ask("GET", led.headers["location"]))
    assert problem(refused) == (403, "second-factor-needed")
    assert "/account/security" in refused.json["detail"]
    assert problem(made) == (403, "second-factor-needed")
    assert narrow.status == 201
    assert (await ada.ask("GET", "/api/v1/account")).json["roles"] == ["listener"]

    await here.app(ada)
    assert (await ada.ask("GET", "/api/v1/fleet")).status == 200
    token = (await ada.ask("POST", "/api/v1/tokens", json={"label": "all"})).json["token"]
    by_token = {"Authorization": f"Bearer {token}"}
    program = here.town.browser()
    assert (await program.ask("GET", "/api/v1/fleet", headers=by_token)).status == 200
    more = await program.ask("POST", "/api/v1/tokens", json={"label": "b"}, headers=by_token)
    assert problem(more) == (403, "sign-in-again")
    last = await ada.ask("DELETE", "/api/v1/account/factors/app")
    assert problem(last) == (409, "last-factor")


async def test_what_cannot_be_undone_wants_a_fresh_sign_in_and_leads_back(here: Here) -> None:
    ada = await here.ada(Role.OPERATOR)
    app, _ = await here.app(ada)
    roles = f"/api/v1/accounts/{await account_of(ada)}/roles/treasurer"
    assert (await ada.ask("PUT", roles)).status == 200
    here.clock.advance(FRESH + _STEP)

    stale = [
        await ada.ask("PUT", roles),
        await ada.ask("DELETE", "/api/v1/account"),
        await ada.ask("DELETE", "/api/v1/account/factors/app"),
        await ada.ask("PUT", "/api/v1/account/password", json={"password": "a kettle of violas"}),
        await ada.ask("PUT", "/api/v1/account/email", json={"email": "b@example.org"}),
        await ada.ask("POST", "/api/v1/payout-runs/00000000-0000-0000-0000-000000000007/approve"),
    ]
    page = await ada.ask("POST", "/account/security/codes", {})

    assert [problem(one) for one in stale] == [(403, "sign-in-again")] * len(stale)
    assert page.headers["location"] == ("/sign-in?again=1&notice=again&next=%2Faccount%2Fsecurity")
    assert "Sign in again to go on" in said(await ada.ask("GET", page.headers["location"]))
    again = await ada.ask(
        "POST", "/sign-in", {"email": ADA, "password": PASSWORD, "next": "/account/security"}
    )
    back = await ada.ask(
        "POST", "/sign-in/second", {"code": here.code(app), "next": "/account/security"}
    )
    assert again.headers["location"] == "/sign-in/second?next=%2Faccount%2Fsecurity"
    assert back.headers["location"] == "/account/security"
    assert (await ada.ask("POST", "/account/security/codes", {})).status == 200


async def test_a_password_alone_takes_no_factor_away(here: Here) -> None:
    ada, thief = await here.ada(), here.town.browser("198.51.100.9")
    await thief.sign_in(ADA)
    await here.app(ada)

    refused = await thief.ask("DELETE", "/api/v1/account/factors/app")

    assert problem(refused) == (403, "sign-in-again")
    assert (await ada.ask("DELETE", "/api/v1/account/factors/app")).status == 204
    facts = (await ada.ask("GET", "/api/v1/account/factors")).json
    assert (facts["has_app"], facts["recovery_codes_left"]) == (False, 0)
    assert (await here.town.browser().sign_in(ADA)).headers["location"] == "/"


async def test_who_lost_everything_is_helped_by_an_operator_and_told(here: Here) -> None:
    ada = await here.ada()
    await here.app(ada)
    await here.town.bring()
    lost = await account_of(ada)
    operator = await here.town.client.artist(Role.OPERATOR)

    path = f"/api/v1/accounts/{lost}/factors"
    helped = await here.town.client.ask("DELETE", path, token=operator)

    assert helped.status == 204
    assert await ada.who() is None
    assert "An operator removed" in text_of(await here.town.mail(ADA))
    assert (await ada.sign_in(ADA)).headers["location"] == "/"
    acts = await here.town.client.ask("GET", f"/api/v1/audit?subject={lost}", token=operator)
    assert [one["act"] for one in acts.json["items"]] == ["factors.taken"]


async def test_clients_are_asked_as_pages_are(here: Here) -> None:
    ada = await here.ada()
    begun = (await ada.ask("POST", "/api/v1/account/factors/app", json={})).json
    app = pyotp.parse_uri(begun["uri"])
    assert isinstance(app, pyotp.TOTP)
    assert (app.secret, app.name, app.issuer) == (begun["secret"], ADA, "Refrain")
    wrong = {"begun": begun["begun"], "code": "12"}
    refused = await ada.ask("PUT", "/api/v1/account/factors/app", json=wrong)
    right = {"begun": begun["begun"], "code": here.code(app)}
    stranger = here.town.browser()
    await stranger.join("ben@example.org", name="Ben")
    stolen = await stranger.ask("PUT", "/api/v1/account/factors/app", json=right)
    done = await ada.ask("PUT", "/api/v1/account/factors/app", json=right)

    assert problem(refused) == (403, "wrong-code")
    assert problem(stolen) == (410, "begun-too-long-ago")
    assert len(done.json["codes"]) == 10
    here.clock.advance(_STEP)
    client = here.town.browser()
    login = {"email": ADA, "password": PASSWORD}
    asked = await client.ask("POST", "/api/v1/account/sign-in", json=login)
    assert (asked.status, asked.json["has_app"]) == (202, True)
    second = {"begun": asked.json["begun"], "code": here.code(app)}
    await client.ask("POST", "/api/v1/account/sign-in/second", json=second)
    assert await client.who() == "Ada"
    here.clock.advance(timedelta(minutes=11))
    late = await client.ask("POST", "/api/v1/account/sign-in/second", json=second)
    assert problem(late) == (410, "begun-too-long-ago")


async def _authenticator(here: Here) -> Authenticator:
    async with here.town.client.holding.tools.database.read() as session:
        found = await session.scalar(select(Authenticator))
    assert found is not None
    return found
