"""What somebody thinks of things, lists and hears next is kept as they said it."""

from collections.abc import Iterator

import pytest
from lxml import etree

from tests.opensubsonic.conftest import Found
from tests.support.opensubsonic.alike import differences
from tests.support.opensubsonic.asking import Server, failure_in

#: What no answer may be broken by; of some of it XML can say nothing.
HOSTILE = [
    "<script>alert('x')</script>",
    "]]> & &amp; &#0; <!-- -->",
    "Ünï¢ödé 夜明け سلام 👩‍👩‍👧‍👦 \u202eright to left",
    "line\u2028 paragraph\u2029 \ttab",
    "\u0001\u000b\ufffe beyond XML",
    "\"quotes\" 'and' \\backslashes\\",
]


def new_playlist(server: Server, name: str, *songs: str) -> str:
    """Make one, and answer its number, which servers of before 1.14 do not tell."""
    before = playlists(server)
    told = server.ask("createPlaylist", name=name, songId=list(songs))
    assert told["status"] == "ok", told
    if server.version >= (1, 14):
        return str(told["playlist"]["id"])
    [made] = playlists(server) - before
    return made


def playlists(server: Server) -> set[str]:
    return {str(one["id"]) for one in server.listed("getPlaylists", "playlists", "playlist")}


@pytest.fixture
def playlist(server: Server, found: Found) -> Iterator[str]:
    made = new_playlist(server, "Conformance", found.song)
    yield made
    server.ask("deletePlaylist", id=made)


def test_stars_are_given_and_taken(server: Server, found: Found) -> None:
    things = {"id": found.song, "albumId": found.album["id"], "artistId": found.artist}
    server.ask("star", **things)
    liked = server.get("getStarred2", "starred2")
    folders = server.get("getStarred", "starred")
    told = {
        "song": server.get("getSong", "song", id=found.song),
        "album": server.get("getAlbum", "album", id=found.album["id"]),
        "artist": server.get("getArtist", "artist", id=found.artist),
    }
    listed = server.listed("getAlbumList2", "albumList2", "album", type="starred", size=500)
    server.ask("unstar", **things)
    after = server.get("getStarred2", "starred2")

    wanted = {"song": found.song, "album": found.album["id"], "artist": found.artist}
    for kind, number in wanted.items():
        for those in (liked, folders) if found.is_folder or kind == "song" else (liked,):
            assert number in {one["id"] for one in those[kind]}, kind
        assert "starred" in told[kind]
        assert number not in {one["id"] for one in after.get(kind, ())}
    assert found.album["id"] in {one["id"] for one in listed}
    assert "starred" not in server.get("getSong", "song", id=found.song)


@pytest.mark.parametrize("stars", [1, 5])
def test_stars_are_as_many_as_were_given(server: Server, found: Found, stars: int) -> None:
    server.ask("setRating", id=found.song, rating=stars)
    given = server.get("getSong", "song", id=found.song)["userRating"]
    server.ask("setRating", id=found.song, rating=0)

    assert given == stars
    assert not server.get("getSong", "song", id=found.song).get("userRating")


@pytest.mark.parametrize(
    "text", HOSTILE, ids=["tag", "CDATA", "scripts", "lines", "beyond XML", "quotes"]
)
def test_what_a_playlist_is_called_comes_back_in_every_form(
    server: Server, playlist: str, text: str
) -> None:
    asked = {"playlistId": playlist, "name": text, "comment": text}
    changed = server.send("updatePlaylist", asked, method="POST").json()["subsonic-response"]

    told = server.get("getPlaylist", "playlist", id=playlist)
    as_xml = etree.fromstring(server.send("getPlaylist", {"id": playlist, "f": "xml"}).content)
    called = {"id": playlist, "f": "jsonp", "callback": "f"}
    as_call = server.send("getPlaylist", called).text

    if changed["status"] == "failed":
        assert told["name"] == "Conformance"
        return
    assert (told["name"], told["comment"]) == (text.strip(), text.strip())
    assert "\u2028" not in as_call
    unlike = differences(as_xml[0], told)
    assert all("\ufffd" in place for place in unlike), unlike


def test_songs_are_put_on_a_playlist_and_taken_off(
    server: Server, found: Found, playlist: str
) -> None:
    one, two = (str(song["id"]) for song in found.songs[:2])
    server.ask("updatePlaylist", playlistId=playlist, songIdToAdd=[two, one])
    grown = server.get("getPlaylist", "playlist", id=playlist)
    server.ask("updatePlaylist", playlistId=playlist, songIndexToRemove=[0, 1])
    shrunk = server.get("getPlaylist", "playlist", id=playlist)
    server.ask("createPlaylist", playlistId=playlist, songId=[two, two])
    anew = server.get("getPlaylist", "playlist", id=playlist)
    server.ask("updatePlaylist", playlistId=playlist, public="true")
    listed = server.listed("getPlaylists", "playlists", "playlist")

    assert [each["id"] for each in grown["entry"]] == [one, two, one]
    assert grown["songCount"] == 3
    assert [each["id"] for each in shrunk["entry"]] == [one]
    assert [each["id"] for each in anew["entry"]] == [two, two]
    [mine] = [each for each in listed if each["id"] == playlist]
    assert (mine["songCount"], mine["public"]) == (2, True)


def test_a_playlist_that_is_deleted_is_gone(server: Server) -> None:
    made = new_playlist(server, "Gone soon")
    server.ask("deletePlaylist", id=made)

    for name in ("getPlaylist", "deletePlaylist"):
        assert failure_in(server.send(name, {"id": made})) == 70
    assert failure_in(server.send("updatePlaylist", {"playlistId": made})) == 70
    assert failure_in(server.send("createPlaylist")) == 10
    assert failure_in(server.send("getPlaylist")) == 10


def test_the_queue_comes_back_as_it_was_left(server: Server, found: Found) -> None:
    songs = [str(one["id"]) for one in found.songs[:2]]
    server.ask("savePlayQueue", id=songs, current=songs[1], position=1234, c="one")
    queue = server.get("getPlayQueue", "playQueue")
    server.ask("savePlayQueueByIndex", id=[songs[0], songs[0]], currentIndex=1, position=5)
    placed = server.get("getPlayQueueByIndex", "playQueueByIndex")
    beyond = server.ask("savePlayQueueByIndex", id=songs, currentIndex=7)
    server.ask("savePlayQueue")
    empty = server.get("getPlayQueue", "playQueue")

    assert [one["id"] for one in queue["entry"]] == songs
    assert (queue["current"], queue["position"], queue["changedBy"]) == (songs[1], 1234, "one")
    assert [one["id"] for one in placed["entry"]] == [songs[0], songs[0]]
    assert (placed["currentIndex"], placed["position"]) == (1, 5)
    assert beyond["status"] == "failed"
    assert not empty.get("entry")
    assert "current" not in empty


@pytest.mark.parametrize(
    "callback",
    ["alert(1)//", "<b>", "a b", "", "x" * 5000, "é"],
    ids=["program", "tag", "words", "nothing", "long", "letter"],
)
def test_no_function_is_called_whose_name_is_none(server: Server, callback: str) -> None:
    answer = server.send("ping", {"f": "jsonp", "callback": callback})

    assert not answer.text.startswith(callback + "(") or callback == ""
    assert failure_in(answer) in {0, 10}
    assert "html" not in answer.headers["content-type"]
