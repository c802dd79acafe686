"""Signing in and out, a forgotten password, and who tries too often; over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import delete, select

from base.clock import ManualClock
from catalog.factors import factors_of, keep_authenticator
from catalog.kinds import Kind
from catalog.members import add_member, choose, make_account
from catalog.models.people import Member
from catalog.models.privacy import Erasure
from catalog.models.sign_in import Password
from catalog.people import caller_of, caller_with, grant_role
from catalog.roles import AccountKind, Capacity, Role
from ingest.desk import open_desk
from stream.app import make_app
from stream.pages.forms import onward
from tests.support.catalog import NOON
from tests.support.joined import CHEAP, PASSWORD, Browser, Town, fault, said, tokens, town
from tests.support.smtp import code_in, link_in, text_of
from tests.support.working import do, workshop

ADA, NEW = "ada@example.org", "a kettle of violas"


@pytest.fixture
async def here(tmp_path: Path, valkey_url: str, migrated_sqlite_url: str) -> AsyncIterator[Town]:
    async with town(tmp_path, valkey_url, database_url=migrated_sqlite_url) as opened:
        yield opened


async def confirmed(here: Town, email: str = ADA, name: str = "Ada") -> Browser:
    browser = here.browser()
    await browser.join(email, name=name)
    await browser.ask("POST", "/verify", {"code": code_in(await here.mail(email))})
    return browser


async def test_who_joined_signs_out_and_in_again(here: Town) -> None:
    ada = await confirmed(here)
    first = ada.cookie()
    out = await ada.ask("POST", "/sign-out", {})
    assert (out.headers["location"], await ada.who()) == ("/sign-in?notice=out", None)
    assert "You are signed out." in said(await ada.ask("GET", "/sign-in?notice=out"))

    answer = await ada.sign_in("  ADA@EXAMPLE.org ")

    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert await ada.who() == "Ada"
    assert ada.cookie() != first
    for cookie in (answer.headers["set-cookie"],):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie  # the house is spoken to without TLS
    thief = {"Cookie": f"refrain_session={first}"}
    stolen = await here.browser().ask("GET", "/api/v1/account", headers=thief)
    assert stolen.status == 401


async def test_who_acts_for_an_artist_does_so_when_they_have_signed_in_again(here: Town) -> None:
    ada, database = await confirmed(here), here.client.holding.tools.database
    own = UUID((await ada.ask("GET", "/api/v1/account")).json["id"])
    async with database.begin() as session:
        await grant_role(session, own, Role.ARTIST, by=None, now=NOON)
    await ada.ask("POST", "/account/acting/new", {"name": "The Band", "kind": "artist"})
    [band] = (await ada.ask("GET", "/api/v1/memberships")).json["items"]
    await ada.ask("POST", "/account/acting", {"account": band["account"]})

    await ada.sign_in(ADA)

    assert await ada.who() == "The Band"
    assert "For whom: The Band" in said(await ada.ask("GET", "/studio/earnings/bank"))
    async with database.begin() as session:
        await session.execute(delete(Member).where(Member.person_id == own))
    await ada.sign_in(ADA)
    assert await ada.who() == "Ada"


async def test_who_comes_after_somebody_acts_for_nobody(here: Town) -> None:
    ada, ben = await confirmed(here), await confirmed(here, "ben@example.org", "Ben")
    own = [UUID((await one.ask("GET", "/api/v1/account")).json["id"]) for one in (ada, ben)]
    async with here.client.holding.tools.database.begin() as session:
        who = await caller_of(session, ada.cookie() or "", now=NOON)
        assert who is not None
        band = await make_account(session, who, name="The Band", kind=AccountKind.ARTIST, now=NOON)
        member = await caller_with(session, own[1])
        owner = Capacity.OWNER
        await add_member(session, band.id, member, capacity=owner, by=own[0], now=NOON)
        await choose(session, who, band.id)

    await ada.sign_in("ben@example.org")

    assert await ada.who() == "Ben"


async def test_where_listeners_come_by_tls_cookies_go_no_other_way(
    tmp_path: Path, valkey_url: str
) -> None:
    given = {**CHEAP, "redis_url": valkey_url, "public_url": "https://refrain.example"}
    async with workshop(tmp_path, **given) as holding, open_desk(holding.tools) as desk:
        async with TestClient(TestServer(make_app(holding.tools, desk))) as client:
            joined = await client.post(
                "/join",
                data={"name": "Ada", "email": ADA, "password": PASSWORD},
                headers={"Origin": "https://refrain.example", "Host": "evil.example"},
                allow_redirects=False,
            )
        await do(holding, Kind.MAIL)

    [mail] = (tmp_path / "mail").iterdir()
    assert "Secure" in joined.headers["Set-Cookie"]
    assert "https://refrain.example/verify?token=" in mail.read_text()
    assert "evil" not in mail.read_text()


async def test_a_wrong_password_and_no_account_are_told_alike_and_what_to_do(here: Town) -> None:
    await confirmed(here)
    stranger = here.browser()

    wrong = await stranger.sign_in(ADA, "not the password")
    nobody = await stranger.sign_in("ben@example.org", "not the password")

    assert wrong.status == nobody.status == 403
    assert said(wrong) == said(nobody).replace("ben@", "ada@")
    for words in ("do not belong together", "Forgot your password?", "join"):
        assert words in said(wrong)
    assert 'href="/forgot"' in wrong.body.decode()
    assert await stranger.who() is None


async def test_what_is_no_address_is_told_beside_it(here: Town) -> None:
    answer = await here.browser().sign_in("ada", "whatever it is")

    assert answer.status == 422
    assert "as ada@example.org" in (fault(answer, "email") or "")


async def test_who_has_not_confirmed_yet_signs_in_as_well(here: Town) -> None:
    ada = here.browser()
    await ada.join(ADA)
    await ada.ask("POST", "/sign-out", {})

    assert (await ada.sign_in(ADA)).status == 303
    assert await ada.who() == "Ada"


@pytest.mark.parametrize(
    ("following", "leads"),
    [
        ("/shares", "/shares"),
        ("/oauth/resume?a=b&c=%2F", "/oauth/resume?a=b&c=%2F"),
        *[(one, "/") for one in ("//evil.example", "https://evil.example", "/\\evil.example")],
        *[(one, "/") for one in ("javascript:alert(1)", "/\t/evil.example", "evil", "")],
    ],
)
def test_one_goes_on_to_paths_of_ours_alone(following: str, leads: str) -> None:
    assert onward(following) == leads


async def test_who_is_signed_in_goes_on_unless_asked_to_show_it_again(here: Town) -> None:
    ada = await confirmed(here)

    on = await ada.ask("GET", "/sign-in?next=/shares")
    again = await ada.ask("GET", f"/sign-in?next=/shares&again=1&hint={ADA}")

    assert (on.status, on.headers["location"]) == (303, "/shares")
    assert f'value="{ADA}"' in again.body.decode()
    fields = {"email": ADA, "password": PASSWORD, "next": "/shares"}
    assert (await ada.ask("POST", "/sign-in", fields)).headers["location"] == "/shares"


async def test_who_asked_to_be_forgotten_is_told_when_and_that_they_may_stay(here: Town) -> None:
    ada = await confirmed(here)
    due = NOON + timedelta(days=14)
    async with here.client.holding.tools.database.begin() as session:
        [kept] = await session.scalars(select(Password))
        session.add(Erasure(account_id=kept.account_id, asked_at=NOON, due_at=due))
    browser = here.browser()

    stranger = await browser.ask("POST", "/sign-in", {"email": ADA, "password": "not hers at all"})
    answer = await browser.ask("POST", "/sign-in", {"email": ADA, "password": PASSWORD})
    asked = {"email": ADA, "password": PASSWORD, "next": "/shares"}
    elsewhere = await ada.ask("POST", "/sign-in", asked)

    assert "do not belong together" in said(stranger)
    assert (answer.status, answer.headers["location"]) == (303, "/account/data")
    assert "Until then you may stay." in said(await browser.ask("GET", "/account/data"))
    assert elsewhere.headers["location"] == "/shares"


async def test_a_forgotten_password_is_chosen_anew_by_a_link_that_is_good_once(here: Town) -> None:
    ada, phone = await confirmed(here), here.browser()
    await phone.sign_in(ADA)
    asked = await phone.ask("POST", "/forgot", {"email": "ADA@example.org"})
    assert "A mail is on its way to ADA@example.org" in said(asked)
    mail = await here.mail("ADA@example.org")
    assert "Hello Ada" in text_of(mail)
    token = link_in(mail).partition("=")[2]
    assert "Choose a password" in said(await phone.ask("GET", link_in(mail)))

    weak = await phone.ask("POST", "/reset", {"token": token, "password": "qwertyuiop"})
    assert "somebody would guess" in (fault(weak, "password") or "")
    done = await phone.ask("POST", "/reset", {"token": token, "password": NEW})

    assert done.headers["location"] == "/sign-in?notice=reset"
    assert "Your new password is set" in said(await phone.ask("GET", done.headers["location"]))
    assert (await ada.who(), await phone.who()) == (None, None)
    assert (await ada.sign_in(ADA, PASSWORD)).status == 403
    assert (await ada.sign_in(ADA, NEW)).status == 303
    assert "was changed" in (await here.mail(ADA))["Subject"]
    used = await phone.ask("GET", link_in(mail))
    assert used.status == 410
    assert "Ask for a new link" in said(used)
    assert (await phone.ask("POST", "/reset", {"token": token, "password": NEW})).status == 410


async def test_a_link_to_a_new_password_is_good_for_an_hour(here: Town) -> None:
    await confirmed(here)
    await here.browser().ask("POST", "/forgot", {"email": ADA})
    link = link_in(await here.mail(ADA))
    clock = here.client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(hours=1))

    answer = await here.browser().ask("GET", link)

    assert answer.status == 410
    assert "too old: it was good until 24 November, 13:00 UTC. Ask for a new link" in said(answer)


async def test_whether_an_address_has_an_account_only_its_mail_tells(here: Town) -> None:
    await confirmed(here)

    known = await here.browser().ask("POST", "/forgot", {"email": ADA})
    unknown = await here.browser().ask("POST", "/forgot", {"email": "ben@example.org"})

    assert said(known) == said(unknown).replace("ben@", "ada@")
    assert "There is no such account" in text_of(await here.mail("ben@example.org"))
    assert "new password" in text_of(await here.mail(ADA))


async def test_who_never_confirmed_gets_in_by_a_link_and_has_the_address(here: Town) -> None:
    """Somebody else may have joined with it before: they are out, and know no password."""
    eve, ada = here.browser(), here.browser()
    await eve.join(ADA, name="Eve")
    await ada.ask("POST", "/forgot", {"email": ADA})
    mail = await here.mail(ADA, "A new password")
    assert "Eve" not in text_of(mail)

    chosen = {"token": link_in(mail).partition("=")[2], "password": NEW}
    done = await ada.ask("POST", "/reset", chosen)
    assert done.status == 303, said(done)
    assert (await ada.sign_in(ADA, NEW)).status == 303

    assert await eve.who() is None
    assert "ada@example.org confirmed" in said(await ada.ask("GET", "/account"))


async def test_who_made_an_account_with_anothers_address_keeps_no_way_into_it(here: Town) -> None:
    eve, ada = here.browser(), here.browser()
    await eve.join(ADA, name="Eve")
    made = await eve.ask("POST", "/api/v1/tokens", json={"label": "mine"})
    token = {"Authorization": f"Bearer {made.json['token']}"}
    assert (await eve.ask("GET", "/api/v1/account", headers=token)).status == 200
    database = here.client.holding.tools.database
    async with database.begin() as session:
        account_id = await session.scalar(select(Password.account_id))
        assert account_id is not None
        await keep_authenticator(session, account_id, "sealed", step=1, now=NOON)
    await ada.ask("POST", "/forgot", {"email": ADA})
    reset = link_in(await here.mail(ADA, "A new password")).partition("=")[2]

    await ada.ask("POST", "/reset", {"token": reset, "password": NEW})

    assert (await here.browser().ask("GET", "/api/v1/account", headers=token)).status == 401
    async with database.read() as session:
        assert not (await factors_of(session, account_id)).has_any
    assert (await ada.sign_in(ADA, NEW)).headers["location"] == "/"


async def test_of_several_accounts_with_an_address_one_chooses_ones_own(here: Town) -> None:
    eve, ada = here.browser(), here.browser()
    await ada.join(ADA)
    clock = here.client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(minutes=1))
    await eve.join(ADA, name="Eve", password="a password that eve knows")  # noqa: S106
    await ada.ask("POST", "/forgot", {"email": ADA})
    mail = await here.mail(ADA, "A new password")
    assert "Eve" not in text_of(mail)
    first, second = tokens(text_of(mail))

    await ada.ask("POST", "/reset", {"token": first, "password": NEW})

    await ada.sign_in(ADA, NEW)
    assert await ada.who() == "Ada"
    assert (await eve.ask("POST", "/reset", {"token": second, "password": NEW})).status == 409


async def test_who_tries_too_often_shuts_out_themselves_alone(here: Town) -> None:
    ada = await confirmed(here)
    thief, neighbour = here.browser("198.51.100.9"), here.browser("198.51.100.77")
    for _ in range(10):
        assert (await thief.sign_in(ADA, "a guess of mine")).status == 403

    shut = await thief.sign_in(ADA, PASSWORD)
    assert shut.status == 429
    assert int(shut.headers["retry-after"]) <= 900
    assert "Try again in 15 minutes, or choose a new password now" in said(shut)
    # From the same network, another account; the same account, from any other.
    await here.browser().join("ben@example.org", name="Ben")
    assert (await neighbour.sign_in("ben@example.org")).status == 303
    assert (await here.browser("192.0.2.1").sign_in(ADA)).status == 303
    # On a device on which one signed in before, from the very network of the thief.
    await ada.ask("POST", "/sign-out", {})
    ada.address = "198.51.100.9"
    assert (await ada.sign_in(ADA)).status == 303


async def test_a_device_guesses_at_its_own_account_alone(here: Town) -> None:
    """Of accounts with one address that nobody confirmed, each is guessed at as if alone."""
    ada, eve = here.browser(), here.browser("198.51.100.9")
    await ada.join(ADA)
    await eve.join(ADA, name="Eve", password="a password that eve knows")  # noqa: S106
    for _ in range(15):
        await eve.sign_in(ADA, "a guess of mine")

    # The device has room still; what is right for Ada is tried no more.
    assert (await eve.sign_in(ADA, PASSWORD)).status == 403
    assert (await eve.sign_in(ADA, "a password that eve knows")).status == 303
    assert await eve.who() == "Eve"


async def test_strangers_shut_nobody_out_who_has_not_confirmed_yet(here: Town) -> None:
    ada, late = here.browser(), here.browser()
    await ada.join(ADA)
    for number in range(4):
        clock = here.client.holding.tools.clock
        assert isinstance(clock, ManualClock)
        clock.advance(timedelta(minutes=1))
        other = f"a password of eve {number}"
        await here.browser().join(ADA, name="Eve", password=other)
    await late.join(ADA, name="Late", password=NEW)

    assert (await here.browser().sign_in(ADA)).status == 303
    await late.sign_in(ADA, NEW)
    assert await late.who() == "Late"


async def test_an_address_without_an_account_is_shut_out_as_any(here: Town) -> None:
    thief = here.browser()
    for _ in range(10):
        await thief.sign_in("nobody@example.org", "a guess of mine")

    assert (await thief.sign_in("nobody@example.org", "a guess of mine")).status == 429


async def test_a_network_cannot_try_all_accounts(here: Town) -> None:
    for number in range(60):
        address = f"198.51.100.{number}"
        await here.browser(address).sign_in(f"a{number}@example.org", "a guess of mine")

    assert (await here.browser("198.51.100.200").sign_in("b@example.org", "x")).status == 429
    assert (await here.browser("198.51.101.1").sign_in("b@example.org", "x")).status == 403


async def test_a_right_password_is_not_counted(here: Town) -> None:
    ada = await confirmed(here)

    for _ in range(25):
        assert (await ada.sign_in(ADA)).status == 303
        ada.http.cookie_jar.clear()


async def test_without_valkey_one_signs_in(tmp_path: Path) -> None:
    async with town(tmp_path, f"unix://{tmp_path}/no.sock") as here:
        ada = here.browser()
        await ada.join(ADA)

        assert (await ada.sign_in(ADA)).status == 303


async def test_a_password_is_hashed_anew_when_that_costs_something_else(
    tmp_path: Path, valkey_url: str
) -> None:
    async def kept(here: Town) -> str:
        async with here.client.holding.tools.database.read() as session:
            return str(await session.scalar(select(Password.hash)))

    url = f"sqlite+aiosqlite:///{tmp_path}/refrain.db"
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
    async with town(tmp_path / "before", valkey_url, database_url=url) as here:
        await here.browser().join(ADA)
        before = await kept(here)
    given = {"database_url": url, "password_passes": 2}
    async with town(tmp_path / "after", valkey_url, **given) as here:
        assert (await here.browser().sign_in(ADA)).status == 303
        after = await kept(here)
        assert (await here.browser().sign_in(ADA)).status == 303

    assert before.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert after.startswith("$argon2id$v=19$m=8,t=2,p=1$")


async def test_a_form_of_another_site_does_nothing(here: Town) -> None:
    ada = await confirmed(here)
    evil = {"Origin": "https://evil.example"}
    cross = {"Sec-Fetch-Site": "cross-site"}
    none = {"Origin": ""}

    for headers in (evil, cross, none):
        for path in ("/sign-in", "/sign-out", "/account/name", "/join"):
            fields = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD}
            answer = await ada.ask("POST", path, fields, headers=headers)
            assert answer.status == 403, (path, headers)
            assert "This came from another site, and was not done." in said(answer)
        change = {"password": NEW, "current": PASSWORD}
        answer = await ada.ask("PUT", "/api/v1/account/password", json=change, headers=headers)
        assert answer.json["type"].endswith(":other-origin")

    assert await ada.who() == "Ada"


async def test_a_token_can_be_used_instead_and_ends_the_cookie_with_it(here: Town) -> None:
    browser, token = here.browser(), await here.client.artist()
    wrong = await browser.ask("POST", "/sign-in/token", {"token": "refrain_nobodys"})
    assert wrong.status == 403
    assert "copy it again, all of it" in (fault(wrong, "token") or "")

    right = await browser.ask("POST", "/sign-in/token", {"token": token, "next": "/shares"})

    assert right.headers["location"] == "/shares"
    assert await browser.who() == "A artist"
    await browser.ask("POST", "/sign-out", {})
    assert await browser.who() is None
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await browser.ask("GET", "/api/v1/account", headers=bearer)).status == 200
