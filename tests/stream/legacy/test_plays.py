"""What earlier clients play is heard, counted and paid by evidence, and never by what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import func, select

from accounting.plays import settle_due
from catalog.models.plays import PlaySession
from catalog.people import issue_token
from catalog.plays import play_session
from refrain.synthetic_credit import top_up
from stream.playlists import parse_media
from tests.support.earlier import Earlier
from tests.support.origin import Origin, open_origin
from tests.support.served import Answer, Client


@dataclass
class Beam:
    """A listener's client, and a visitor's, of a house with one track."""

    origin: Origin
    client: Earlier
    visitor: Earlier

    @property
    def track(self) -> str:
        return str(self.origin.track_id)

    async def get(self, path: str, client: Earlier | None = None, **fields: str) -> Answer:
        asking = client or self.client
        return await asking.house.ask("GET", path, token=asking.token, **fields)

    async def opened_before(self, by: timedelta) -> None:
        """Let the session that the house began with be older."""
        async with self.origin.tools.database.begin() as session:
            found = await play_session(session, self.origin.session_id)
            found.opened_at -= by
            found.active_at -= by

    async def settled(self) -> None:
        tools = self.origin.tools
        async with tools.database.begin() as session:
            await settle_due(session, limit=10, now=tools.clock())

    async def hear(self) -> None:
        """Fetch all of a track, as who hears it for long enough."""
        began = await self.get(f"/api/v3/user/stream/{self.track}/playlist.m3u8")
        assert began.status == 200, began.body
        file = await self.get(f"/api/v3/user/stream/{self.track}")
        assert (file.status, file.headers["content-type"]) == (200, "audio/mp4")
        await self.opened_before(timedelta(seconds=50))


@pytest.fixture
async def beam(tmp_path: Path, database_url: str) -> AsyncIterator[Beam]:
    settings = {"database_url": database_url}
    async with open_origin(tmp_path, **settings) as origin, aiohttp.ClientSession() as http:
        tools = origin.tools
        async with tools.database.begin() as session:
            await top_up(session, origin.listener.id, millicredits=1_100, now=tools.clock())
            token = await issue_token(session, origin.listener, label="t", now=tools.clock())
        house = Client(None, http, origin.url)  # type: ignore[arg-type] # it needs no worker
        yield Beam(
            origin=origin,
            client=Earlier(house=house, token=token),
            visitor=Earlier(house=house),
        )


async def test_what_was_heard_is_paid_once_and_what_is_said_alone_never(beam: Beam) -> None:
    body = {"trackId": beam.track}
    said = await beam.client.data("POST user/plays", body=body)
    await beam.opened_before(timedelta(seconds=50))
    silent = await beam.client.data("POST user/plays", body=body)
    await beam.hear()

    heard = await beam.client.data("POST user/plays", body=body)
    again = await beam.client.data("POST user/plays", body=body)
    await beam.settled()
    after = await beam.client.data("POST user/plays", body=body)

    assert (said["count"], said["cost"], said["total"]) == (0, 0, 1_100)
    assert (silent["count"], silent["cost"], silent["total"]) == (0, 0, 1_100)
    assert (heard["count"], heard["cost"], heard["total"]) == (1, 2, 1_098)
    assert heard == again == after
    profile = await beam.client.data("GET user/profile/")
    assert profile["credit"]["total"] == 1_098


async def test_what_was_played_is_remembered_and_counted(beam: Beam) -> None:
    await beam.hear()
    await beam.client.data("POST user/plays", body={"trackId": beam.track})
    await beam.settled()
    today = beam.origin.tools.clock().date().isoformat()

    history = await beam.client.ask("GET user/plays/history/")
    artists = await beam.client.ask("GET user/plays/history/artists")
    stats = await beam.client.data("GET user/plays/stats", **{"from": "2020-01-01", "to": today})
    usual = await beam.client.data("GET user/plays/stats")
    before = await beam.client.data("GET user/plays/stats", **{"from": "x", "to": "2020-01-01"})
    counts = await beam.client.data("GET user/plays/resolve", ids=[beam.track, "no-id"])

    assert (history["count"], history["data"][0]["plays"]) == (1, 1)
    assert artists["data"] == []  # nobody with a page of their own is named on it
    assert sum(one["count"] for one in stats) == 1
    assert usual == stats
    assert before == []
    assert counts == [{"trackId": beam.track, "count": 1}]


async def test_what_is_bought_is_owned_and_not_bought_twice(beam: Beam) -> None:
    body = {"trackId": beam.track}
    bought = await beam.client.data("POST user/plays/buy", body=body)
    again = await beam.client.refused("POST user/plays/buy", body=body)
    collection = await beam.client.ask("GET user/collection/")
    unknown = str(UUID(int=4))
    lost = await beam.client.refused("POST user/plays/buy", body={"trackId": unknown})
    unheard = await beam.client.refused("POST user/plays", body={"trackId": unknown})

    assert (bought["count"], bought["cost"] + bought["total"]) == (9, 1_100)
    assert again[0] == 400
    assert (collection["count"], collection["data"][0]["id"]) == (1, beam.track)
    assert lost[0] == unheard[0] == 404


async def test_a_visitor_hears_the_preview_and_who_signs_in_all_of_it(beam: Beam) -> None:
    where = f"/api/v3/stream/{beam.track}"
    cut = await beam.get(f"{where}/playlist.m3u8", beam.visitor, Origin="https://beam.example")
    part = await beam.get(f"{where}/preview.mp4", beam.visitor, Range="bytes=0-99")
    file = await beam.get(where, beam.visitor)
    none = await beam.get(f"/api/v3/user/stream/{beam.track}/playlist.m3u8", beam.visitor)
    all_of_it = await beam.get(f"{where}/playlist.m3u8")
    whole = await beam.get(where)

    preview = beam.origin.bodies["preview-aac-128"]
    playlist = parse_media(cut.body.decode())
    assert (playlist.uri, cut.headers["access-control-allow-origin"]) == ("preview.mp4", "*")
    assert (part.status, part.body) == (206, preview[:100])
    assert file.body == preview
    assert none.status == 401
    assert b"EXT-X-STREAM-INF" in all_of_it.body
    assert whole.body == beam.origin.bodies["aac-128"]


async def test_whose_token_is_no_longer_good_is_told_so_and_hears_no_preview(beam: Beam) -> None:
    where = f"/api/v3/stream/{beam.track}"
    old = Earlier(house=beam.client.house, token="of-last-year")  # noqa: S106 - nobody's

    for path in (where, f"{where}/playlist.m3u8", f"/api/v3/user/stream/{beam.track}"):
        answer = await beam.get(path, old)

        assert answer.status == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="refrain"'


async def test_no_cache_gives_the_preview_to_who_signed_in_or_topped_up(beam: Beam) -> None:
    where = f"/api/v3/stream/{beam.track}"
    for path in (where, f"{where}/playlist.m3u8"):
        answer = await beam.get(path, beam.visitor)

        assert answer.status == 200
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "authorization" in answer.headers["vary"].lower()
    open_to_all = await beam.get(f"{where}/preview.mp4", beam.visitor)
    assert open_to_all.headers["cache-control"] == "public, max-age=300"


async def test_who_goes_on_in_a_file_that_was_counted_begins_no_other_play(beam: Beam) -> None:
    await beam.hear()
    await beam.client.data("POST user/plays", body={"trackId": beam.track})

    part = await beam.get(f"/api/v3/user/stream/{beam.track}", Range="bytes=100-")

    assert part.status == 206
    async with beam.origin.tools.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(PlaySession)) == 1


async def test_days_and_texts_that_are_none_are_refused_or_nearest(beam: Beam) -> None:
    for said in ({"from": "0001-01-01", "to": "0001-01-01"}, {"to": "9999-12-31"}):
        assert await beam.client.data("GET user/plays/stats", **said) == []
    for title in ("a\x00b", "  ", "a\tb", ""):
        refused = await beam.client.refused("POST user/playlists", body={"title": title})
        assert refused[0] == 400, title
    said = await beam.client.refused("PUT user/profile/", body={"displayName": "a\x00b"})
    tag = await beam.visitor.refused("GET tag/{tag}", "%00")
    found = await beam.visitor.refused("GET search/", q="a\x00")
    assert [one[0] for one in (said, tag, found)] == [400, 400, 400]


async def test_who_asks_for_too_much_is_told_as_of_other_faults(tmp_path: Path) -> None:
    async with (
        open_origin(tmp_path, address_requests_per_minute=1) as origin,
        aiohttp.ClientSession() as http,
    ):
        house = Client(None, http, origin.url)  # type: ignore[arg-type] # it needs no worker
        answers = [await house.ask("GET", "/api/v3/tracks") for _ in range(40)]

    last = answers[-1]
    assert (last.status, last.json["status"], last.json["code"]) == (429, 429, "too-many-requests")
    assert last.json["message"]
    assert "retry-after" in last.headers


async def test_a_page_elsewhere_reads_why_something_is_no_more(beam: Beam) -> None:
    sent = {"Origin": "https://beam.example", "Access-Control-Request-Method": "GET"}

    asked = await beam.client.house.ask("OPTIONS", "/api/v3/user/products", **sent)

    assert asked.status == 204
    assert asked.headers["access-control-allow-methods"] == "GET, OPTIONS"
    _, message = await beam.client.refused("GET user/products")
    assert message.endswith("/wallet.")


async def test_pages_that_send_their_token_with_each_request_may(beam: Beam) -> None:
    sent = {
        "Origin": "https://beam.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,range",
    }

    asked = await beam.client.house.ask("OPTIONS", beam.origin.path(), **sent)

    assert asked.status == 204
    assert "Authorization" in asked.headers["access-control-allow-headers"]
