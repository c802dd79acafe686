"""Pages of what is a listener's own: library, playlists, history, wallet; without script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from accounting.plays import settle_due
from accounting.shelf import Order, Wanted, shelf_page
from base.clock import ManualClock
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.roles import Role
from tests.stream.test_people_pages import Browser
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.served import Client, served
from tests.support.statements_counted import statements

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGES = (
    *("/library", "/library/owned", "/library/begun", "/library/near", "/library/favourites"),
    *("/library/favourites?of=releases", "/library/favourites?of=playlists", "/following"),
    *("/playlists", "/history", "/history?of=sessions", "/wallet", "/wallet/history"),
    *("/wallet/top-up", "/wallet/top-ups", "/wallet/gifts", "/stream-to-own"),
)


@dataclass
class Shop:
    """A house with three tracks of an artist."""

    house: Client
    clock: ManualClock
    artist: Caller
    tracks: list[UUID]

    async def listener(self, millicredits: int = 5_000) -> tuple[Caller, Browser]:
        database = self.house.holding.tools.database
        who = await person(database, Role.LISTENER, millicredits=millicredits)
        async with database.begin() as session:
            kind = CredentialKind.SESSION
            made = await issue(session, who.id, kind=kind, label="browser", now=NOON)
        return who, Browser(self.house, made.secret, who.id)

    async def hear(self, who: Caller, track: UUID, times: int = 1) -> None:
        database = self.house.holding.tools.database
        for _ in range(times):
            await qualified(database, self.clock, listener=who, track_id=track)
            now = self.clock()
            async with database.begin() as session:
                await settle_due(session, now=now, limit=10)

    async def count(self, who: Caller, track: UUID, plays: int) -> None:
        """Let somebody stand somewhere, without the plays that it takes."""
        async with self.house.holding.tools.database.begin() as session:
            recording = (await session.get_one(Track, track)).recording_id
            owned_at = NOON if plays == 9 else None
            session.add(
                Counter(listener_id=who.id, recording_id=recording, plays=plays, owned_at=owned_at)
            )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    clock, folder = ManualClock(NOON), tmp_path_factory.mktemp("mine")
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(folder, clock=clock, topup_providers="manual", **many) as house:
        database = house.holding.tools.database
        artist = await person(database, Role.ARTIST)
        tracks = [await audible(database, artist, f"song {n}".encode()) for n in range(3)]
        async with database.begin() as session:
            for track, title in zip(tracks, ("Ash", "Birch", "Cedar"), strict=True):
                (await session.get_one(Track, track)).title = title
        yield Shop(house, clock, artist, tracks)


def key_in(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_there_for_who_has_nothing_yet_and_says_what_to_do(
    shop: Shop, path: str
) -> None:
    _, ada = await shop.listener(0)

    seen = await ada.see(path)

    assert seen.status == 200, seen.text
    assert seen.html.count("<h1") == 1
    assert " style=" not in seen.html


@pytest.mark.parametrize("path", [one for one in PAGES if one != "/stream-to-own"])
async def test_a_page_of_ones_own_is_for_who_signed_in(shop: Shop, path: str) -> None:
    seen = await Browser(shop.house).see(path)

    assert (seen.status, seen.location.startswith("/sign-in")) == (303, True)


@pytest.mark.parametrize(
    "path",
    [
        *("/playlists/{id}", "/tracks/{id}/buy", "/tracks/{id}/give", "/releases/{id}/buy"),
        *("/wallet/top-ups/{id}", "/wallet/purchases/{id}/return", "/gifts/none-that-was-given"),
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(shop: Shop, path: str) -> None:
    _, ada = await shop.listener(0)

    seen = await ada.see(path.format(id=uuid4()))

    assert (seen.status, seen.html.count("<h1")) == (404, 1)


@pytest.mark.parametrize("path", ["/library/owned?cursor=none", "/playlists?cursor=none"])
async def test_a_cursor_that_nobody_gave_out_is_refused(shop: Shop, path: str) -> None:
    _, ada = await shop.listener(0)

    assert (await ada.see(path)).status == 422


async def test_the_library_shows_how_far_one_is_and_finds_by_name_in_an_order(shop: Shop) -> None:
    who, ada = await shop.listener()
    for track, plays in zip(shop.tracks, (9, 8, 3), strict=True):
        await shop.count(who, track, plays)

    whole, near = await ada.see("/library"), await ada.see("/library/near")
    begun = await ada.see("/library/begun")
    by_title = await ada.see("/library/begun?sort=title&q=e")
    other = await ada.see("/library/owned?q=nothing")

    assert "One more play" in whole.text
    assert "0.512" in whole.text
    assert ("Birch" in near.text, "Cedar" in near.text) == (True, False)
    assert begun.html.index("Birch") < begun.html.index("Cedar")
    assert ("Birch" in by_title.text, "Cedar" in by_title.text) == (False, True)
    assert "Nothing is called so" in other.text


async def test_a_library_takes_no_more_statements_for_more_tracks(shop: Shop) -> None:
    database, counts = shop.house.holding.tools.database, []
    for number in (1, 3):
        who, ada = await shop.listener()
        for track in shop.tracks[:number]:
            await shop.count(who, track, 9)
        with statements(database) as said:
            await ada.see("/library/owned")
        counts.append(len(said))

    assert counts[0] == counts[1]


async def test_a_shelf_goes_on_where_it_ended_in_every_order(shop: Shop) -> None:
    who, ada = await shop.listener()
    for track in shop.tracks:
        await shop.count(who, track, 4)
    for order in (Order.NEAREST, Order.TITLE, Order.ARTIST):
        wanted, after, seen = Wanted(is_owned=False, order=order), None, []
        for _ in range(3):
            async with shop.house.holding.tools.database.read() as session:
                [one] = await shelf_page(session, who.id, wanted, after=after, limit=1)
            after = one.place
            seen.append(one.item.track_id)
        assert set(seen) == set(shop.tracks)
    assert (await ada.see("/library/begun?sort=artist")).status == 200


async def test_spending_is_told_down_to_the_artist(shop: Shop) -> None:
    who, ada = await shop.listener()
    await shop.hear(who, shop.tracks[0], 2)

    seen = await ada.see("/wallet/history")

    assert "Of your 0.006 credits, this went to one artist" in seen.text
    assert "A artist" in seen.text
    assert "€0.00504" in seen.text  # of 0.0072
    assert "€0.00216 the co-operative" not in seen.text  # a line is of one play
    heard = await ada.see("/history")
    assert "play 2" in heard.text
    assert "0.004" in heard.text


async def test_history_is_forgotten_one_by_one_and_all(shop: Shop) -> None:
    who, ada = await shop.listener()
    await shop.hear(who, shop.tracks[0], 2)
    seen = await ada.see("/history")
    [first, _] = re.findall(r'action="(/history/[0-9a-f-]+/forget)"', seen.html)

    one_left = await ada.sent(first, {})
    none_left = await ada.sent("/history/forget", {})
    chosen = await ada.sent("/history/counted", {})

    assert len(re.findall(r"/history/[0-9a-f-]+/forget", one_left.html)) == 1
    assert "Nothing heard yet" in none_left.text
    assert 'value="yes" checked' not in chosen.html


async def test_a_track_is_bought_once_and_given_back(shop: Shop) -> None:
    _, ada = await shop.listener(2_000)
    place = f"/tracks/{shop.tracks[0]}/buy"
    asked = await ada.see(place)
    key = key_in(asked.html)

    bought = await ada.sent(place, {"key": key})
    again = await ada.send(place, {"key": key})
    spent = await ada.see("/wallet/history")
    found = re.search(r'href="(/wallet/purchases/[^"]+/return)"', spent.html)
    assert found
    asking = await ada.see(found[1])
    returned = await ada.sent(found[1], {"key": key_in(asking.html)})

    assert "1.022" in asked.text
    assert "It is yours now" in bought.text
    assert "Ash" in bought.text
    assert again.status == 303
    assert "0.978" in asking.text
    assert "It is given back" in returned.text
    assert "2.000" in returned.text
    assert "/return" not in (await ada.see("/wallet/history")).html


async def test_who_has_too_little_is_told_where_to_top_up(shop: Shop) -> None:
    _, ada = await shop.listener(100)
    place = f"/tracks/{shop.tracks[0]}/buy"

    asked, refused = await ada.see(place), await ada.send(place, {"key": "mine"})

    assert "You lack 0.922 credits" in asked.text
    assert 'href="/wallet/top-up"' in asked.html
    assert refused.status == 402
    assert (await ada.send(place, {})).status == 400


async def test_a_top_up_by_transfer_is_told_how_it_is_paid(shop: Shop) -> None:
    _, ada = await shop.listener(0)
    _, other = await shop.listener(0)
    form = await ada.see("/wallet/top-up")
    said = {"key": key_in(form.html), "product": "credits-10", "provider": "manual"}

    nowhere = await ada.send("/wallet/top-up", said)
    made = await ada.send("/wallet/top-up", {**said, "country": "DE"})
    seen = await ada.see(made.location)

    assert (nowhere.status, "the tax depends on it" in nowhere.text) == (422, True)
    assert made.status == 303
    assert re.search(r'data-testid="reference">RF\d{17}<', seen.html)
    assert "€12.50" in seen.text
    assert "pending" in seen.text
    assert "Waiting to be paid" in (await ada.see("/wallet")).text
    assert (await other.see(made.location)).status == 404


async def test_a_gift_is_made_handed_on_and_taken_up_once(shop: Shop) -> None:
    _, ada = await shop.listener(2_000)
    _, ben = await shop.listener(0)
    shop.clock.advance(timedelta(days=30))
    place = f"/tracks/{shop.tracks[1]}/give"
    made = await ada.sent(place, {"key": key_in((await ada.see(place)).html)})
    found = re.search(r'data-testid="gift-link">([^<]+)<', made.html)
    assert found
    link = found[1]

    visitor, shown = await Browser(shop.house).see(link), await ben.see(link)
    taken, again = await ben.sent(link, {}), await ben.see(link)

    assert "Sign in or join" in visitor.text
    assert "Birch" in shown.text
    assert "The gift is yours now" in taken.text
    assert "it is yours" in again.text
    assert "taken up" in (await ada.see("/wallet/gifts")).text


async def test_credit_is_given_by_an_amount_as_people_write_it(shop: Shop) -> None:
    _, ada = await shop.listener(2_000)
    ben, _ = await shop.listener(0)
    said = {"key": key_in((await ada.see("/wallet/gifts")).html), "listener": str(ben.id)}

    wrong = await ada.send("/wallet/gifts/credit", {**said, "credits": "much"})
    nobody = await ada.send("/wallet/gifts/credit", {**said, "credits": "1", "listener": "x"})
    given = await ada.sent("/wallet/gifts/credit", {**said, "credits": "1,5"})

    assert (wrong.status, "as 2 or 2.5" in wrong.text) == (422, True)
    assert nobody.status == 404
    assert "The credit is theirs" in given.text
    assert "0.500" in (await ada.see("/wallet")).text


async def made_list(ada: Browser, **more: str) -> str:
    made = await ada.send("/playlists", {"title": "Walking home", "visibility": "private", **more})
    assert made.status == 303
    return made.location


async def test_a_playlist_is_made_filled_ordered_worded_and_deleted(shop: Shop) -> None:
    _, ada = await shop.listener(0)
    unnamed = await ada.send("/playlists", {"title": " "})
    here = await made_list(ada, track=str(shop.tracks[0]))
    for track in shop.tracks[1:]:
        said = {"track": str(track), "playlist": here.rpartition("/")[2]}
        await ada.sent("/playlists/add", said)
    seen = await ada.see(here)
    forms = re.findall(
        r'action="([^"]+/move)" hx-boost="false" data-move="down">'
        r'<input type="hidden" name="behind" value="([^"]+)"',
        seen.html,
    )

    moved = await ada.sent(forms[0][0], {"behind": forms[0][1]})
    taken = await ada.sent(forms[1][0].replace("/move", "/take"), {})
    worded = await ada.sent(f"{here}/wording", {"title": "Home", "visibility": "public"})
    unworded = await ada.send(f"{here}/wording", {"title": ""})
    public = await Browser(shop.house).see(here)
    gone = await ada.sent(f"{here}/delete", {})

    assert (unnamed.status, "Give it a name" in unnamed.text) == (422, True)
    assert seen.html.index(">Ash<") < seen.html.index(">Birch<")
    assert moved.html.index(">Birch<") < moved.html.index(">Ash<")
    assert ">Birch<" not in taken.html
    assert "Home" in worded.text
    assert unworded.status == 422
    assert (public.status, "/move" in public.html) == (200, False)
    assert "That playlist is deleted" in gone.text


async def test_a_playlist_is_made_together_by_a_link(shop: Shop) -> None:
    _, ada = await shop.listener(0)
    ben_id, ben = await shop.listener(0)
    here = await made_list(ada)
    hidden = await ben.see(here)
    shown = await ada.send(f"{here}/invitations", {"part": "editor"})
    found = re.search(r'data-testid="link">([^<]+)<', shown.html)
    assert found

    asked, joined = await ben.see(found[1]), await ben.sent(found[1], {})
    refused = await ben.send(f"{here}/delete", {})
    viewer = await ada.sent(f"{here}/members/{ben_id.id}", {"part": "viewer"})
    unsaid = await ada.send(f"{here}/members/{ben_id.id}", {"part": "vewer"})
    ended = await ben.send(found[1], {})
    left = await ben.sent(f"{here}/leave", {})
    own = await ada.send(f"{here}/leave", {})

    assert hidden.status == 404
    assert "Come in" in asked.text
    assert "You are a member" in joined.text
    assert refused.status == 403
    assert "viewer" in viewer.text
    assert unsaid.status == 422
    assert ended.status == 404
    assert "no member of that playlist" in left.text
    assert own.status == 409


async def test_hearts_stars_and_follows_are_given_and_taken_from_any_page(shop: Shop) -> None:
    _, ada = await shop.listener(0)
    track = shop.tracks[0]

    liked = await ada.sent(f"/favourites/track/{track}", {"next": "/library/favourites"})
    rated = await ada.send(f"/ratings/track/{track}", {"stars": "4", "next": "/library"})
    away = await ada.send(f"/favourites/track/{track}", {"next": "https://elsewhere.example/"})
    gone = await ada.sent(f"/favourites/track/{track}", {"liked": "no"})
    wrong = [
        await ada.send(f"/ratings/track/{track}", {"stars": "9"}),
        await ada.send(f"/favourites/song/{track}", {}),
        await ada.send(f"/following/artist/{uuid4()}", {}),
    ]

    assert "Ash" in liked.text
    assert (rated.status, rated.location) == (303, "/library")
    assert away.location == "/"
    assert "No heart given yet" in gone.text
    assert [one.status for one in wrong] == [422, 404, 404]


async def test_the_meaning_tells_the_prices_in_force(shop: Shop) -> None:
    seen = await Browser(shop.house).see("/stream-to-own")

    assert "9 plays, and it is yours" in seen.text
    assert all(one in seen.text for one in ("0.002", "0.256", "0.512", "1.022", "70 %"))


async def test_pages_speak_spanish(shop: Shop) -> None:
    _, ada = await shop.listener(0)

    seen = await ada.see("/wallet?lang=es")

    assert "Monedero" in seen.text
