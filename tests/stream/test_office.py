"""Pages of the office, as each office sees them: one house, asked without scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from catalog.acts import Act
from catalog.audit import Asked, acts_before
from catalog.callers import CredentialKind
from catalog.credentials import issue
from catalog.fleet import Post, report
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.people import NOBODY, caller_of
from catalog.roles import Role
from catalog.store_checks import note_check
from stream.identity.callers import COOKIE
from tests.support.catalog import NOON
from tests.support.served import Client, served, wave
from workers.actors import perform
from workers.fsck import Scope, check
from workers.keeping import say_alive

pytestmark = pytest.mark.asyncio(loop_scope="module")
_FIELDS = {"why_aside": "why-aside", "why_cancel": "why-cancel"}
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

    def within(self, testid: str) -> str:
        """Answer the text from the element of this name on."""
        return _BLANKS.sub(" ", _TAGS.sub(" ", self.html[self.html.index(f'"{testid}"') :]))


@dataclass
class Desk:
    """A browser without scripts, in which somebody signed in."""

    house: Client
    cookie: str = ""
    id: UUID = NOBODY

    async def see(self, path: str) -> Shown:
        return await self._ask("GET", path, None)

    async def send(self, path: str, **said: str) -> Shown:
        return await self._ask("POST", path, {_FIELDS.get(name, name): said[name] for name in said})

    async def sent(self, path: str, **said: str) -> Shown:
        """Send a form, and follow where it leads."""
        answer = await self.send(path, **said)
        assert answer.status == 303, answer.text
        return await self.see(answer.location)

    async def _ask(self, method: str, path: str, said: Any) -> Shown:  # noqa: ANN401 - fields
        own = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **own}
        asked = self.house.http.request(
            method, self.house.url + path, data=said, headers=headers, allow_redirects=False
        )
        async with asked as answer:
            return Shown(answer.status, await answer.text(), answer.headers.get("Location", ""))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path_factory.mktemp("office"), **many) as opened:
        yield opened


async def desk(house: Client, role: Role, *, since: datetime = NOON) -> Desk:
    token = await house.artist(role)
    async with house.holding.tools.database.begin() as session:
        who = await caller_of(session, token, now=NOON)
        assert who is not None
        made = await issue(
            session,
            who.id,
            kind=CredentialKind.SESSION,
            label="browser",
            authenticated_at=since,
            factors=frozenset({"password", "totp"}),
            now=NOON,
        )
    return Desk(house, made.secret, who.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def olga(house: Client) -> Desk:
    return await desk(house, Role.OPERATOR)


async def new_job(house: Client, kind: Kind = Kind.NOTHING) -> str:
    """Add a job; answer its id."""
    subject = str(uuid4())
    async with house.holding.tools.database.begin() as session:
        await add(session, NewJob(kind=kind, subject=subject, request_id="test"), now=NOON)
    listed = await house.ask(
        "GET", f"/api/v1/jobs?kind={kind}", token=await house.artist(Role.OPERATOR)
    )
    return str(next(one["id"] for one in listed.json["jobs"] if one["subject"] == subject))


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        (Role.OPERATOR, {"Fleet", "Jobs"}),
        (Role.TREASURER, set()),
        (Role.MODERATOR, set()),
    ],
)
async def test_each_office_sees_its_rooms(house: Client, role: Role, rooms: set[str]) -> None:
    who = await desk(house, role)

    seen = await who.see("/office")

    assert seen.status == 200
    shown = set(re.findall(r'class="office-room" href="/office/[^"]+"[^>]*>([^<]+)<', seen.html))
    assert rooms <= shown
    assert ("Fleet" in shown) == (role is Role.OPERATOR)


async def test_who_holds_no_office_is_told_so_and_visitors_sign_in(house: Client) -> None:
    ada = await desk(house, Role.ARTIST)

    for path in ("/office", "/office/fleet", "/office/jobs"):
        refused = await ada.see(path)
        assert (refused.status, "one must be" in refused.text) == (403, True), path
        assert (await Desk(house).see(path)).location.startswith("/sign-in?next=")


async def test_the_fleet_is_told_with_who_does_what_and_who_is_lost(
    house: Client, olga: Desk
) -> None:
    await new_job(house)
    await say_alive(house.holding)
    lost = Post(
        name="mill:7:x",
        host="mill",
        pid=7,
        lanes={"first": 1},
        cores=4,
        version="0",
        started_at=NOON,
    )
    async with house.holding.tools.database.begin() as session:
        await report(session, lost, is_draining=False, now=NOON - timedelta(hours=2))

    seen = await olga.see("/office/fleet")

    assert seen.status == 200
    assert 'hx-trigger="every 3s"' in seen.html
    assert "hx-trigger" not in (await olga.see("/office/fleet?live=no")).html
    assert "Queue does not answer" in seen.within("parts")
    assert re.search(r"webhooks .* waiting 1 ", seen.within("lanes"))
    assert "Does nothing now." in seen.within("workers")
    assert "silent for 2 hr" in seen.within("lost")


async def test_jobs_are_found_by_what_they_are_and_go_on_by_a_cursor(
    house: Client, olga: Desk
) -> None:
    every = {await new_job(house) for _ in range(31)}

    first = await olga.see("/office/jobs?kind=nothing&state=waiting")
    [cursor] = re.findall(r'href="(/office/jobs\?[^"]*cursor=[^"]+)" rel="next"', first.html)
    second = await olga.see(cursor.replace("&amp;", "&"))

    found = re.findall(r'class="title" href="/office/jobs/([^"]+)"', first.html + second.html)
    assert every <= set(found)
    assert len(found) == len(set(found))
    assert "Nothing agrees" in (await olga.see("/office/jobs?cause=crash")).text
    assert "Nothing agrees" in (await olga.see(f"/office/jobs?owner={olga.id}")).text
    wrong = await olga.see("/office/jobs?kind=fast")
    assert (wrong.status, "Choose one of what is offered." in wrong.text) == (422, True)
    assert (await olga.see("/office/jobs?owner=nobody")).status == 404
    assert (await olga.see("/office/jobs?cursor=xx")).status == 422


async def test_a_job_is_set_aside_with_a_reason_cancelled_and_retried(
    house: Client, olga: Desk
) -> None:
    job = await new_job(house)
    here = f"/office/jobs/{job}"
    assert "It was not tried yet." in (await olga.see(here)).text

    wordless = await olga.send(f"{here}/aside", why_aside=" ")
    assert (wordless.status, "Say why in a sentence" in wordless.text) == (422, True)
    aside = await olga.sent(f"{here}/aside", why_aside="looks odd")
    assert "nobody does it until it is retried" in aside.text
    assert "looks odd (A operator)" in aside.within("why")
    cancelled = await olga.sent(f"{here}/cancel", why_cancel="not needed")
    assert "cancelled by A operator: not needed" in cancelled.within("why")
    over = await olga.send(f"{here}/cancel", why_cancel="again")
    assert (over.status, "Nothing is to be done" in over.text) == (409, True)
    retried = await olga.sent(f"{here}/retry")
    assert "It waits to be done again" in retried.text
    await perform(house.holding, [UUID(job)])
    done = await olga.see(here)
    assert "done" in done.within("attempts")
    assert "Cancel" not in done.within("deeds")

    async with house.holding.tools.database.read() as session:
        noted = await acts_before(session, Asked(person_id=olga.id), limit=6)
    assert [(one.act, one.outcome) for one in reversed(noted)][-5:] == [
        (Act.OFFICE_USED, "unfit"),
        (Act.JOB_SET_ASIDE, "done"),
        (Act.JOB_CANCELLED, "done"),
        (Act.OFFICE_USED, "job-over"),
        (Act.JOB_RETRIED, "done"),
    ]


async def test_what_is_not_there_is_a_page_that_says_so(olga: Desk) -> None:
    for path in (f"/office/jobs/{uuid4()}", "/office/jobs/none"):
        seen = await olga.see(path)
        assert (seen.status, "<h1" in seen.html) == (404, True)


async def test_the_overview_tells_what_is_set_aside_and_where(house: Client, olga: Desk) -> None:
    job = await new_job(house)
    await olga.sent(f"/office/jobs/{job}/aside", why_aside="odd")

    seen = await olga.see("/office")

    assert "set aside and wait" in seen.within("needs")
    assert 'href="/office/jobs?state=quarantined"' in seen.html
    assert "The queue does not answer" in seen.within("needs")
    moderator = await (await desk(house, Role.MODERATOR)).see("/office")
    assert "All is well" in moderator.text


async def test_uploads_of_everybody_are_seen_and_found_by_whose_they_are(
    house: Client, olga: Desk
) -> None:
    artist = await house.artist()
    sent = await house.ask("PUT", "/api/v1/masters/One%20song.wav", token=artist, data=wave(1))
    assert sent.status == 201

    seen = await olga.see("/office/uploads")

    assert "One song.wav" in seen.within("uploads")
    [owner] = set(re.findall(r'href="/office/accounts/([^"]+)"', seen.html))
    assert "One song.wav" in (await olga.see(f"/office/uploads?owner={owner}&state=accepted")).text
    assert "No such upload" in (await olga.see("/office/uploads?state=refused")).text
    refused = await house.ask("PUT", "/api/v1/masters/Nothing.wav", token=artist, data=b"")
    seen = await olga.see("/office/uploads?state=terminated")
    assert refused.json["detail"] in seen.within("uploads")
    assert "No such upload" in (await olga.see("/office/uploads?state=unfinished")).text
    assert (await olga.see("/office/uploads?state=lost")).status == 422


async def test_the_store_is_checked_and_what_was_found_is_told_with_what_to_do(
    house: Client, olga: Desk
) -> None:
    assert "Nothing was counted yet" in (await olga.see("/office/storage")).text
    assert "No check was made yet" in (await olga.see("/office/findings")).text

    begun = await olga.sent("/office/findings")
    again = await olga.send("/office/findings")
    found = await check(house.holding, Scope(decodes=False), tell=lambda _: None)
    flaw = {"code": "master-lost", "subject": "masters/ab", "sentence": "It is gone."}
    found.flaws = [{**flaw, "advice": "Put it back.", "is_loss": True, "is_mended": False}]
    found.codes, found.losses = {"master-lost": 1}, 1
    async with house.holding.tools.database.begin() as session:
        await note_check(session, found)

    assert "A check is under way" in begun.text
    assert (again.status, "wait for it" in again.text) == (409, True)
    told = await olga.see("/office/findings")
    assert "It is gone. lost Put it back. master-lost" in told.within("flaws")
    [one] = re.findall(r'href="(/office/findings\?check=[^"]+)"', told.html)
    assert "It is gone." in (await olga.see(one)).text
    assert (await olga.see(f"/office/findings?check={uuid4()}")).status == 404
    assert "Masters, as they were sent" in (await olga.see("/office/storage")).within("kinds")
    assert "1 stored file is lost" in (await olga.see("/office")).within("needs")


async def test_accounts_are_found_and_roles_are_granted_and_revoked(
    house: Client, olga: Desk
) -> None:
    ada = await desk(house, Role.ARTIST)
    here = f"/office/accounts/{ada.id}"
    assert "A artist" in (await olga.see("/office/accounts?q=A%20ar&role=artist")).within(
        "accounts"
    )
    assert "Nobody like that" in (await olga.see("/office/accounts?q=zz")).text
    assert (await olga.see("/office/accounts?q=z")).status == 422
    assert (await olga.see("/office/accounts?role=king")).status == 422

    granted = await olga.sent(f"{here}/grant", role="treasurer")
    assert "The role is granted" in granted.text
    assert (await ada.see("/office")).status == 200
    revoked = await olga.sent(f"{here}/revoke", role="treasurer")
    assert "The role is revoked" in revoked.text
    assert (await ada.see("/office")).status == 403
    nothing = await olga.send(f"{here}/grant", role="listener")
    assert (nothing.status, "Choose a role" in nothing.text) == (422, True)
    assert "signed out everywhere" in (await olga.sent(f"{here}/sign-out")).text
    assert (await ada.see("/account")).location.startswith("/sign-in")
    assert (await olga.see(f"/office/accounts/{uuid4()}")).status == 404
    assert (await olga.send(f"{here}/factors")).status in {303, 404, 409}


async def test_what_cannot_be_undone_wants_a_fresh_sign_in(house: Client) -> None:
    late = await desk(house, Role.OPERATOR, since=NOON - timedelta(hours=1))

    asked = await late.send(f"/office/accounts/{late.id}/grant", role="artist")

    assert asked.location.startswith("/sign-in?again=1")
    async with house.holding.tools.database.read() as session:
        [noted] = await acts_before(session, Asked(person_id=late.id), limit=1)
    assert (noted.act, noted.outcome) == (Act.OFFICE_USED, "sign-in-again")


async def test_an_application_is_added_given_another_secret_and_removed(olga: Desk) -> None:
    assert "None yet" in (await olga.see("/office/applications")).text
    here = "/office/applications"

    wrong = await olga.send(here, name="", uris="nowhere", way="none")
    assert wrong.status == 422
    assert "Tell a name by which people know it." in wrong.text
    nowhere = await olga.send(here, name="A shop", uris="nowhere", way="none")
    assert nowhere.status == 422
    way = "client_secret_basic"
    made = await olga.send(here, name="A shop", uris="https://shop.example/back", way=way)
    assert made.status == 200, made.text
    [secret] = re.findall(r'data-testid="secret">([^<]+)<', made.html)
    [client] = set(re.findall(r'action="/office/applications/([^/"]+)/secret"', made.html))
    assert secret not in (await olga.see(here)).html
    other = await olga.send(f"{here}/{client}/secret")
    assert re.findall(r'data-testid="secret">([^<]+)<', other.html) != [secret]
    assert "acts for nobody any more" in (await olga.sent(f"{here}/{client}/remove")).text
    assert (await olga.send(f"{here}/{client}/remove")).status == 404
    assert "None yet" in (await olga.see(here)).text


async def test_the_record_is_a_room_of_treasurers_too(house: Client) -> None:
    tom = await desk(house, Role.TREASURER)

    seen = await tom.see("/office/audit?act=job.retried")

    assert (seen.status, "job.retried" in seen.within("acts")) == (200, True)
    assert (await (await desk(house, Role.MODERATOR)).see("/office/audit")).status == 403
