"""Players turn the pages of the collection, list it and look for something in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from catalog.roles import Role
from tests.support.catalog import NOON
from tests.support.served import Client, served, wave
from tests.support.subsonic import Player, player_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


_ALBUMS: dict[str, dict[str, Any]] = {
    "Dawn & Dew": {"genres": ["Folk"], "released_on": "2024-03-08"},
    "Noon": {"genres": ["Jazz"], "released_on": "2019"},
}


@dataclass(frozen=True, kw_only=True)
class Town:
    """A house with two albums by one artist, and a listener's player."""

    house: Client
    player: Player
    listener: str
    albums: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with served(tmp_path_factory.mktemp("players"), public_moment_s=0) as house:
        artist, listener = await house.artist(), await house.artist(Role.LISTENER)
        albums = {
            title: await _album(house, artist, number, {"title": title, **said})
            for number, (title, said) in enumerate(_ALBUMS.items())
        }
        yield Town(
            house=house, player=await player_of(house, listener), listener=listener, albums=albums
        )


async def _album(house: Client, artist: str, number: int, said: dict[str, Any]) -> str:
    title = said["title"]
    begun = await house.ask("POST", "/api/v1/releases", token=artist, data={"title": title})
    release = begun.json["id"]
    path = f"/api/v1/releases/{release}"
    for song in (1, 2):
        sent = f"/api/v1/masters/{title}%20{song}.wav?release={release}"
        data = wave(10 * number + song)
        assert (await house.ask("PUT", sent, token=artist, data=data)).status == 201
    await house.play()
    tracks = [one["track"] for one in (await house.release(release, artist))["tracks"]]
    by = {"artist": "The Larks"}
    said = {**by, **said, "tracks": [{"track": one, **by} for one in tracks]}
    assert (await house.ask("PATCH", path, token=artist, data=said)).status == 200
    assert (await house.ask("POST", f"{path}/publish", token=artist)).status == 200
    return f"al-{release}"


async def _artist_id(town: Town) -> str:
    artists = await town.player.get("getArtists", "artists")
    return str(artists["index"][0]["artist"][0]["id"])


async def test_artists_stand_under_their_letters_without_articles(town: Town) -> None:
    artists = await town.player.get("getArtists", "artists")
    indexes = await town.player.get("getIndexes", "indexes")

    [letter] = artists["index"]
    assert letter["name"] == "L"
    assert [(one["name"], one["albumCount"]) for one in letter["artist"]] == [("The Larks", 2)]
    assert [one["name"] for one in indexes["index"][0]["artist"]] == ["The Larks"]


async def test_an_artist_has_albums_and_an_album_its_songs_in_order(town: Town) -> None:
    artist = await town.player.get("getArtist", "artist", id=await _artist_id(town))
    album = await town.player.get("getAlbum", "album", id=town.albums["Dawn & Dew"])
    song = await town.player.get("getSong", "song", id=album["song"][1]["id"])

    assert {one["name"] for one in artist["album"]} == {"Dawn & Dew", "Noon"}
    assert (album["songCount"], len(album["song"]), album["year"]) == (2, 2, 2024)
    assert [one["track"] for one in album["song"]] == [1, 2]
    assert song == album["song"][1]
    assert (song["album"], song["suffix"], song["playCount"]) == ("Dawn & Dew", "m4a", 0)


async def test_folders_lead_from_the_collection_to_songs(town: Town) -> None:
    root = await town.player.get("getMusicDirectory", "directory", id="1")
    artist = await town.player.get("getMusicDirectory", "directory", id=root["child"][0]["id"])
    noon = next(one for one in artist["child"] if one["title"] == "Noon")
    album = await town.player.get("getMusicDirectory", "directory", id=noon["id"])

    assert artist["parent"] == "1"
    assert noon["isDir"]
    assert [one["isDir"] for one in album["child"]] == [False, False]
    assert album["parent"] == artist["id"]


async def test_genres_are_counted_and_list_their_songs(town: Town) -> None:
    genres = await town.player.get("getGenres", "genres")
    folk = await town.player.get("getSongsByGenre", "songsByGenre", genre="folk")
    rest = await town.player.get("getSongsByGenre", "songsByGenre", genre="Folk", offset=1)
    none = await town.player.get("getSongsByGenre", "songsByGenre", genre="no such")

    assert genres["genre"] == [
        {"value": "Folk", "songCount": 2, "albumCount": 1},
        {"value": "Jazz", "songCount": 2, "albumCount": 1},
    ]
    assert {one["album"] for one in folk["song"]} == {"Dawn & Dew"}
    assert rest["song"] == folk["song"][1:]
    assert none["song"] == []


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"type": "alphabeticalByName"}, ["Dawn & Dew", "Noon"]),
        ({"type": "alphabeticalByName", "size": 1, "offset": 1}, ["Noon"]),
        ({"type": "byYear", "fromYear": 2010, "toYear": 2030}, ["Noon", "Dawn & Dew"]),
        ({"type": "byYear", "fromYear": 2030, "toYear": 2010}, ["Dawn & Dew", "Noon"]),
        ({"type": "byYear", "fromYear": 2020, "toYear": 2030}, ["Dawn & Dew"]),
        ({"type": "byGenre", "genre": "Jazz"}, ["Noon"]),
        ({"type": "frequent"}, []),
        ({"type": "recent"}, []),
        ({"type": "highest"}, []),
    ],
)
async def test_albums_are_listed_in_each_order(
    town: Town, asked: dict[str, Any], titles: list[str]
) -> None:
    found = await town.player.get("getAlbumList2", "albumList2", **asked)
    folders = await town.player.get("getAlbumList", "albumList", **asked)

    assert [one["name"] for one in found["album"]] == titles
    assert [one["title"] for one in folders["album"]] == titles


async def test_chance_answers_as_many_as_there_are(town: Town) -> None:
    albums = await town.player.get("getAlbumList2", "albumList2", type="random", size=50)
    songs = await town.player.get("getRandomSongs", "randomSongs", size=50)
    some = await town.player.get(
        "getRandomSongs", "randomSongs", size=50, genre="Jazz", fromYear=2010
    )

    assert len(albums["album"]) == 2
    assert len({one["id"] for one in songs["song"]}) == 4
    assert {one["album"] for one in some["song"]} == {"Noon"}


async def test_what_somebody_likes_is_listed_and_marked(town: Town) -> None:
    release = town.albums["Noon"].removeprefix("al-")
    path = f"/api/v1/favourites/releases/{release}"
    assert (await town.house.ask("PUT", path, token=town.listener)).status < 300

    liked = await town.player.get("getStarred2", "starred2")
    listed = await town.player.get("getAlbumList2", "albumList2", type="starred")

    assert [one["name"] for one in liked["album"]] == ["Noon"]
    assert liked["album"][0]["starred"] == f"{NOON:%Y-%m-%dT%H:%M:%S}.000Z"
    assert [one["name"] for one in listed["album"]] == ["Noon"]


async def test_who_looks_for_nothing_is_told_all_page_by_page(town: Town) -> None:
    asked = {"query": '""', "artistCount": 10, "albumCount": 1, "albumOffset": 1, "songCount": 3}
    found = await town.player.get("search3", "searchResult3", **asked)

    assert [one["name"] for one in found["artist"]] == ["The Larks"]
    assert [one["name"] for one in found["album"]] == ["Noon"]
    assert len(found["song"]) == 3


async def test_an_artist_tells_of_themselves_and_of_their_songs(town: Town) -> None:
    artist = await _artist_id(town)

    info = await town.player.get("getArtistInfo2", "artistInfo2", id=artist)
    top = await town.player.get("getTopSongs", "topSongs", artist="The Larks", count=3)
    near = await town.player.get("getSimilarSongs2", "similarSongs2", id=artist)

    assert "biography" not in info
    assert len(top["song"]) == 3
    assert near["song"] == []


@pytest.mark.parametrize("name", ["getArtist", "getAlbum", "getSong", "getMusicDirectory"])
@pytest.mark.parametrize("number", ["", "x", "al-1", "so-00000000-0000-4000-8000-000000000000"])
async def test_what_there_is_not_is_told_so(town: Town, name: str, number: str) -> None:
    told = await town.player.ask(name, id=number)

    assert told["status"] == "failed"
    assert told["error"]["code"] == (70 if number else 10)
