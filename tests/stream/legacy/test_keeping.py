"""Earlier clients keep what somebody likes, their playlists, and what they are called."""

import pytest

from tests.stream.legacy.conftest import Shop

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _items(*tracks: str) -> dict[str, list[dict[str, str]]]:
    return {"tracks": [{"trackId": one} for one in tracks]}


async def test_a_profile_tells_who_somebody_is_and_is_changed(shop: Shop) -> None:
    before = await shop.listener.data("GET user/profile/")
    wanted = {"displayName": "Ada of the Woods", "newsletterNotification": True}
    changed = await shop.listener.data("PUT user/profile/", body=wanted)
    kept = await shop.listener.data("PUT user/profile/", body={"newsletterNotification": False})
    artist = await shop.artist.data("GET user/profile/")

    assert before["role"]["name"] == "user"
    assert before["credit"]["total"] == 0
    assert before["id"] == changed["id"]
    assert changed["displayName"] == kept["displayName"] == "Ada of the Woods"
    assert artist["role"]["name"] == "artist"
    assert {one["displayName"] for one in artist["ownedGroups"]} >= {"The Larks", "Wren Records"}


async def test_one_button_likes_and_likes_no_more(shop: Shop) -> None:
    one, two, _ = shop.songs
    first = await shop.listener.data("POST user/favorites", body={"trackId": one})
    await shop.listener.data("POST user/favorites", body={"trackId": two})
    listed = await shop.listener.ask("GET user/favorites")
    liked = await shop.listener.data("GET user/favorites/resolve", ids=[*shop.songs, "no-id"])
    track = await shop.listener.data("GET tracks/{id}", one)
    again = await shop.listener.data("POST user/favorites", body={"trackId": one})
    await shop.listener.data("POST user/favorites", body={"trackId": two})
    none = await shop.listener.data("GET user/favorites/resolve")

    assert (first["type"], again["type"]) == (True, False)
    assert (listed["count"], {o["id"] for o in listed["data"]}) == (2, {one, two})
    assert {o["trackId"] for o in liked} == {one, two}
    assert track["favorite"]
    assert none == []
    assert (await shop.listener.ask("GET user/favorites"))["count"] == 0


async def test_a_playlist_is_made_filled_and_deleted(shop: Shop) -> None:
    one, two, three = shop.songs
    made = await shop.listener.data("POST user/playlists", body={"title": "Mine"})
    number = made["id"]
    await shop.listener.data("PUT user/playlists/{id}/items/add", number, body=_items(one, two))
    at_first = {"tracks": [{"trackId": three, "index": 0}, {"trackId": one, "index": 1}]}
    filled = await shop.listener.data("PUT user/playlists/{id}/items/add", number, body=at_first)
    at_place = {"tracks": [{"trackId": one, "index": 1}, {"trackId": two, "index": 0}]}
    less = await shop.listener.data("PUT user/playlists/{id}/items/remove", number, body=at_place)
    rest = await shop.listener.data(
        "PUT user/playlists/{id}/items/remove", number, body=_items(one)
    )
    read = await shop.listener.data("GET user/playlists/{id}", number)
    owned = await shop.listener.ask("GET user/playlists")
    await shop.listener.data("DELETE user/playlists/{id}", number)
    gone = await shop.listener.refused("GET user/playlists/{id}", number)

    def ids(told: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
        return [item["track"]["id"] for item in told["items"]]

    assert made["private"]
    assert ids(filled) == [three, one, one, two]
    assert ids(less) == [three, one, two]
    assert ids(rest) == ids(read) == [three, two]
    assert {o["id"] for o in owned["data"]} == {shop.playlist, number}
    assert gone[0] == 404


async def test_a_playlist_is_shown_to_others_or_to_nobody(shop: Shop) -> None:
    number = (await shop.listener.data("POST user/playlists", body={"title": "Mine"}))["id"]
    hidden = await shop.visitor.refused("GET playlists/{id}", number)
    await shop.listener.data("PUT user/playlists/{id}/privacy", number, body={"private": False})
    seen = await shop.visitor.data("GET playlists/{id}", number)
    said = {"title": "Ours", "about": "of us", "private": True}
    worded = await shop.listener.data("PUT user/playlists/{id}", number, body=said)
    others = await shop.artist.refused("PUT user/playlists/{id}", number, body=said)
    cover = await shop.listener.refused("PUT user/playlists/{id}/cover", number)
    await shop.listener.data("DELETE user/playlists/{id}", number)

    assert hidden[0] == 404
    assert not seen["private"]
    assert (worded["title"], worded["about"], worded["private"]) == ("Ours", "of us", True)
    assert others[0] == 404
    assert cover == (404, "The cover of a playlist is made of what stands on it.")


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("POST user/playlists", {}),
        ("POST user/playlists", {"title": ""}),
        ("POST user/favorites", {"trackId": "no-id"}),
        ("POST user/plays", {}),
    ],
)
async def test_what_makes_no_sense_is_said_with_status_400(
    shop: Shop, route: str, body: dict[str, str]
) -> None:
    status, message = await shop.listener.refused(route, body=body)

    assert status == 400
    assert message


@pytest.mark.parametrize(
    "route", ["GET user/profile/", "GET user/collection/", "POST user/plays", "GET user/playlists"]
)
async def test_who_is_not_signed_in_is_told_so(shop: Shop, route: str) -> None:
    status, message = await shop.visitor.refused(route, body={})

    assert status == 401
    assert "sign in" in message
