"""Every route that earlier clients call is done, or left out with a reason; the page says which."""

import re
from collections.abc import Mapping

import pytest

from stream.legacy.absent import ABSENT
from stream.legacy.routes import routes
from tests.support.earlier import ANSWERS
from tests.support.masters import ROOT

#: What the web player and the app of the co-operative call, as their sources have it.
_LISTS = ("playlists", "trackgroups", "labels", "artists", "tracks")
_OF_LISTS = (*("items", "items/add", "items/remove", "cover", "privacy"),)
CALLED = {
    *(f"GET {one}" for one in _LISTS),
    *(f"GET {one}/{{id}}" for one in _LISTS),
    *("GET tag/{tag}", "GET labels/{id}/releases", "GET labels/{id}/artists"),
    *("GET artists/{id}/releases", "GET artists/{id}/tracks/top", "GET artists/updated"),
    *("GET search", "GET resolve/{rest}", "GET users/{id}/playlists"),
    *("GET user/profile", "PUT user/profile"),
    *(
        f"{method} user/{one}{which}"
        for one in ("playlists", "trackgroups")
        for method, which in (
            *(("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("DELETE", "/{id}")),
            *(("PUT", f"/{{id}}/{part}") for part in _OF_LISTS),
        )
    ),
    *("GET user/artists", "POST user/artists", "GET user/artists/{id}", "PUT user/artists/{id}"),
    *("PUT user/artists/{id}/banner", "PUT user/artists/{id}/avatar"),
    *("POST user/tracks", "DELETE user/tracks/{id}", "PUT user/tracks/{id}/file"),
    *("GET user/favorites", "POST user/favorites", "GET user/favorites/resolve"),
    *("GET user/collection", "GET user/plays/history", "GET user/plays/history/artists"),
    *("GET user/plays/stats", "GET user/plays/resolve", "POST user/plays", "POST user/plays/buy"),
    *("GET user/products", "GET user/products/checkout"),
    *("GET user/products/success", "GET user/products/cancel"),
    *(
        f"{method} user/admin/{one}{which}"
        for one in ("users", "trackgroups", "playlists", "tracks")
        for method, which in (("GET", ""), ("GET", "/{id}"), ("PUT", "/{id}"))
    ),
    *("GET stream/{id}/playlist.m3u8", "GET user/stream/{id}/playlist.m3u8"),
    *("GET stream/{id}/{segment}", "GET user/stream/{id}/{segment}"),
    *("GET stream/{id}", "GET user/stream/{id}"),
}
_ROW = re.compile(r"\| `(?P<route>[A-Z]+ [^`]+)` \| (?P<said>.+) \|")


@pytest.fixture(scope="module")
def written() -> Mapping[str, str]:
    text = (ROOT / "docs" / "legacy.md").read_text()
    return {row["route"]: row["said"] for row in _ROW.finditer(text)}


def test_all_that_is_called_is_done_or_left_out_with_a_reason() -> None:
    done = {one.name for one in routes()}

    assert done & set(ABSENT) == set()
    assert done | set(ABSENT) == CALLED | {"GET stream/{id}/preview.mp4"}


def test_the_page_tells_of_each(written: Mapping[str, str]) -> None:
    done = {one.name: "done" for one in routes()}

    assert written == {**done, **{name: f"absent: {why}" for name, why in ABSENT.items()}}


def test_of_each_that_is_done_the_answer_is_written_down() -> None:
    media = {one.name for one in routes() if "stream/" in one.name}

    known = {name.rstrip("/") for name in ANSWERS}
    assert known == {one.name for one in routes()} - media
