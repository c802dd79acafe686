"""Earlier clients read what there is to hear, in the shapes that they know."""

import pytest

from tests.stream.legacy.conftest import Shop
from tests.support.statements_counted import statements

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _artist(shop: Shop) -> str:
    [found] = await shop.visitor.data("GET artists")
    return str(found["id"])


async def test_lists_are_turned_by_the_number_of_a_page(shop: Shop) -> None:
    first = await shop.visitor.ask("GET tracks", order="oldest", limit=2)
    last = await shop.visitor.ask("GET tracks", order="oldest", limit=2, page=2)
    strange = await shop.visitor.ask("GET tracks", page="no", limit="many")

    assert (first["count"], first["pages"], first["numberOfPages"]) == (3, 2, 2)
    titles = {one["title"] for one in (*first["data"], *last["data"])}
    assert titles == {"Song 1", "Song 2", "Song 3"}
    assert len(strange["data"]) == 3


async def test_a_page_of_many_tracks_takes_no_more_statements_than_one_of_one(shop: Shop) -> None:
    database = shop.house.holding.tools.database
    for client in (shop.visitor, shop.listener):
        asked = {}
        for limit in (1, 3):
            with statements(database) as found:
                told = await client.data("GET tracks", limit=limit)
            assert len(told) == limit
            asked[limit] = len(found)
        assert 0 < asked[3] <= asked[1], asked


@pytest.mark.parametrize("order", ["newest", "oldest", "plays", "random", "no such"])
async def test_tracks_come_in_every_order(shop: Shop, order: str) -> None:
    tracks = await shop.visitor.data("GET tracks", order=order)

    assert {one["id"] for one in tracks} == set(shop.songs)


async def test_a_track_tells_where_it_is_and_what_it_looks_like(shop: Shop) -> None:
    track = await shop.visitor.data("GET tracks/{id}", shop.songs[0])
    mine = await shop.listener.data("GET tracks/{id}", shop.songs[0])
    picture = await shop.house.ask("GET", track["images"]["small"]["url"].partition(":")[2][1:])

    assert (track["album"], track["creator"]["displayName"]) == ("Dawn & Dew", "The Larks")
    assert (track["status"], track["trackGroup"]["id"]) == ("paid", shop.album)
    assert track["duration"] == 1.0
    assert not {"favorite", "plays"} & set(track)
    assert (mine["favorite"], mine["plays"]) == (False, 0)
    assert "/user/stream/" in mine["url"]
    assert picture.status in {200, 404}


async def test_a_trackgroup_has_its_tracks_in_order(shop: Shop) -> None:
    listed = await shop.visitor.data("GET trackgroups", type="ep")
    none = await shop.visitor.ask("GET trackgroups", type="lp")
    odd = await shop.visitor.ask("GET trackgroups", type="no such")
    some = await shop.visitor.data("GET trackgroups", random="true")
    whole = await shop.visitor.data("GET trackgroups/{id}", shop.album)

    assert [one["id"] for one in listed] == [shop.album]
    assert [one["id"] for one in some] == [shop.album]
    assert none["count"] == odd["count"] == 0
    assert [one["track"]["id"] for one in whole["items"]] == shop.songs
    assert [one["index"] for one in whole["items"]] == [0, 1, 2]
    assert (whole["slug"], whole["type"], whole["releaseDate"]) == ("dawn-dew", "ep", "2024-03-08")
    assert whole["tags"] == ["Folk", "birdsong"]


async def test_playlists_are_trackgroups_as_well(shop: Shop) -> None:
    listed = await shop.visitor.data("GET playlists")
    as_groups = await shop.visitor.data("GET trackgroups", type="playlist", featured="true")
    of_somebody = await shop.visitor.data("GET users/{id}/playlists", shop.owner)
    whole = await shop.visitor.data("GET playlists/{id}", shop.playlist)
    as_group = await shop.visitor.data("GET trackgroups/{id}", shop.playlist)

    assert [one["id"] for one in listed] == [shop.playlist]
    assert listed == as_groups == of_somebody
    assert [one["track"]["id"] for one in whole["items"]] == shop.songs[:2]
    assert as_group == whole
    assert whole["images"]["medium"]["url"].endswith("/600.jpeg")


async def test_artists_and_labels_have_pages_of_their_own(shop: Shop) -> None:
    artist = await _artist(shop)
    updated = await shop.visitor.data("GET artists/updated")
    whole = await shop.visitor.data("GET artists/{id}", artist)
    releases = await shop.visitor.data("GET artists/{id}/releases", artist)
    top = await shop.visitor.data("GET artists/{id}/tracks/top", artist)
    [label] = await shop.visitor.data("GET labels")
    page = await shop.visitor.data("GET labels/{id}", shop.label)
    put_out = await shop.visitor.data("GET labels/{id}/releases", shop.label)
    named = await shop.visitor.data("GET labels/{id}/artists", shop.label)

    assert whole["displayName"] == "The Larks"
    assert [one["id"] for one in updated] == [artist]
    assert [one["id"] for one in whole["trackgroups"]] == [shop.album]
    assert [one["id"] for one in releases] == [one["id"] for one in put_out] == [shop.album]
    assert {one["id"] for one in top} == set(shop.songs)
    assert label == page
    assert [one["id"] for one in named] == [artist]


@pytest.mark.parametrize("tag", ["birdsong", "Folk"])
async def test_a_tag_has_releases_and_tracks(shop: Shop, tag: str) -> None:
    found = await shop.visitor.ask("GET tag/{tag}", tag)

    assert [one["id"] for one in found["data"]["trackgroups"]] == [shop.album]
    assert found["count"] == 1


async def test_words_are_joined_by_a_plus(shop: Shop) -> None:
    found = (await shop.house.ask("GET", "/api/v3/search/?q=dawn+dew")).json["data"]
    escaped = await shop.visitor.data("GET search/", q="dawn+dew")
    by_app = await shop.visitor.ask("GET search", q="larks", limit=2, page=1)
    nothing = await shop.visitor.data("GET search/", q="")

    assert [one["id"] for one in found["trackgroups"]] == [shop.album]
    assert found == escaped
    assert len(by_app["data"]) == 2
    assert {one["kind"] for one in by_app["data"]} <= {"artist", "trackgroup", "track"}
    assert not any(nothing.values())


async def test_old_addresses_lead_to_what_they_were_of(shop: Shop) -> None:
    artist = await _artist(shop)
    release = await shop.visitor.data("GET resolve/{rest}", f"artist/{artist}/release/{shop.album}")
    track = await shop.visitor.data("GET resolve/{rest}", f"track/{shop.songs[0]}")
    lost = await shop.visitor.refused("GET resolve/{rest}", "artist/the-larks")

    assert (release["id"], release["kind"]) == (shop.album, "trackgroup")
    assert (track["id"], track["kind"]) == (shop.songs[0], "track")
    assert lost[0] == 404


@pytest.mark.parametrize(
    "route", ["GET tracks/{id}", "GET trackgroups/{id}", "GET artists/{id}", "GET labels/{id}"]
)
@pytest.mark.parametrize("number", ["no-id", "00000000-0000-4000-8000-000000000000"])
async def test_what_is_not_there_is_said_in_their_way(shop: Shop, route: str, number: str) -> None:
    status, message = await shop.visitor.refused(route, number)

    assert status == 404
    assert message.startswith("There is no such")


async def test_what_is_no_more_says_why(shop: Shop) -> None:
    packs = await shop.listener.refused("GET user/products")
    nothing = await shop.listener.refused("GET no/such/thing")
    wrong = await shop.listener.refused("DELETE tracks")

    assert packs == (404, "Credit is topped up on the pages of the house: /wallet.")
    assert nothing == (404, "There is nothing at /api/v3/no/such/thing.")
    assert wrong[0] == 404


async def test_pages_of_other_sites_may_ask(shop: Shop) -> None:
    asked = {"Origin": "https://beam.example", "Access-Control-Request-Headers": "authorization"}
    may = await shop.house.ask("OPTIONS", "/api/v3/user/plays", **asked)
    told = await shop.house.ask("GET", "/api/v3/tracks", **asked)

    assert may.status == 204
    assert "Authorization" in may.headers["access-control-allow-headers"]
    assert told.headers["access-control-allow-origin"] == "*"
