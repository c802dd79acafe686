"""Pages of tokens, of artists that one acts for, of their members, and of membership."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.kinds import Kind
from catalog.people import NOBODY, caller_of, revoke_role
from catalog.roles import Role
from stream.identity.callers import COOKIE
from tests.support.catalog import NOON
from tests.support.served import Client, served
from tests.support.shares import proposed
from tests.support.working import do

pytestmark = pytest.mark.asyncio(loop_scope="module")
_TAGS, _BLANKS = re.compile(r"<[^>]+>"), re.compile(r"\s+")


@dataclass
class Shown:
    """A page as somebody sees it."""

    status: int
    html: str
    location: str

    @property
    def text(self) -> str:
        return _BLANKS.sub(" ", _TAGS.sub(" ", self.html))


@dataclass
class Browser:
    """A browser without scripts, in which somebody signed in, or nobody did."""

    house: Client
    cookie: str = ""
    id: UUID = NOBODY

    @property
    def headers(self) -> dict[str, str]:
        own = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        return {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **own}

    async def see(self, path: str) -> Shown:
        return await self._ask("GET", path, None)

    async def send(self, path: str, said: Any) -> Shown:  # noqa: ANN401 - fields
        return await self._ask("POST", path, said)

    async def sent(self, path: str, said: Any) -> Shown:  # noqa: ANN401 - fields
        """Send a form, and follow where it leads."""
        answer = await self.send(path, said)
        assert answer.status == 303, answer.text
        return await self.see(answer.location)

    async def json(self, path: str) -> Any:  # noqa: ANN401 - a document
        url = f"{self.house.url}/api/v1/{path}"
        async with self.house.http.get(url, headers=self.headers) as answer:
            return await answer.json()

    async def _ask(self, method: str, path: str, said: Any) -> Shown:  # noqa: ANN401 - fields
        url = path if path.startswith("http") else self.house.url + path
        asked = self.house.http.request(
            method, url, data=said, headers=self.headers, allow_redirects=False
        )
        async with asked as answer:
            return Shown(answer.status, await answer.text(), answer.headers.get("Location", ""))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path_factory.mktemp("people"), **many) as opened:
        yield opened


async def browser(house: Client, role: Role = Role.ARTIST, *, factor: str = "totp") -> Browser:
    token = await house.artist(role)
    async with house.holding.tools.database.begin() as session:
        who = await caller_of(session, token, now=NOON)
        assert who is not None
        made = await issue(
            session,
            who.id,
            kind=CredentialKind.SESSION,
            label="browser",
            authenticated_at=NOON,
            factors=frozenset({"password", factor}),
            now=NOON,
        )
    return Browser(house, made.secret, who.id)


async def band_of(ada: Browser, name: str = "The Band") -> str:
    seen = await ada.sent("/account/acting/new", {"name": name, "kind": "artist"})
    assert "you are its owner" in seen.text
    account: str = (await ada.json("memberships"))["items"][-1]["account"]
    return account


async def invited(ada: Browser, band: str, capacity: str) -> str:
    await ada.sent("/account/acting", {"account": band})
    said = {"email": "", "capacity": capacity, "key": uuid4().hex}
    seen = await ada.send("/account/members/invite", said)
    assert seen.status == 200
    found = re.search(r'data-testid="link">([^<]+)<', seen.html)
    assert found
    return found[1][found[1].index("/invitations") :]


async def test_a_token_is_made_narrow_shown_once_and_ended(house: Client) -> None:
    ada = await browser(house, Role.LISTENER)

    wrong = await ada.send("/account/tokens", {"label": "", "limits": "some", "days": "90"})
    said = {"label": "speaker", "limits": "some", "days": "90", "scope": "play"}
    made = await ada.send("/account/tokens", said)

    assert wrong.status == 422
    assert "so that you know it again" in wrong.text
    assert "with nothing ticked it could do nothing" in wrong.text
    found = re.search(r'data-testid="token">(refrain_[^<]+)<', made.html)
    assert found
    allowed = await house.ask("GET", "/api/v1/library", token=found[1])
    assert (allowed.status, "library.read" in allowed.json["detail"]) == (403, True)
    seen = await ada.see("/account/tokens")
    assert found[1] not in seen.html
    assert "play music in your name" in seen.text
    assert "It ends on 22 February 2027." in seen.text
    assert "keep the books" not in seen.text
    [listed] = [one for one in (await ada.json("tokens"))["items"] if one["label"] == "speaker"]
    ended = await ada.sent("/account/tokens/end", {"token": listed["id"]})
    assert "nobody is known by it any more" in ended.text
    assert (await house.ask("GET", "/api/v1/account", token=found[1])).status == 401
    again = await ada.send("/account/tokens/end", {"token": listed["id"]})
    assert (again.status, "You have no such token" in again.text) == (404, True)


async def test_what_was_wrong_is_told_in_the_language_of_the_page(house: Client) -> None:
    ada = await browser(house, Role.LISTENER)

    wrong = await ada.send("/account/tokens?lang=es", {"label": "", "limits": "some"})
    nothing = await ada.see("/music/nothing?lang=es")

    assert wrong.status == 422
    assert "Di en pocas palabras para qué es la clave" in wrong.text
    assert "sin nada marcado no podría hacer nada" in wrong.text
    assert (nothing.status, "No hay nada en /music/nothing." in nothing.text) == (404, True)


@pytest.mark.parametrize(
    ("wanted", "detail", "language"),
    [
        ("es-AR, en;q=0.5", "No existe esa pista.", "es"),
        ("de", "There is no such track.", None),
        (None, "There is no such track.", None),
    ],
)
async def test_a_refusal_is_told_in_the_language_that_is_asked_for(
    house: Client, wanted: str | None, detail: str, language: str | None
) -> None:
    headers = {} if wanted is None else {"Accept-Language": wanted}

    async with house.http.get(f"{house.url}/api/v1/tracks/{NOBODY}", headers=headers) as answer:
        told = await answer.json()

    assert (told["detail"], told["type"]) == (detail, "urn:refrain:problem:track-unknown")
    assert answer.headers.get("Content-Language") == language
    assert answer.headers["Cache-Control"] == "no-store"


async def test_who_chose_an_artist_acts_for_it_on_pages_and_in_the_interface(
    house: Client,
) -> None:
    ada = await browser(house)
    band = await band_of(ada)
    assert 'data-testid="acting-for"' not in (await ada.see("/")).html

    chosen = await ada.sent("/account/acting", {"account": band})

    assert "You act for The Band" in chosen.text
    for path in ("/", "/account", "/account/acting"):
        assert "For The Band" in (await ada.see(path)).text, path
    assert (await ada.json("account"))["name"] == "The Band"
    assert "Who acts for The Band" in (await ada.see("/account/members")).text
    left = await ada.send("/account/acting/leave", {"account": band})
    assert (left.status, "make somebody else one before" in left.text) == (409, True)
    back = await ada.sent("/account/acting", {"account": ""})
    assert "You act for yourself again." in back.text
    assert (await ada.json("account"))["name"] != "The Band"
    other = await ada.send("/account/acting", {"account": str(UUID(int=9))})
    assert (other.status, "You act for no account of that id." in other.text) == (404, True)


async def test_whom_one_acts_for_has_no_studio_any_more_and_that_is_said(house: Client) -> None:
    ada = await browser(house)
    band = await band_of(ada)
    await ada.sent("/account/acting", {"account": band})
    async with house.holding.tools.database.begin() as session:
        await revoke_role(session, UUID(band), Role.ARTIST)

    seen = await ada.see("/studio")

    assert (seen.status, "one must be an artist or a label" in seen.text) == (403, True)


async def test_an_office_that_rests_is_led_from_the_studio_to_a_second_factor(
    house: Client,
) -> None:
    operator = await browser(house, Role.OPERATOR, factor="password")

    assert (await operator.see("/studio")).location == "/account/security?next=%2Fstudio"


async def test_an_invitation_is_answered_by_who_signs_in_first_and_they_go_on_from_there(
    house: Client,
) -> None:
    ada, ben, nobody = await browser(house), await browser(house, Role.LISTENER), Browser(house)
    band = await band_of(ada)
    link = await invited(ada, band, "editor")

    first = await nobody.see(link)
    refused = await nobody.send(link, {"answer": "accept"})
    accepted = await ben.sent(link, {"answer": "accept"})
    late = await (await browser(house, Role.LISTENER)).send(link, {"answer": "accept"})

    assert "You come back to this page" in first.text
    assert f"/join?next={link}" in first.html
    assert "upload, change and publish its music" in first.text
    assert refused.status == 401
    assert "You act for The Band" in accepted.text
    assert "Refrain-Acting-For" not in accepted.html
    assert (late.status, "good once" in late.text) == (410, True)
    chosen = await ben.sent("/account/acting", {"account": band})
    assert "You act for The Band" in chosen.text
    mine = await ben.see("/account/members")
    assert "Owners say who acts for The Band" in mine.text
    left = await ben.sent("/account/acting/leave", {"account": band})
    assert "You act for it no longer." in left.text
    assert (await ben.see("/")).status == 200
    gone = await nobody.see(link + "x")
    assert (gone.status, "see that the link is whole" in gone.text) == (404, True)


async def test_owners_say_what_members_may_and_one_owner_stays(house: Client) -> None:
    ada, ben = await browser(house), await browser(house, Role.LISTENER)
    band = await band_of(ada)
    await ben.sent(await invited(ada, band, "viewer"), {"answer": "accept"})

    owner = Caller(id=UUID(band), name="The Band", roles=frozenset({Role.ARTIST}))
    assert "Nothing is agreed on all its music" in (await ada.see("/account/members")).text
    await proposed(house.holding.tools.database, owner, None, {owner.id: 1_000_000})
    assert "The Band 100 %" in (await ada.see("/account/members")).text

    wrong = await ada.send(
        "/account/members/invite", {"email": "ada", "capacity": "viewer", "key": "k"}
    )
    alone = await ada.send(
        "/account/members/member", {"person": str(ada.id), "do": "change", "capacity": "viewer"}
    )
    changed = await ada.sent(
        "/account/members/member", {"person": str(ben.id), "do": "change", "capacity": "owner"}
    )
    left = await ada.sent("/account/members/member", {"person": str(ada.id), "do": "remove"})

    assert wrong.status == 422
    assert 'id="email-fault"' in wrong.html
    assert (alone.status, "make somebody else one before" in alone.text) == (409, True)
    assert "That is changed." in changed.text
    assert "You act for it no longer." in left.text
    assert [one["capacity"] for one in (await ben.json("memberships"))["items"]] == ["owner"]


async def test_who_owns_an_artist_alone_is_told_and_closes_it(house: Client) -> None:
    ada = await browser(house)
    band = await band_of(ada, "The Last Band")

    data = await ada.see("/account/data")
    here = f"/account/artists/{band}"
    wrong = await ada.send(f"{here}/close", {"reason": ""})
    closed = await ada.sent(f"{here}/close", {"reason": "It is over."})

    assert "You are the only owner of The Last Band" in data.text
    assert here in data.html
    assert "Forget me" not in data.text
    assert "Nobody else acts for The Last Band" in (wrong.text)
    assert 'id="reason-fault"' in wrong.html
    assert "The Last Band is closed" in closed.text
    assert "Its music is being withdrawn" in closed.text
    assert "The books: plays, sales, statements and payouts" in closed.text
    polled = closed.html.partition('id="how-far"')[2].partition(">")[0]
    assert 'hx-select-oob="#ending-state"' in polled
    assert (
        '<span id="ending-state"><span class="badge is-warn">closing</span></span>' in closed.html
    )
    assert 'role="status"' not in polled
    await do(house.holding, Kind.CLOSE)
    over = await ada.see(here)
    assert "All of its music was withdrawn" in over.text
    assert '<span id="ending-state"><span class="badge">closed</span></span>' in over.html
    assert "hx-trigger" not in over.html.partition('id="how-far"')[2].partition(">")[0]
    assert here in (await ada.see("/account/acting")).html
    operator = await browser(house, Role.OPERATOR)
    seen = await operator.see(f"/office/accounts/{band}")
    assert "It was closed by who owned it." in seen.text
    assert "The Last Band" in (await operator.see("/office/accounts?state=closed")).text
    assert "Forget me" in (await ada.see("/account/data")).text


async def test_a_member_joins_pays_shows_it_and_leaves(house: Client) -> None:
    anna = await browser(house, Role.LISTENER)
    here = "/account/membership"

    start = await anna.see(here)
    wrong = await anna.send(here, {"name": ""})
    applied = await anna.sent(here, {"name": "Anna Andersen", "class": "listener"})
    few = await anna.send(f"{here}/payments", {"dues": "yes", "shares": "x", "provider": "manual"})
    pay = {"dues": "yes", "shares": "1", "provider": "manual", "key": "k"}
    ordered = [await anna.sent(f"{here}/payments", pay) for _ in range(2)][-1]

    assert "Each member has one vote" in start.text
    assert 'id="name-fault"' in wrong.html
    assert "Choose as what you want to be a member." in wrong.text
    assert "You have applied to be a member." in applied.text
    assert "€6.00" in applied.text
    assert "as a number; 0 for none" in few.text
    assert len(re.findall(r'data-testid="reference">RF', ordered.html)) == 1
    assert "Transfer exactly €6.00" in ordered.text
    shown = await anna.sent(f"{here}/shown", {"shown": "class"})
    assert "That is what others see from now on." in shown.text
    unsure = await anna.send(f"{here}/leave", {})
    assert (unsure.status, "Tick that you mean it" in unsure.text) == (422, True)
    entry = await anna.see(f"{here}/certificate")
    assert "Anna Andersen" in entry.text
    gone = await anna.sent(f"{here}/leave", {"sure": "yes"})
    assert "Your application is taken back." in gone.text
    assert "Become a member" in gone.text


async def test_the_record_is_read_by_who_holds_an_office(house: Client) -> None:
    ada, tom = await browser(house), await browser(house, Role.TREASURER)
    band = await band_of(ada)

    seen = await tom.see(f"/office/audit?subject={band}")

    assert (seen.status, "account.made" in seen.text) == (200, True)
    assert "Nothing of that kind" in (await tom.see("/office/audit?outcome=nothing")).text
    assert (await tom.see("/office/audit?person=x")).status == 422
    assert (await ada.see("/office/audit")).status == 403
