"""Feeds and maps of the site, read as their readers read them, whatever anyone called a track."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from base.storage.port import key_of
from catalog.callers import Caller
from catalog.models.artists import Artist, TrackArtist
from catalog.models.music import Track
from catalog.pictures import PictureOf
from catalog.pictures import Shown as Kind
from catalog.public_pages import Shown, first_of_stretches, stretch_from
from catalog.releases import create_release, move_to
from catalog.roles import Role
from catalog.states import ReleaseState, TrackState
from stream.api.picture_documents import url_of
from stream.pages.feeds.printing import Enclosure, Feed, Item, atom, rss, site_map
from tests.support.catalog import NOON, audible, person
from tests.support.served import Client, served
from tests.support.statements_counted import statements
from tests.support.world import rendition_of

SOUND, ID = b"all of a song", UUID(int=7)
TEXT = st.text(max_size=30)
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ITEMS = st.builds(
    Item,
    url=st.uuids().map(lambda one: f"https://a.example/tracks/{one}"),
    title=TEXT,
    artist=TEXT,
    words=TEXT,
    at=st.integers(0, 2**32).map(lambda one: datetime.fromtimestamp(one, UTC)),
    enclosure=st.none()
    | st.builds(
        Enclosure,
        url=st.just("https://a.example/sound.mp4"),
        size_bytes=st.integers(0, 2**40),
        mime=st.just("audio/mp4"),
    ),
)
FEEDS = st.builds(
    Feed,
    here=st.just("https://a.example/feed"),
    url=st.just("https://a.example/artists/1"),
    title=TEXT,
    words=TEXT,
    begun_at=st.just(NOON),
    items=st.lists(ITEMS, max_size=4),
)


@given(feed=FEEDS)
def test_whatever_a_track_is_called_a_feed_is_well_formed_and_tells_of_each(feed: Feed) -> None:
    for text in (rss(feed), atom(feed)):
        ET.fromstring(text)  # noqa: S314 - our own
        read = feedparser.parse(text)
        assert not read.bozo, read.bozo_exception
        assert [one.link for one in read.entries] == [one.url for one in feed.items]
        assert [one.id for one in read.entries] == [one.url for one in feed.items]
        sounds = [[found.href for found in one.enclosures] for one in read.entries]
        assert sounds == [[one.enclosure.url] if one.enclosure else [] for one in feed.items]


def test_markup_in_a_title_is_text() -> None:
    title = "</title><script>alert(1)</script> & \x00\ufffe]]>"
    item = Item(url="https://a.example/1", title=title, artist="A", words="w", at=NOON)
    feed = Feed(here="h", url="u", title=title, words="w", begun_at=NOON, items=[item])

    for text in (rss(feed), atom(feed)):
        every = ET.fromstring(text).iter()  # noqa: S314 - our own
        found = [one.text for one in every if one.tag.rpartition("}")[2] == "title"]
        assert found == ["</title><script>alert(1)</script> & ]]>"] * 2


def test_a_map_tells_times_as_w3c_writes_them() -> None:
    text = site_map([("https://a.example/x?a&b", NOON)])

    [one] = ET.fromstring(text)  # noqa: S314 - our own
    assert [found.text for found in one] == [
        "https://a.example/x?a&b",
        f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
    ]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def track_by(client: Client, artist: Caller, title: str, *, is_free: bool) -> UUID:
    """Put out a track of the artist, with its sound."""
    tools = client.holding.tools
    track = await audible(tools.database, artist, title.encode())
    async with tools.storage.writer() as writer:
        await writer.write(SOUND)
        stored = await writer.commit(key_of("renditions", uuid4().hex * 2, ".mp4"))
    async with tools.database.begin() as session:
        row = await session.get_one(Track, track)
        row.title, row.is_free = title, is_free
        made = rendition_of(row.master_id, stored.key)
        made.rung, made.is_preview, made.size_bytes = "aac-128", False, len(SOUND)
        session.add(made)
    return track


async def artist_named(client: Client, track: UUID) -> UUID:
    """Answer who is named on a track, and call them so that it must be escaped."""
    async with client.holding.tools.database.begin() as session:
        query = select(TrackArtist.artist_id).where(TrackArtist.track_id == track)
        artist_id = (await session.scalars(query)).one()
        (await session.get_one(Artist, artist_id)).name = "Jo & Co"
    return artist_id


async def test_a_free_track_is_an_enclosure_that_anyone_fetches_and_others_are_none(
    client: Client,
) -> None:
    artist = await person(client.holding.tools.database, Role.ARTIST)
    free = await track_by(client, artist, "Free <b>", is_free=True)
    paid = await track_by(client, artist, "Paid", is_free=False)
    named = await artist_named(client, free)

    for form in ("rss", "atom"):
        answer = await client.ask("GET", f"/artists/{named}/feed.{form}")
        read = feedparser.parse(answer.body)
        assert (answer.status, answer.headers["content-type"].partition(";")[0], read.bozo) == (
            200,
            f"application/{form}+xml",
            False,
        )
        enclosures = {one.link: one.enclosures for one in read.entries}
        assert enclosures[f"{client.url}/tracks/{paid}"] == []
        [sound] = enclosures[f"{client.url}/tracks/{free}"]
        assert sound.href == f"{client.url}/feeds/tracks/{free}.mp4"
        assert (sound.length, sound.type) == (str(len(SOUND)), "audio/mp4")
    heard = await client.ask("GET", f"/feeds/tracks/{free}.mp4", Range="bytes=4-")
    assert (heard.status, heard.body) == (206, SOUND[4:])
    assert (await client.ask("HEAD", f"/feeds/tracks/{free}.mp4")).headers["content-length"] == "13"
    assert (await client.ask("GET", f"/feeds/tracks/{paid}.mp4")).status == 404


async def test_a_track_is_as_old_as_its_release_and_not_as_its_file(client: Client) -> None:
    database, out_at = client.holding.tools.database, NOON + timedelta(days=90)
    artist = await person(database, Role.ARTIST)
    track = await track_by(client, artist, "Waited", is_free=True)
    named = await artist_named(client, track)
    async with database.begin() as session:
        made = await create_release(session, artist, title="Out", artist="Jo", now=NOON)
        made.state, made.published_at = ReleaseState.PUBLISHED, out_at
        await move_to(session, made, [track])

    read = feedparser.parse((await client.ask("GET", f"/artists/{named}/feed.atom")).body)

    [entry] = [one for one in read.entries if one.link.endswith(str(track))]
    assert entry.published == f"{out_at:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_feed_that_is_known_is_not_sent_again_and_ends_when_nothing_is_out(
    client: Client,
) -> None:
    artist = await person(client.holding.tools.database, Role.ARTIST)
    track = await track_by(client, artist, "Song", is_free=True)
    path = f"/artists/{await artist_named(client, track)}/feed.rss"
    first = await client.ask("GET", path)

    known = await client.ask("GET", path, If_None_Match=first.headers["etag"])
    async with client.holding.tools.database.begin() as session:
        (await session.get_one(Track, track)).state = TrackState.WITHDRAWN

    assert known.status == 304
    assert (await client.ask("GET", path)).status == 404
    assert (await client.ask("GET", f"/feeds/tracks/{track}.mp4")).status == 404


async def test_a_feed_of_more_takes_no_more_statements(client: Client) -> None:
    database = client.holding.tools.database
    artist = await person(database, Role.ARTIST)
    first = await track_by(client, artist, "First", is_free=True)
    with statements(database) as of_one:
        await client.ask("GET", f"/artists/{await artist_named(client, first)}/feed.rss")
    tracks = [await track_by(client, artist, f"{n}", is_free=True) for n in range(3)]
    path = f"/artists/{await artist_named(client, tracks[0])}/feed.rss"

    with statements(database) as of_four:
        await client.ask("GET", path)

    assert len(of_four) <= len(of_one)


async def test_an_artists_page_leads_to_the_feeds(client: Client) -> None:
    artist = await person(client.holding.tools.database, Role.ARTIST)
    track = await track_by(client, artist, "Song", is_free=False)
    named = await artist_named(client, track)

    page = (await client.ask("GET", f"/artists/{named}")).body.decode()

    assert (
        f'type="application/rss+xml" title="Jo &amp; Co" href="/artists/{named}/feed.rss"' in page
    )
    assert f'href="/artists/{named}/feed.atom"' in page


async def test_maps_lead_to_every_page_that_all_may_see_and_to_no_other(client: Client) -> None:
    artist = await person(client.holding.tools.database, Role.ARTIST)
    track = await track_by(client, artist, "Song", is_free=False)
    hidden = await track_by(client, artist, "Hidden", is_free=False)
    async with client.holding.tools.database.begin() as session:
        (await session.get_one(Track, hidden)).state = TrackState.WITHDRAWN
    named = await artist_named(client, track)
    index = await client.ask("GET", "/sitemap.xml")

    maps = [one.text or "" for one in ET.fromstring(index.body).iter(f"{MAPS}loc")]  # noqa: S314 - our own
    pages = []
    for one in maps:
        answer = await client.ask("GET", one.removeprefix(client.url))
        assert (answer.status, answer.headers["content-type"]) == (
            200,
            "application/xml; charset=utf-8",
        )
        pages += [found.text for found in ET.fromstring(answer.body).iter(f"{MAPS}loc")]  # noqa: S314 - our own
    assert pages == [f"{client.url}/tracks/{track}", f"{client.url}/artists/{named}"]
    nothing = await client.ask("GET", f"/sitemaps/tracks-{UUID(int=2**128 - 1)}.xml")
    assert nothing.status == 404


async def test_stretches_have_every_page_once(client: Client) -> None:
    database = client.holding.tools.database
    artist = await person(database, Role.ARTIST)
    tracks = {await audible(database, artist, f"{n}".encode()) for n in range(5)}

    async with database.read() as session:
        firsts = await first_of_stretches(session, Shown.TRACKS, length=2)
        parts = [await stretch_from(session, Shown.TRACKS, one, length=2) for one in firsts]

    assert [len(one) for one in parts] == [2, 2, 1]
    assert {key for one in parts for key, _ in one} == tracks


async def test_search_engines_are_told_what_to_look_at(client: Client) -> None:
    answer = await client.ask("GET", "/robots.txt")

    lines = answer.body.decode().splitlines()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert {"User-agent: *", "Disallow: /api/", f"Sitemap: {client.url}/sitemap.xml"} <= {*lines}
    allowed = {one.removeprefix("Allow: ") for one in lines if one.startswith("Allow: ")}
    assert allowed == {
        f"{url_of(PictureOf(kind=one, id=ID))}/".replace(str(ID), "*") for one in Kind
    }


def test_a_feed_of_nothing_is_as_old_as_its_artist() -> None:
    feed = Feed(here="h", url="u", title="t", words="w", begun_at=NOON, items=[])

    assert feed.at == NOON
    later = Item(url="u", title="t", artist="a", words="w", at=NOON + timedelta(days=1))
    assert Feed(here="h", url="u", title="t", words="w", begun_at=NOON, items=[later]).at > NOON
