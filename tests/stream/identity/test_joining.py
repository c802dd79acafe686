"""Joining and confirming an address, over HTTP, with mail that really arrives."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from base.clock import ManualClock
from stream.identity.throttle import reading_counters
from stream.identity.tries import Tries
from tests.support.joined import PASSWORD, Town, fault, said, town
from tests.support.smtp import code_in, html_of, link_in, text_of

ADA = "ada@example.org"


@pytest.fixture
async def here(tmp_path: Path, valkey_url: str, migrated_sqlite_url: str) -> AsyncIterator[Town]:
    async with town(tmp_path, valkey_url, database_url=migrated_sqlite_url) as opened:
        yield opened


def later(here: Town, **by: float) -> None:
    clock = here.client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(**by))


async def test_who_joins_is_in_at_once_and_confirms_by_the_link(here: Town) -> None:
    ada = here.browser()

    joined = await ada.join("Ada@Example.org", name="  Ada   Lovelace ")
    assert (joined.status, joined.headers["location"]) == (303, "/verify?next=/")
    assert await ada.who() == "Ada Lovelace"
    assert "We sent a mail to Ada@example.org" in said(await ada.ask("GET", "/verify"))

    mail = await here.mail("Ada@example.org")
    assert link_in(mail).startswith(f"{here.client.url}/verify?token=")
    assert "Ada" not in text_of(mail) + html_of(mail)
    shown = await ada.ask("GET", link_in(mail))
    assert "Is Ada@example.org yours?" in said(shown)
    assert "not confirmed" in said(await ada.ask("GET", "/account"))
    token = link_in(mail).partition("token=")[2]
    assert (await ada.ask("POST", "/verify", {"token": token})).status == 303
    assert "Your address is confirmed" in said(await ada.ask("GET", "/verify"))

    again = await ada.ask("GET", link_in(mail))
    assert again.status == 410
    assert "was used already" in said(again)
    assert "have another mail sent" in said(again)


async def test_a_code_confirms_where_one_is_signed_in(here: Town) -> None:
    ada = here.browser()
    await ada.join(ADA)
    code = code_in(await here.mail(ADA))

    wrong = await ada.ask("POST", "/verify", {"code": "0000 0000"})
    assert wrong.status == 422
    assert "This code is wrong. Look into the newest mail" in said(wrong)
    assert (await ada.ask("POST", "/verify", {"code": f" {code.replace(' ', '')} "})).status == 303

    assert "confirmed" in said(await ada.ask("GET", "/verify"))


async def test_a_code_cannot_be_guessed_and_another_is_mailed(here: Town) -> None:
    ada = here.browser()
    await ada.join(ADA)
    code = code_in(await here.mail(ADA))
    for _ in range(10):
        await ada.ask("POST", "/verify", {"code": "0000 0000"})

    answer = await ada.ask("POST", "/verify", {"code": code})
    assert "Too many wrong codes were typed in. Ask for a new one below." in said(answer)
    again = await ada.ask("POST", "/verify/again", {})
    assert f"Another mail is on its way to {ADA}" in said(again)
    code = code_in(await here.mail(ADA))

    assert (await ada.ask("POST", "/verify", {"code": code})).status == 303


async def test_a_link_of_before_is_good_when_another_was_mailed(here: Town) -> None:
    ada = here.browser()
    await ada.join(ADA)
    first = link_in(await here.mail(ADA))
    await ada.ask("POST", "/verify/again", {})
    second = link_in(await here.mail(ADA))

    assert first != second
    assert (await ada.ask("POST", "/verify", {"token": first.partition("=")[2]})).status == 303
    assert (await ada.ask("GET", second)).status == 410


async def test_a_link_runs_out_and_says_until_when_it_was_good(here: Town) -> None:
    ada = here.browser()
    await ada.join(ADA)
    link = link_in(await here.mail(ADA))
    later(here, days=7)

    answer = await ada.ask("GET", link)

    assert answer.status == 410
    assert "This link is too old: it was good until 1 December, 12:00 UTC." in said(answer)


async def test_what_is_no_link_of_ours_says_so(here: Town) -> None:
    answer = await here.browser().ask("GET", "/verify?token=abc")

    assert "or sign in, and type its code in" in said(await here.browser().ask("GET", "/verify"))
    assert answer.status == 404
    assert "not one of ours. Copy it from the mail again, all of it." in said(answer)


async def test_on_another_device_a_link_asks_for_the_password(here: Town) -> None:
    ada, phone = here.browser(), here.browser()
    await ada.join(ADA)
    link = link_in(await here.mail(ADA))
    token = link.partition("=")[2]

    assert "Password" in said(await phone.ask("GET", link))
    wrong = await phone.ask("POST", "/verify", {"token": token, "current": "another password"})
    assert wrong.status == 403
    assert "not the password of this account" in (fault(wrong, "current") or "")
    right = await phone.ask("POST", "/verify", {"token": token, "current": PASSWORD})

    assert right.headers["location"] == "/sign-in?notice=confirmed"
    assert "confirmed" in said(await ada.ask("GET", "/verify"))


async def test_whoever_joins_with_a_strangers_address_never_has_it(here: Town) -> None:
    """The stranger follows the link, and their mail program before them: nothing is confirmed."""
    eve, ada = here.browser(), here.browser()
    await eve.join(ADA, name="Eve", password="a password that eve knows")  # noqa: S106
    link = link_in(await here.mail(ADA))
    await ada.join(ADA)
    own = link_in(await here.mail(ADA))

    pressed = await ada.ask("POST", "/verify", {"token": link.partition("=")[2]})
    assert pressed.status == 403
    await ada.ask("POST", "/verify", {"token": own.partition("=")[2]})

    assert "not confirmed" in said(await eve.ask("GET", "/account"))
    # As if nobody had the address: else she learnt from it that somebody has.
    assert (await here.browser().sign_in(ADA, "a password that eve knows")).status == 303
    token = {"token": link.partition("=")[2]}
    taken = await eve.ask("POST", "/verify", token)
    assert (taken.status, "has this address already" in said(taken)) == (409, True)
    assert await ada.who() == "Ada"


async def test_an_address_that_has_an_account_is_told_so_by_mail_alone(here: Town) -> None:
    ada, other = here.browser(), here.browser()
    await ada.join(ADA)
    mail = await here.mail(ADA)
    await ada.ask("POST", "/verify", {"code": code_in(mail)})

    joined = await other.join("ADA@example.org", name="Eve")
    unknown = await here.browser().join("new@example.org", name="New")

    assert (joined.status, joined.headers["location"]) == (
        *(unknown.status, unknown.headers["location"]),
    )
    assert "We sent a mail to ADA@example.org" in said(await other.ask("GET", "/verify"))
    told = text_of(await here.mail("ADA@example.org"))
    assert "Hello Ada" in told
    assert "You have an account with it already" in told
    assert "token" not in told


WRONG = (
    ("name", "   ", "Tell us how to call you"),
    ("name", "x" * 61, "at most 60 characters"),
    ("email", "ada", "as ada@example.org"),
    ("email", "ada@localhost", "is no domain"),
    ("password", "short", "at least 10 characters"),
    ("password", "qwertyuiop12", "somebody would guess"),
    ("password", "ada@example.org", "somebody would guess"),
    ("password", "Grace Hopper", "somebody would guess"),
)


async def test_what_is_wrong_stands_beside_its_field(here: Town) -> None:
    browser = here.browser()

    for field, value, sentence in WRONG:
        fields = {"name": "Grace Hopper", "email": ADA, "password": PASSWORD} | {field: value}
        answer = await browser.ask("POST", "/join", fields)

        assert answer.status == 422, value
        assert sentence in (fault(answer, field) or ""), value
        others = {"name", "email", "password"} - {field}
        assert [fault(answer, one) for one in others] == [None, None]
        assert PASSWORD not in answer.body.decode()
    assert await browser.who() is None


async def test_a_password_that_leaked_is_refused_where_there_is_a_list(
    tmp_path: Path, valkey_url: str
) -> None:
    path = tmp_path / "pwned.txt"
    digest = hashlib.sha1(PASSWORD.encode()).hexdigest().upper()  # noqa: S324 - the list's
    path.write_text(f"{digest}:7\n")
    async with town(tmp_path, valkey_url, breached_passwords=path) as here:
        answer = await here.browser().join(ADA)

    assert "list of those that leaked elsewhere" in (fault(answer, "password") or "")


async def test_all_faults_are_told_at_once_and_what_was_right_stays(here: Town) -> None:
    answer = await here.browser().join("ada", name="Ada", password="x")  # noqa: S106

    assert fault(answer, "email")
    assert fault(answer, "password")
    assert 'value="Ada"' in answer.body.decode()


async def test_mail_that_cannot_come_is_told_on_the_page(here: Town) -> None:
    ada = here.browser()
    here.office.to_address[ADA] = "550 5.1.1 No such user"
    await ada.join(ADA)
    assert await here.mails(ADA) == 0

    shown = said(await ada.ask("GET", "/verify"))

    assert "The last mail did not get there" in shown
    assert "550" in shown
    assert "You can change it on the page of your account" in shown


async def test_mail_that_is_not_taken_now_is_sent_later(here: Town) -> None:
    ada = here.browser()
    here.office.to_content.append("451 4.3.0 Come again later")
    await ada.join(ADA)

    assert await here.mails(ADA) == 0
    later(here, minutes=1)

    assert await here.mails(ADA) == 1
    await ada.ask("POST", "/verify", {"code": code_in(here.office.to(ADA)[0])})
    assert "Your address is confirmed" in said(await ada.ask("GET", "/verify"))


async def test_nobodys_letter_box_is_filled(here: Town) -> None:
    for number in range(8):
        answer = await here.browser(f"198.51.{number}.1").join(ADA)
        assert answer.status == 303

    assert await here.mails(ADA) == 5


async def test_forms_are_counted_before_they_are_read(here: Town) -> None:
    tries = Tries(here.client.holding.tools)
    for _ in range(119):
        await tries.wait_s(reading_counters(block="203.0.113.0/24"))

    told = [await here.browser().join("no address", password="x") for _ in range(2)]  # noqa: S106

    assert [one.status for one in told] == [422, 429]


async def test_where_no_mail_is_sent_that_is_told(here: Town) -> None:
    ada, stranger = here.browser(), here.browser("198.51.100.9")
    for _ in range(5):
        assert (await stranger.ask("POST", "/forgot", {"email": ADA})).status == 200
    enough = await stranger.ask("POST", "/forgot", {"email": ADA})
    assert (enough.status, "enough went to ada@example.org" in said(enough)) == (429, True)

    await ada.join(ADA)
    assert "We sent a mail to ada@example.org" in said(await ada.ask("GET", "/verify"))
    assert await here.mail(ADA, "Confirm your address")
    for _ in range(5):
        await stranger.join(ADA, name="Eve")
    assert "No mail was sent to ada@example.org" in said(await stranger.ask("GET", "/verify"))
    again = [await ada.ask("POST", "/verify/again", {}) for _ in range(6)]
    assert [one.status for one in again] == [200] * 5 + [429]
    assert "No mail was sent: enough went to" in said(again[-1])
