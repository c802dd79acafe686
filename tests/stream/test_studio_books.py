"""Pages of the studio: insights, earnings, proof, splits, profile, and how a release comes out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from accounting.plays import settle_due
from base.clock import ManualClock
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.models.plays import PlaySession
from catalog.roles import Role
from tests.stream.test_people_pages import Browser
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.credit import credited
from tests.support.served import Client, served
from workers.proving import chain_all
from workers.rollups import add_earnings, roll_up

pytestmark = pytest.mark.asyncio(loop_scope="module")
WEEK = "from=2026-11-20&to=2026-11-26"


@dataclass
class Studio:
    house: Client
    ada: Browser
    ben: Browser
    track: UUID
    play: UUID


async def browser(house: Client, who: Caller) -> Browser:
    async with house.holding.tools.database.begin() as session:
        made = await issue(
            session,
            who.id,
            kind=CredentialKind.SESSION,
            label="browser",
            authenticated_at=NOON,
            factors=frozenset({"password", "totp"}),
            now=NOON,
        )
    return Browser(house, made.secret, who.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path_factory.mktemp("studio"), **many) as house:
        tools = house.holding.tools
        database, clock = tools.database, ManualClock(NOON)
        ada, ben = [await person(database, Role.ARTIST) for _ in range(2)]
        track = await audible(database, ada)
        fans = [await person(database, Role.LISTENER) for _ in range(6)]
        plays = []
        for n, fan in enumerate(fans):
            await credited(database, fan, 3_000)
            for _ in range(n + 1):
                play = await qualified(database, clock, listener=fan, track_id=track)
                async with database.begin() as session:
                    (await session.get_one(PlaySession, play)).territory = "DE"
                plays.append(play)
        await database.run(lambda session: settle_due(session, limit=99, now=clock()))
        await roll_up(tools)
        await chain_all(tools, reach=None)
        await add_earnings(tools)
        yield Studio(house, await browser(house, ada), await browser(house, ben), track, plays[-1])


async def test_insights_show_days_ways_and_places(studio: Studio) -> None:
    seen = await studio.ada.see("/studio/insights?days=7&show=listeners")

    assert seen.status == 200
    assert "Germany" in seen.text
    assert "Step 1 of 9" in seen.text
    assert 'class="chart-bar"' in seen.html
    assert "style=" not in seen.html
    shown = re.findall(r'data-testid="of-tracks".*?</table>', seen.html, re.DOTALL)
    assert "Song" in shown[0]


async def test_insights_say_what_to_do_where_there_is_nothing(studio: Studio) -> None:
    empty = await studio.ben.see("/studio/insights")
    wrong = await studio.ada.see("/studio/insights?from=2026-11-20&to=2020-01-01")
    listener = await browser(
        studio.house, await person(studio.house.holding.tools.database, Role.LISTENER)
    )

    assert "Nothing was heard in these days" in empty.text
    assert (wrong.status, "Choose a first day" in wrong.text) == (422, True)
    assert (await listener.see("/studio/insights")).status == 403
    assert (await listener.see("/studio/earnings")).status == 200
    assert (await Browser(studio.house).see("/studio/insights")).location.startswith("/sign-in")


async def test_figures_are_had_as_tables(studio: Studio) -> None:
    insights = await studio.ada.see("/studio/insights.csv?days=7")
    earnings = await studio.ada.see("/studio/earnings.csv?days=7")

    assert insights.html.startswith("what,of,name,plays")
    assert "territory,DE,,21" in insights.html
    assert "recording," in earnings.html
    assert (await studio.ada.see("/studio/insights.csv?from=a&to=b")).status == 422


async def test_earnings_show_what_is_owed_and_why_it_waits(studio: Studio) -> None:
    seen = await studio.ada.see("/studio/earnings?days=7")

    assert seen.status == 200
    assert "please enter bank details" in seen.text
    assert "Step 6 of 9" in seen.text
    assert "There is none yet." in seen.text
    nothing = await studio.ben.see("/studio/earnings")
    assert "Nothing is owed to you yet" in nothing.text
    assert "Nothing was earned in these days" in nothing.text


async def test_bank_details_are_entered_and_never_shown_again(studio: Studio) -> None:
    good = {"payee": str(studio.ben.id), "holder": "Ben", "bic": ""}
    number = "DE89370400440532013000"
    wrong = await studio.ben.send("/studio/earnings/bank", {**good, "iban": "DE00123"})
    assert wrong.status == 422
    assert 'id="iban-fault"' in wrong.html
    assert "DE00123" not in wrong.html

    seen = await studio.ben.sent("/studio/earnings/bank", {**good, "iban": number})
    assert "Written down." in seen.text
    known = await studio.ben.see("/studio/earnings/bank")
    assert "DE89…3000" in known.text
    stranger = {**good, "payee": str(studio.ada.id), "iban": number}
    assert (await studio.ben.send("/studio/earnings/bank", stranger)).status == 404


async def test_where_payouts_go_is_changed_by_who_just_signed_in(studio: Studio) -> None:
    async with studio.house.holding.tools.database.begin() as session:
        old = await issue(
            session, studio.ben.id, kind=CredentialKind.SESSION, label="old browser", now=NOON
        )
    stale = Browser(studio.house, old.secret, studio.ben.id)
    said = {
        "payee": str(studio.ben.id),
        "holder": "Eve",
        "bic": "",
        "iban": "FR1420041010050500013M02606",
    }

    refused = await stale.send("/studio/earnings/bank", said)

    back = quote(f"/studio/earnings/bank?payee={studio.ben.id}", safe="")
    assert (refused.status, refused.location.endswith(f"next={back}")) == (303, True)
    asks = (await stale.see("/studio/earnings/bank")).html
    assert f'next={back.replace("%2F", "/")}"' in asks
    assert 'data-testid="payee"' in asks
    assert "FR14" not in (await studio.ben.see("/studio/earnings/bank")).text


async def test_a_play_is_proven_to_who_is_paid_for_it(studio: Studio) -> None:
    seen = await studio.ada.see(f"/studio/earnings/proof?play={studio.play}")

    assert seen.status == 200
    assert "Transaction" in seen.text
    assert "It has no root yet" in seen.text
    assert f"/api/v1/plays/{studio.play}/proof" in seen.html
    assert (await studio.ben.see(f"/studio/earnings/proof?play={studio.play}")).status == 404
    assert "copy all of it" in (await studio.ada.see("/studio/earnings/proof?play=nonsense")).text
    unknown = await studio.ada.see("/studio/earnings/proof?period=2020-01")
    assert unknown.status == 404


async def test_a_split_is_proposed_by_names_and_answered(studio: Studio) -> None:
    path = f"/studio/splits/{studio.track}"
    first = await studio.ada.see(path)
    assert "No split of its own" in first.text
    lines = {"who-0": str(studio.ada.id), "percent-0": "60", "who-1": "Ben of nowhere"}
    wrong = await studio.ada.send(path, {"key": uuid4().hex, **lines, "percent-1": "a lot"})
    assert wrong.status == 422
    assert "Nobody here is called so" in wrong.text
    assert 'id="percent-1-fault"' in wrong.html
    lines["who-1"] = str(studio.ben.id)
    short = await studio.ada.send(path, {"key": uuid4().hex, **lines, "percent-1": "30"})
    assert (short.status, "1,000,000 in all" in short.text) == (422, True)
    more = await studio.ada.send(path, {"key": "k", **lines, "percent-1": "40", "do": "more"})
    assert 'name="who-2"' in more.html

    seen = await studio.ada.sent(path, {"key": uuid4().hex, **lines, "percent-1": "40,0"})
    assert "Proposed." in seen.text
    waiting = await studio.ben.see("/studio/splits")
    [sheet] = re.findall(r'data-sheet="([^"]+)"', waiting.html)[:1]
    assert (await studio.ben.send(f"/studio/splits/sheets/{sheet}", {"answer": "x"})).status == 422
    taken = await studio.ben.sent(f"/studio/splits/sheets/{sheet}", {"answer": "accept"})
    assert "Accepted." in taken.text
    assert (
        await studio.ben.send(f"/studio/splits/sheets/{uuid4()}", {"answer": "accept"})
    ).status == 404
    assert (await studio.ben.see(path)).status == 404
    assert (await studio.ben.see("/studio/splits/nonsense")).status == 404
    assert (await studio.ben.see("/shares")).location == "/studio/splits"


async def test_who_is_not_here_is_invited_by_mail_and_claims_the_share(studio: Studio) -> None:
    lines = {"who-0": "A artist", "percent-0": "90", "who-1": "Cleo", "percent-1": "10"}
    lines["who-0"] = str(studio.ada.id)
    sent = {**lines, "email-1": "cleo@example.org", "key": uuid4().hex}
    seen = await studio.ada.sent("/studio/splits/all", sent)
    assert "Cleo" in seen.text
    made = (await studio.ada.json("payees"))["made"]
    [cleo] = [one["id"] for one in made if one["name"] == "Cleo"]

    claim = f"/studio/splits/claim/{cleo}"
    assert "A share for Cleo" in (await studio.ben.see(claim)).text
    assert (await studio.ben.send(claim, {"words": " ", "key": "k"})).status == 422
    assert (await studio.ben.send(claim, {"words": "Ada asked me.", "key": ""})).status == 400
    noted = await studio.ben.sent(claim, {"words": "Ada asked me.", "key": uuid4().hex})
    assert "A treasurer looks at it" in noted.text
    assert (await studio.ben.see(f"/studio/splits/claim/{uuid4()}")).status == 404


async def test_a_profile_is_made_and_written(studio: Studio) -> None:
    assert "No artist yet" in (await studio.ben.see("/studio/profile")).text
    assert (await studio.ben.send("/studio/profile", {"name": " "})).status == 422
    made = await studio.ben.send("/studio/profile", {"name": "Ben and the Bells"})
    path = made.location
    wrong = await studio.ben.send(path, {"name": "Ben", "links": "nowhere", "kind": "person"})
    assert (wrong.status, 'id="links-fault"' in wrong.html) == (422, True)
    fields = {"name": "Ben", "links": "https://example.org/ben", "kind": "person", "bio": "Sings."}
    seen = await studio.ben.sent(path, fields)
    assert "Saved." in seen.text
    assert "https://example.org/ben" in seen.html
    assert (await studio.ada.see(path)).status == 404
    assert (await studio.ada.see(f"/studio/profile/labels/{uuid4()}")).status == 404


async def test_a_release_comes_out_and_is_withdrawn(studio: Studio) -> None:
    cookie = {**studio.ada.headers, "Origin": studio.house.url}
    url = f"{studio.house.url}/api/v1/releases"
    async with studio.house.http.post(url, json={"title": "Record"}, headers=cookie) as answer:
        release = (await answer.json())["id"]
    path = f"/studio/releases/{release}/coming-out"

    seen = await studio.ada.see(path)
    assert (seen.status, "Publish now" in seen.text) == (200, True)
    assert 'data-testid="errors"' in seen.html
    assert (await studio.ada.send(path, {"do": "publish"})).status == 409
    late = await studio.ada.send(path, {"do": "schedule", "at": "2001-01-01T00:00", "zone": "UTC"})
    assert late.status in {409, 422}
    assert (await studio.ada.send(path, {"do": "schedule", "at": ""})).status == 422
    assert (await studio.ada.send(path, {"do": "dance"})).status == 422
    terms = {"do": "deal", "model": "free", "territories": "DE", "key": uuid4().hex}
    assert (await studio.ada.send(f"{path}/terms", {**terms, "territories": "XX"})).status == 422
    assert (await studio.ada.send(f"{path}/terms", terms)).status == 303
    assert (await studio.ben.see(path)).status == 404
    assert (await studio.ben.send(path, {"do": "publish"})).status == 404
