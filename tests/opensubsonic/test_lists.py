"""Lists come page by page, within bounds, and agree with one another."""

from typing import Any

import pytest

from tests.opensubsonic.conftest import Found
from tests.support.opensubsonic.asking import Document, Server

ORDERS = ("newest", "alphabeticalByName", "alphabeticalByArtist", "frequent", "recent", "starred")
_ALL = 500


def albums(server: Server, **asked: Any) -> list[Document]:  # noqa: ANN401 - as it is asked
    return server.listed("getAlbumList2", "albumList2", "album", **asked)


def songs_found(server: Server, **asked: Any) -> list[Document]:  # noqa: ANN401 - as it is asked
    none = {"artistCount": 0, "albumCount": 0, "query": ""}
    return server.listed("search3", "searchResult3", "song", **none, **asked)


def ids(those: list[Document]) -> list[str]:
    return [str(one["id"]) for one in those]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("of", ["albumList", "albumList2"])
def test_pages_of_albums_make_the_whole(server: Server, order: str, of: str) -> None:
    name = f"get{of[0].upper()}{of[1:]}"
    whole = ids(server.listed(name, of, "album", type=order, size=20))
    singly = [
        one
        for offset in range(len(whole))
        for one in ids(server.listed(name, of, "album", type=order, size=1, offset=offset))
    ]

    assert singly == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize("order", ORDERS)
def test_folders_come_as_albums_do_where_they_are_albums(
    server: Server, found: Found, order: str
) -> None:
    if not found.is_folder:
        pytest.skip("folders are no albums here")

    folders = server.listed("getAlbumList", "albumList", "album", type=order, size=20)

    assert ids(folders) == ids(albums(server, type=order, size=20))


def test_years_and_genres_choose_among_albums(server: Server, found: Found) -> None:
    year = found.album.get("year") or pytest.skip("needs an album that says its year")
    same = albums(server, type="byYear", fromYear=year, toYear=year, size=_ALL)
    back = albums(server, type="byYear", fromYear=year + 1, toYear=year - 1, size=_ALL)
    before = albums(server, type="byYear", fromYear=1, toYear=2, size=_ALL)
    of_genre = albums(server, type="byGenre", genre=found.genre, size=_ALL)
    of_none = albums(server, type="byGenre", genre="no such <genre> & none", size=_ALL)

    assert {one["year"] for one in same} == {year}
    assert found.album["id"] in ids(same)
    assert set(ids(same)) <= set(ids(back))
    years = [one["year"] for one in back]
    assert years == sorted(years, reverse=True)
    assert (before, of_none) == ([], [])
    assert of_genre


@pytest.mark.parametrize(
    "asked",
    [
        {"size": 0},
        {"size": 10**12},
        {"size": -5},
        {"offset": -5},
        {"size": "ten"},
        {"size": "9" * 400},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_no_page_is_larger_than_there_may_be_nor_breaks_anything(
    server: Server, asked: dict[str, object]
) -> None:
    for name, part, of, more in (
        ("getAlbumList2", "albumList2", "album", {"type": "newest"}),
        ("getRandomSongs", "randomSongs", "song", {}),
    ):
        told = server.ask(name, **more, **asked)
        if told["status"] == "ok":
            assert len(told[part].get(of, ())) <= _ALL
        else:
            assert told["error"]["code"] in {0, 10}


def test_behind_the_end_there_is_nothing(server: Server, found: Found) -> None:
    far = {"offset": 10**7}

    assert albums(server, type="newest", **far) == []
    assert songs_found(server, songOffset=10**7) == []
    assert server.listed("getSongsByGenre", "songsByGenre", "song", genre=found.genre, **far) == []


def test_who_looks_for_nothing_is_told_all_songs_page_by_page(server: Server, found: Found) -> None:
    whole = ids(songs_found(server, songCount=6))
    paged = [
        one
        for offset in range(0, len(whole), 2)
        for one in ids(songs_found(server, songCount=2, songOffset=offset))
    ]

    assert paged == whole
    assert len(set(whole)) == len(whole)
    every = set(ids(songs_found(server, songCount=_ALL)))
    assert len(every) == _ALL or set(ids(found.songs)) <= every


def test_a_song_is_told_alike_wherever_it_is_told_of(server: Server, found: Found) -> None:
    song = server.get("getSong", "song", id=found.song)
    again = server.get("getAlbum", "album", id=found.album["id"])["song"]
    folder = server.listed("getMusicDirectory", "directory", "child", id=found.folder)
    random = server.listed("getRandomSongs", "randomSongs", "song", size=_ALL)
    by_title = songs_found(server, songCount=_ALL)
    searched = server.listed("search3", "searchResult3", "song", query=song["title"])
    older = server.listed("search2", "searchResult2", "song", query=song["title"])

    assert ids(again) == ids(found.songs)
    assert ids(folder) == ids(found.songs)
    told = [one for those in (again, folder, random, by_title) for one in those]
    alike = [one for one in (*told, *searched, *older) if one["id"] == found.song]
    assert len(alike) >= 5
    assert all(one == song for one in alike)
    assert found.song in ids(searched)
    assert (song["albumId"], song["isDir"]) == (found.album["id"], False)


def test_albums_artists_and_songs_lead_to_one_another(server: Server, found: Found) -> None:
    artist = server.get("getArtist", "artist", id=found.artist)
    index = server.listed("getArtists", "artists", "index")
    listed = [one for letter in index for one in letter["artist"]]
    [own] = [one for one in listed if one["id"] == found.artist]

    assert found.album["id"] in ids(artist["album"])
    assert len(artist["album"]) == artist["albumCount"] == own["albumCount"]
    assert artist["name"] == own["name"] == found.album["artist"]
    if found.is_folder:
        folders = server.listed("getIndexes", "indexes", "index")
        assert [letter["name"] for letter in folders] == [letter["name"] for letter in index]
        assert found.artist in ids([one for letter in folders for one in letter["artist"]])
    assert found.album["songCount"] == len(found.songs)
    assert abs(found.album["duration"] - sum(one["duration"] for one in found.songs)) <= len(
        found.songs
    )
    [album] = [one for one in artist["album"] if one["id"] == found.album["id"]]
    assert album == {name: value for name, value in found.album.items() if name != "song"}


def test_genres_have_as_many_songs_as_they_say(server: Server) -> None:
    genres = server.listed("getGenres", "genres", "genre")
    assert genres

    for one in genres[:5]:
        asked = {"genre": one["value"], "count": _ALL}
        songs = server.listed("getSongsByGenre", "songsByGenre", "song", **asked)
        assert len(songs) == min(one["songCount"], _ALL), one


@pytest.mark.parametrize(
    "words",
    [
        *("'", '"', "%", "_", "\\", "(", "*", "' OR 1=1 --", "<script>", "🎵", "ﷺ", "\u202e"),
        *("a" * 5000, "\x00", "\ud7ff\uffff", "ÅSS & Co", "-", "NOT AND OR"),
    ],
    ids=lambda words: repr(words[:12]),
)
def test_whatever_is_looked_for_is_looked_for(server: Server, words: str) -> None:
    for name, part in (("search3", "searchResult3"), ("search2", "searchResult2")):
        told = server.send(name, {"query": words}, method="POST").json()["subsonic-response"]
        assert told["status"] == "ok", told
        assert part in told
