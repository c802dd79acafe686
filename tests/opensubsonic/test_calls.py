"""Every call that is described, asked for in every way that is described."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from stream.subsonic.calls import ABSENT
from tests.opensubsonic.conftest import Found
from tests.support.opensubsonic.alike import differences
from tests.support.opensubsonic.asking import NOT_HERE, Server, failure_in
from tests.support.opensubsonic.described import Described, calls, require_described

#: What a call is told that has to be told something; others need nothing.
_TOLD: dict[str, Callable[[Found, Server], dict[str, object]]] = {
    **dict.fromkeys(("getAlbum", "getAlbumInfo2"), lambda found, _: {"id": found.album["id"]}),
    **dict.fromkeys(("getAlbumInfo", "getMusicDirectory"), lambda found, _: {"id": found.folder}),
    **dict.fromkeys(
        ("getArtist", "getArtistInfo", "getArtistInfo2"), lambda found, _: {"id": found.artist}
    ),
    **dict.fromkeys(
        (
            *("getSong", "getSimilarSongs", "getSimilarSongs2", "getLyricsBySongId", "scrobble"),
            *("star", "unstar", "stream", "hls.m3u8", "download"),
        ),
        lambda found, _: {"id": found.song},
    ),
    "getCoverArt": lambda found, _: {
        "id": found.album.get("coverArt", found.album["id"]),
        "size": 100,
    },
    "getTopSongs": lambda found, _: {"artist": found.album["artist"]},
    "getAlbumList": lambda *_: {"type": "newest"},
    "getAlbumList2": lambda *_: {"type": "newest"},
    "getSongsByGenre": lambda found, _: {"genre": found.genre},
    "getUser": lambda _, server: {"username": server.known.username},
    "search": lambda found, _: {"any": found.album["name"]},
    "search2": lambda found, _: {"query": found.album["name"]},
    "search3": lambda found, _: {"query": found.album["name"]},
    "setRating": lambda found, _: {"id": found.song, "rating": 0},
    "savePlayQueue": lambda found, _: {"id": found.song},
    "savePlayQueueByIndex": lambda found, _: {"id": found.song, "currentIndex": 0},
    "reportPlayback": lambda found, _: {
        "mediaId": found.song,
        "mediaType": "song",
        "positionMs": 0,
        "state": "starting",
    },
}
#: These are about a playlist, and have tests of their own (test_keeping).
_OF_PLAYLISTS = {"createPlaylist", "updatePlaylist", "deletePlaylist", "getPlaylist"}
#: What is different each time; of `randomSongs` that is all.
_VOLATILE = re.compile(r"/(lastModified|randomSongs|changed|changedBy)\b")
_NOBODY_NEEDED = {"getOpenSubsonicExtensions"}
#: What takes a call back, before it is made again.
_BACK = {"star": "unstar"}
_MAY_NOT = 50
#: Names by which a call is told about a thing that there may not be.
_NAMING = {"id", "playlistId", "mediaId"}
#: Where an old call answers nothing rather than that there is no such thing.
_UNKNOWN_IDS = ("so-no", "al-00000000-0000-4000-8000-000000000000", "💥", "1" * 5000)

CALLS = [one for one in calls() if one.name not in _OF_PLAYLISTS]
DONE = [pytest.param(one, id=one.name) for one in CALLS if one.name not in ABSENT]
LEFT_OUT = [pytest.param(one, id=one.name) for one in CALLS if one.name in ABSENT]


def told_to(one: Described, found: Found, server: Server) -> dict[str, object]:
    return _TOLD.get(one.name, lambda *_: {})(found, server)


def document_of(server: Server, name: str, asked: dict[str, object], method: str) -> Any:  # noqa: ANN401
    answer = server.send(name, asked, method=method)
    if answer.status_code in NOT_HERE:
        pytest.skip(f"there is no {name} here")
    document = json.loads(answer.content)
    if document["subsonic-response"].get("error", {}).get("code") == _MAY_NOT:
        pytest.skip(f"{server.known.username} may not ask for {name} here")
    take_back(server, name, asked)
    return document


def take_back(server: Server, name: str, asked: dict[str, object]) -> None:
    if (back := _BACK.get(name.removesuffix(".view"))) is not None:
        server.send(back, asked)


@pytest.mark.parametrize("one", [given for given in DONE if given.values[0].is_document])
def test_it_is_answered_as_described_however_it_is_asked_for(
    one: Described, found: Found, server: Server
) -> None:
    asked = told_to(one, found, server)

    for method in one.methods:
        for name in (one.name, f"{one.name}.view"):
            document = document_of(server, name, asked, method)
            require_described(one.name, document)
            assert document["subsonic-response"]["status"] == "ok", (method, name, document)


@pytest.mark.parametrize("one", [given for given in DONE if given.values[0].is_document])
def test_xml_and_a_function_say_what_json_says(
    one: Described, found: Found, server: Server
) -> None:
    asked = told_to(one, found, server)
    document = document_of(server, one.name, asked, "GET")

    as_xml = server.send(one.name, {**asked, "f": None})
    take_back(server, one.name, asked)
    called = server.send(one.name, {**asked, "f": "jsonp", "callback": "jQuery1.on$"})

    root = etree.fromstring(as_xml.content)
    assert as_xml.headers["content-type"].split(";")[0] in {"application/xml", "text/xml"}
    assert etree.QName(root) == "{http://subsonic.org/restapi}subsonic-response"
    unlike = differences(root, document["subsonic-response"])
    assert [place for place in unlike if not _VOLATILE.search(place)] == []
    inner = re.fullmatch(r"\s*jQuery1\.on\$\((.*)\);?\s*", called.text, re.DOTALL)
    assert inner is not None, called.text[:100]
    assert called.headers["content-type"].split(";")[0].endswith("/javascript")
    assert set(json.loads(inner[1])["subsonic-response"]) == set(document["subsonic-response"])


@pytest.mark.parametrize("one", DONE)
def test_what_has_to_be_told_is_asked_for_by_its_number(
    one: Described, found: Found, server: Server
) -> None:
    asked = told_to(one, found, server)
    missing = [name for name in one.needed if name != "query"]  # may be told as nothing

    for name in missing:
        for method in one.methods:
            answer = server.send(one.name, {**asked, name: None}, method=method)
            if answer.status_code in NOT_HERE:
                pytest.skip(f"there is no {one.name} here")
            assert failure_in(answer) == 10, (one.name, name, method)


@pytest.mark.parametrize("one", [given for given in DONE if _NAMING & set(given.values[0].needed)])
def test_what_there_is_not_is_said_to_be_not_there(
    one: Described, found: Found, server: Server
) -> None:
    name = next(iter(_NAMING & set(one.needed)))

    for unknown in _UNKNOWN_IDS:
        asked = {**told_to(one, found, server), name: unknown}
        answer = server.send(one.name, asked, method=one.methods[-1])
        if answer.status_code in NOT_HERE:
            pytest.skip(f"there is no {one.name} here")
        assert failure_in(answer) == 70, (one.name, unknown)


@pytest.mark.parametrize("one", DONE)
def test_whoever_shows_nothing_is_told_nothing(
    one: Described, found: Found, server: Server
) -> None:
    asked = told_to(one, found, server)

    answers = [server.send(one.name, asked, method=way, shown={}) for way in one.methods]

    if one.name in _NOBODY_NEEDED:
        if server.send(one.name).status_code in NOT_HERE:
            pytest.skip(f"there is no {one.name} here")
        assert {each.json()["subsonic-response"]["status"] for each in answers} == {"ok"}
        return
    assert {failure_in(each) for each in answers} <= {10, 40, 42}
    as_xml = etree.fromstring(server.send(one.name, {**asked, "f": "xml"}, shown={}).content)
    assert as_xml.get("status") == "failed"
    assert as_xml[0].get("code") in {"10", "40", "42"}


@pytest.mark.parametrize("one", LEFT_OUT)
def test_what_is_left_out_on_purpose_says_so(one: Described, own: object, server: Server) -> None:
    del own  # of ours only is it known what is left out

    answers = [
        server.send(f"{one.name}{suffix}", method=method)
        for method in ("GET", "POST")
        for suffix in ("", ".view")
    ]

    assert {each.status_code for each in answers} == {410}
    assert {failure_in(each) for each in answers} == {0}
    for each in answers:
        assert each.json()["subsonic-response"]["error"]["message"] == ABSENT[one.name]
