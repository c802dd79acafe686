"""The pages for who listens, asked for as browsers do: what they show, and to whom."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from catalog.chart_rules import NOW, Chart, Place
from catalog.charts import write_chart
from catalog.models.music import Track
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import NOON, person
from tests.support.searching import refreshed
from tests.support.served import Answer, Client, served, wave
from tests.support.statements_counted import statements

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = UUID(int=7)


@dataclass
class Shop:
    """A house with an album of two tracks, and somebody who listens."""

    client: Client
    artist: str
    listener: str
    listener_id: UUID
    release: Any

    @property
    def tracks(self) -> list[str]:
        return [one["track"] for one in self.release["tracks"]]

    async def page(self, path: str, token: str = "", *, status: int = 200, **fields: str) -> str:
        answer = await self.client.ask("GET", path, token=token, accept="text/html", **fields)
        assert answer.status == status, answer.body.decode()[:3000]
        return answer.body.decode()

    async def press(self, path: str, token: str, **fields: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Origin": self.client.url}
        asked = self.client.http.post(
            self.client.url + path, data=fields, headers=headers, allow_redirects=False
        )
        async with asked as answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, names, await answer.read())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with served(tmp_path_factory.mktemp("shop"), public_moment_s=0) as client:
        artist, release = await client.artist(), None
        begun = await client.ask("POST", "/api/v1/releases", token=artist, data={"title": "Tide"})
        path = f"/api/v1/releases/{begun.json['id']}"
        for number, name in enumerate(("Ebb", "Flood"), 1):
            sent = f"/api/v1/masters/{number:02}%20{name}.wav?release={begun.json['id']}"
            await client.ask("PUT", sent, token=artist, data=wave(number))
        await client.play()
        draft = await client.release(begun.json["id"], artist)
        said = {
            "artists": [{"name": "Ada & <Co>"}],
            "label": "Tidewrack",
            "genres": ["ambient"],
            "p_line": {"year": 2026, "owner": "Ada"},
            "c_line": {"owner": "Wrack"},
            "tracks": [_said(one["track"]) for one in draft["tracks"]],
        }
        written = await client.ask("PATCH", path, token=artist, data=said)
        assert written.status == 200, written.body
        release = (await client.ask("POST", f"{path}/publish", token=artist)).json
        first = release["tracks"][0]["track"]
        words = {"plain": "The boats lie down", "language": "en"}
        await client.ask("PUT", f"/api/v1/tracks/{first}/lyrics", token=artist, data=words)
        database = client.holding.tools.database
        await refreshed(database)
        listener = await person(database, Role.LISTENER, millicredits=5_000)
        async with database.begin() as session:
            token = await issue_token(session, listener, label="t", now=NOON)
        yield Shop(client, artist, token, listener.id, release)


def _said(track: str) -> dict[str, Any]:
    credits = [{"role": "producer", "name": "Jo Larkspur"}]
    named = [{"name": "Ada & <Co>"}]
    return {"track": track, "explicit": "explicit", "credits": credits, "artists": named}


async def test_a_visitor_is_told_what_this_is_and_hears_previews(shop: Shop) -> None:
    page = await shop.page("/")

    assert "Hear it nine times. Then it is yours." in page
    assert re.findall(r'class="number">([\d.]+)<', page)[:9][-1] == "0.512"
    assert f'href="/embed/tracks/{shop.tracks[0]}/preview.mp4"' in page
    assert f'href="/releases/{shop.release["id"]}"' in page
    assert "data-play" not in page.replace("data-playing", "")
    spanish = await shop.page("/", Accept_Language="es")
    assert "Escúchala nueve veces. Después es tuya." in spanish


async def test_who_listens_sees_charts_and_plays(shop: Shop) -> None:
    database = shop.client.holding.tools.database
    async with database.begin() as session:
        tracks = [await session.get_one(Track, UUID(one)) for one in shop.tracks]
        places = [
            Place(recording_id=one.recording_id, track_id=one.id, score=2.0, listeners=9)
            for one in tracks
        ]
        for chart in (Chart.TRENDING, Chart.UP_FOR_OWNERSHIP):
            await write_chart(session, chart, NOW, places, now=NOON)

    with statements(database) as said:
        page = await shop.page("/", shop.listener)
    assert "Trending" in page
    assert "Up for ownership" in page
    assert "data-play=" in page
    assert "Hear it nine times" not in page
    assert len(said) <= 12, said
    chart = await shop.page("/charts/trending")
    assert "9 listeners" in chart
    assert "Counted" in chart
    assert "Nobody is in this chart yet" in await shop.page("/charts/most-played?span=day")
    await shop.page("/charts/loudest", status=404)
    await shop.page("/charts/new?cursor=nonsense", status=422)


async def test_what_a_release_costs_takes_no_more_statements_than_a_track(shop: Shop) -> None:
    counts = []
    for path in (f"/tracks/{shop.tracks[0]}/buy", f"/releases/{shop.release['id']}/buy"):
        with statements(shop.client.holding.tools.database) as said:
            await shop.page(path, shop.listener)
        counts.append(len(said))

    assert counts[1] <= counts[0]


async def test_the_page_of_a_release_has_all_that_is_said_of_it(shop: Shop) -> None:
    page = await shop.page(f"/releases/{shop.release['id']}", shop.listener)

    for said in ("Tide", "Ada &amp; &lt;Co&gt;", "Tidewrack", "Jo Larkspur", "℗ 2026 Ada"):
        assert said in page
    assert "2 tracks" in page
    assert "Explicit" in page
    assert "Own all of it" in page
    assert "2.044" in page
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert told is not None
    assert json.loads(told[1])["numTracks"] == 2
    assert '<meta property="og:type" content="music.album">' in page
    await shop.page(f"/releases/{NOBODY}", status=404)
    await shop.page("/releases/nonsense", status=404)


async def test_the_page_of_a_track_has_its_ladder_its_words_and_who_made_it(shop: Shop) -> None:
    page = await shop.page(f"/tracks/{shop.tracks[0]}", shop.listener)

    assert "The boats lie down" in page
    assert "Jo Larkspur" in page
    assert "9 more plays: 1.022 credits in all" in page
    assert 'aria-current="step"' in page
    await shop.page(f"/tracks/{NOBODY}", status=404)


async def test_artists_labels_and_genres_have_what_they_put_out(shop: Shop) -> None:
    [artist] = shop.release["artists"]

    page = await shop.page(f"/artists/{artist['artist']}")
    assert "Popular" in page
    assert "Ebb" in page
    assert "Tide" in page
    assert "Tide" in await shop.page(f"/labels/{shop.release['label_id']}")
    assert "Ambient" in await shop.page("/genres")
    assert "Flood" in await shop.page("/genres/ambient")
    assert "Nothing of this yet" in await shop.page("/genres/opera")
    for path in ("artists", "labels", "people"):
        await shop.page(f"/{path}/{NOBODY}", status=404)
    await shop.page("/genres/klingon", status=404)


async def test_search_groups_forgives_and_says_when_there_is_nothing(shop: Shop) -> None:
    assert "What would you like to hear?" in await shop.page("/search")

    page = await shop.page("/search?q=tide")
    assert 'data-testid="found-release"' in page
    assert 'value="tide"' in page
    assert "Nothing is called" in await shop.page("/search?q=tidd+flodo")
    assert "Nothing found for" in await shop.page("/search?q=xyzzyplugh")
    only = await shop.page("/search?q=tide&kind=track")
    assert 'data-testid="found-release"' not in only
    await shop.page(f"/search?q={'a' * 500}&kind=nonsense")


async def test_one_likes_follows_and_is_led_to_sign_in(shop: Shop) -> None:
    release = f"/releases/{shop.release['id']}"
    path = f"/favourites/release/{shop.release['id']}"
    artist = f"/artists/{shop.release['artists'][0]['artist']}"

    done = await shop.press(path, shop.listener, liked="yes", next=release)
    assert (done.status, done.headers["location"]) == (303, release)
    assert "Liked" in await shop.page(release, shop.listener)
    await shop.press(path, shop.listener, liked="no", next=release)
    assert "Liked" not in await shop.page(release, shop.listener)
    await shop.press(
        f"/following{artist.replace('artists', 'artist')}", shop.listener, followed="yes"
    )
    assert "Following" in await shop.page(artist, shop.listener)
    assert "1 follower" in await shop.page(artist)
    assert f"/sign-in?next={artist}" in await shop.page(artist)


async def test_what_is_owned_is_downloaded_from_the_page_of_its_release(shop: Shop) -> None:
    path = f"/releases/{shop.release['id']}"

    assert f'href="{path}/buy"' in await shop.page(path, shop.listener)
    await shop.press(f"{path}/buy", shop.listener, key=str(uuid4()))
    page = await shop.page(path, shop.listener)
    assert "2 are yours" in page
    assert f"/api/v1/tracks/{shop.tracks[0]}/downloads/best" in page
    assert "Own all of it" not in page


async def test_a_release_that_is_announced_is_waited_for(shop: Shop) -> None:
    begun = await shop.client.ask(
        "POST", "/api/v1/releases", token=shop.artist, data={"title": "Moon"}
    )
    path = f"/releases/{begun.json['id']}"
    sent = f"/api/v1/masters/1%20Neap.wav?release={begun.json['id']}"
    await shop.client.ask("PUT", sent, token=shop.artist, data=wave(9))
    await shop.client.play()
    when = {"at": "2126-01-01T00:00:00Z"}
    await shop.page(path, status=404)
    told = await shop.client.ask("POST", f"/api/v1{path}/schedule", token=shop.artist, data=when)
    assert told.status == 200, told.body

    page = await shop.page(path, shop.listener)
    assert "Out on 1 January 2126" in page
    assert "Neap" not in page
    await shop.press(f"{path}/pre-save", shop.listener, wanted="yes", next=path)
    assert "You will have it" in await shop.page(path, shop.listener)
    await shop.press(f"{path}/pre-save", shop.listener, wanted="no", next=path)
    assert "You will have it" not in await shop.page(path, shop.listener)
