"""Whoever listens becomes an artist: at once, or when a moderator says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from catalog.roles import Role
from tests.stream.test_people_pages import Browser, browser
from tests.support.joined import town
from tests.support.served import Answer, Client, served, wave
from tests.support.smtp import code_in, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE, ALL = "/api/v1/account/artist", "/api/v1/artist-requests"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("asked")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def free(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("free"), artists_join="open") as opened:
        yield opened


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].rpartition(":")[2]


async def ask(house: Client, token: str, name: str) -> Answer:
    data = {"name": name, "agrees": True}
    return await house.ask("POST", HERE, token=token, data=data)


async def decide(house: Client, token: str, request: str, decision: str, why: str = "") -> Answer:
    path, data = f"{ALL}/{request}/decision", {"decision": decision, "reason": why}
    return await house.ask("PUT", path, token=token, data=data)


async def test_where_all_may_join_one_is_an_artist_at_once(free: Client) -> None:
    ada = await free.artist(Role.LISTENER)
    before = await free.ask("PUT", "/api/v1/masters/a.wav", token=ada, data=wave(1))
    assert code(before) == (403, "not-allowed")
    assert "Become an artist at /studio/join." in before.json["detail"]
    assert code(await free.ask("GET", HERE, token=ada)) == (404, "not-asked")

    made = await ask(free, ada, "Ada Rivers")

    assert (made.status, made.json["state"]) == (201, "approved")
    sent = await free.ask("PUT", "/api/v1/masters/a.wav", token=ada, data=wave(1))
    assert sent.status == 201
    own = (await free.ask("GET", "/api/v1/artists", token=ada)).json["items"]
    assert "Ada Rivers" in [one["name"] for one in own]
    assert code(await ask(free, ada, "Another")) == (409, "artist-already")


async def test_whoever_has_the_name_of_another_waits_in_an_open_house_too(free: Client) -> None:
    first, second = [await free.artist(Role.LISTENER) for _ in range(2)]
    mo = await free.artist(Role.MODERATOR)
    await ask(free, first, "The Kettles")

    waits = (await ask(free, second, "the KETTLES")).json

    assert waits["state"] == "open"
    [listed] = (await free.ask("GET", ALL, token=mo)).json["items"]
    assert (listed["id"], listed["name"]) == (waits["id"], "the KETTLES")
    # Who thinks again is let in under another name, and nobody has to decide any more.
    assert (await ask(free, second, "Pans")).json["state"] == "approved"
    assert (await free.ask("GET", ALL, token=mo)).json["items"] == []


async def test_what_a_moderator_looks_at_is_what_is_decided(asked: Client) -> None:
    ada, mo = await asked.artist(Role.LISTENER), await asked.artist(Role.MODERATOR)
    seen = (await ask(asked, ada, "Anna Nobody")).json["id"]
    assert (await ask(asked, ada, " Anna  Nobody ")).json["id"] == seen

    other = (await ask(asked, ada, "Famous Band")).json["id"]

    assert other != seen
    assert code(await decide(asked, mo, seen, "approve")) == (404, "request-unknown")
    assert (await decide(asked, mo, other, "deny", "Are you?")).json["name"] == "Famous Band"


@pytest.mark.parametrize("name", ["Ada\u200b Rivers", "Ada\u00ad Rivers", "  "])
async def test_a_name_can_be_seen(free: Client, name: str) -> None:
    answer = await ask(free, await free.artist(Role.LISTENER), name)

    assert answer.status == 422


async def test_whoever_lost_the_role_is_looked_at_before_they_have_it_again(free: Client) -> None:
    op = await free.artist(Role.OPERATOR)
    bob = await free.artist(Role.LISTENER)
    assert (await ask(free, bob, "Bob and Co")).json["state"] == "approved"
    account = (await free.ask("GET", "/api/v1/account", token=bob)).json["id"]
    path = f"/api/v1/accounts/{account}/roles/artist"
    assert (await free.ask("DELETE", path, token=op)).status < 300

    assert (await ask(free, bob, "Bob and Co")).json["state"] == "open"
    assert (await ask(free, bob, "Bob and Others")).json["state"] == "open"


async def test_a_moderator_decides_once_and_never_of_themselves(asked: Client) -> None:
    ada, mo = await asked.artist(Role.LISTENER), await asked.artist(Role.MODERATOR)
    op = await asked.artist(Role.OPERATOR)
    row = (await ask(asked, ada, "Ada Rivers")).json["id"]

    assert code(await decide(asked, ada, row, "approve")) == (403, "not-allowed")
    assert code(await decide(asked, mo, row, "deny")) == (422, "reason-missing")
    denied = await decide(asked, mo, row, "deny", "Who are you?")
    assert (denied.json["state"], denied.json["reason"]) == ("denied", "Who are you?")
    assert (await decide(asked, mo, row, "deny", "Once more")).json["reason"] == "Who are you?"
    assert code(await decide(asked, mo, row, "approve")) == (409, "request-decided")
    again = (await ask(asked, ada, "Ada Rivers")).json
    assert (again["state"], again["id"] == row) == ("open", False)
    assert (await decide(asked, mo, again["id"], "approve")).json["state"] == "approved"
    own = (await ask(asked, mo, "Mo")).json["id"]
    assert code(await decide(asked, mo, own, "approve")) == (403, "own-request")
    acts = (await asked.ask("GET", "/api/v1/audit?act=artist.decided", token=op)).json["items"]
    assert [(one["facts"] or {}).get("decision") for one in acts[:2]] == ["approve", "deny"]


async def test_the_page_says_who_is_called_alike_and_which_share_waits(free: Client) -> None:
    eve, lou = await browser(free), await browser(free, Role.LISTENER)
    shares = {"who-0": str(eve.id), "percent-0": "90", "who-1": "Bea", "percent-1": "10"}
    page = await eve.see("/studio/splits/all")
    key = page.html.partition('name="key" value="')[2].partition('"')[0]
    await eve.sent("/studio/splits/all", {**shares, "email-1": "bea@example.org", "key": key})

    assert (await lou.see("/studio")).location == "/studio/join"
    wrong = await lou.send("/studio/join", {"name": ""})
    assert wrong.status == 422
    assert "Tell the name under which your music comes out." in wrong.text
    alike = await lou.send("/studio/join", {"name": "Bea", "agrees": "yes"})
    assert "Is this you?" in alike.text
    assert "/studio/splits/claim/" in alike.html
    said = {"name": "Bea", "agrees": "yes", "another": "yes"}
    studio = await lou.sent("/studio/join", said)
    assert "You are an artist here now" in studio.text
    assert (await lou.see("/studio/join")).location == "/studio"


async def test_who_waits_sees_it_and_is_told_by_mail(tmp_path: Path, valkey_url: str) -> None:
    async with town(tmp_path, valkey_url) as here:
        lou = here.browser()
        await lou.join("lou@example.org", name="Lou")
        mail = await here.mail("lou@example.org")
        await lou.ask("POST", "/verify", {"code": code_in(mail)})
        asks = {"name": "Lou & the Lamps", "agrees": "yes"}
        assert (await lou.ask("POST", "/studio/join", asks)).status == 303
        page = (await lou.ask("GET", "/studio/join")).body.decode()
        assert 'data-testid="waits"' in page
        mo: Browser = await browser(here.client, Role.MODERATOR)
        seen = await mo.see("/office/artists")
        assert "Lou &amp; the Lamps" in seen.html
        assert "1 person asks to be an artist" in (await mo.see("/office")).text
        way = seen.html.partition('href="/office/artists/')[2].partition('"')[0]
        assert "Let them in?" in (await mo.see(f"/office/artists/{way}")).text
        assert "They are an artist now" in (await mo.sent(f"/office/artists/{way}", {})).text
        told = text_of(await here.mail("lou@example.org", "to be an artist"))
        assert "as Lou & the Lamps" in told
        assert (await lou.ask("GET", "/studio")).status == 200
