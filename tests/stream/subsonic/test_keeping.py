"""Players keep what somebody likes, playlists and a queue, and show pictures and words."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from PIL import Image

from catalog.kinds import Kind
from catalog.roles import Role
from tests.support.served import Client, served, wave
from tests.support.subsonic import Player, player_of
from tests.support.working import do

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A house with an album of three songs that has a cover and words; players of two listeners."""

    house: Client
    player: Player
    other: Player
    album: str
    songs: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelf]:
    async with served(tmp_path_factory.mktemp("shelf"), public_moment_s=0) as house:
        artist = await house.artist()
        begun = await house.ask("POST", "/api/v1/releases", token=artist, data={"title": "Dawn"})
        release = begun.json["id"]
        path = f"/api/v1/releases/{release}"
        for number in (1, 2, 3):
            sent = f"/api/v1/masters/Song%20{number}.wav?release={release}"
            assert (await house.ask("PUT", sent, token=artist, data=wave(number))).status == 201
        picture = io.BytesIO()
        Image.new("RGB", (600, 600), "teal").save(picture, "PNG")
        cover = await house.ask("PUT", f"{path}/artwork", token=artist, data=picture.getvalue())
        assert cover.status == 202, cover.body
        await do(house.holding, Kind.ARTWORK)
        await house.play()
        assert (await house.ask("POST", f"{path}/publish", token=artist)).status == 200
        tracks = [one["track"] for one in (await house.release(release))["tracks"]]
        words = {"synced": "[00:01.00]One\n[00:02.50]Two", "language": "en"}
        sung = await house.ask(
            "PUT", f"/api/v1/tracks/{tracks[0]}/lyrics", token=artist, data=words
        )
        assert sung.status == 200, sung.body
        listener, other = await house.artist(Role.LISTENER), await house.artist(Role.LISTENER)
        yield Shelf(
            house=house,
            player=await player_of(house, listener),
            other=await player_of(house, other),
            album=f"al-{release}",
            songs=[f"so-{one}" for one in tracks],
        )


async def test_stars_are_given_and_taken_and_are_ones_own(shelf: Shelf) -> None:
    for name, asked in (
        ("star", {"id": shelf.songs[:2], "albumId": shelf.album}),
        ("setRating", {"id": shelf.songs[0], "rating": 4}),
    ):
        assert (await shelf.player.ask(name, **asked))["status"] == "ok"

    mine = await shelf.player.get("getStarred2", "starred2")
    song = await shelf.player.get("getSong", "song", id=shelf.songs[0])
    other = await shelf.other.get("getSong", "song", id=shelf.songs[0])
    best = await shelf.player.get("getAlbumList2", "albumList2", type="highest")
    await shelf.player.ask("unstar", id=shelf.songs[:2], albumId=shelf.album)
    await shelf.player.ask("setRating", id=shelf.songs[0], rating=0)
    after = await shelf.player.get("getSong", "song", id=shelf.songs[0])

    assert {one["id"] for one in mine["song"]} == set(shelf.songs[:2])
    assert [one["id"] for one in mine["album"]] == [shelf.album]
    assert (song["userRating"], "starred" in song) == (4, True)
    assert not {"userRating", "starred"} & {*other, *after}
    assert best["album"] == []


async def test_a_playlist_is_made_changed_and_deleted(shelf: Shelf) -> None:
    one, two, three = shelf.songs
    made = await shelf.player.get("createPlaylist", "playlist", name="Mine", songId=[one, two])
    number = made["id"]

    changed = {"name": "Ours", "comment": "of us", "public": "true"}
    await shelf.player.ask(
        "updatePlaylist",
        playlistId=number,
        songIdToAdd=[three, one],
        songIndexToRemove=[0, 0, 99],
        **changed,
    )
    found = await shelf.player.get("getPlaylist", "playlist", id=number)
    seen = await shelf.other.get("getPlaylist", "playlist", id=number)
    refused = await shelf.other.ask("deletePlaylist", id=number)
    again = await shelf.player.get("createPlaylist", "playlist", playlistId=number, songId=one)
    listed = await shelf.player.get("getPlaylists", "playlists")
    cover = await shelf.player.send("getCoverArt", id=number, size=200)
    await shelf.player.ask("deletePlaylist", id=number)
    gone = await shelf.player.ask("getPlaylist", id=number)

    assert [one["id"] for one in made["entry"]] == [one, two]
    assert [one["id"] for one in found["entry"]] == [two, three, one]
    assert (found["name"], found["comment"], found["public"]) == ("Ours", "of us", True)
    assert (found["readonly"], seen["readonly"]) == (False, True)
    assert refused["error"]["code"] == 50
    assert [one["id"] for one in again["entry"]] == [one]
    assert [one["id"] for one in listed["playlist"]] == [number]
    assert cover.headers["content-type"].startswith("image/")
    assert gone["error"]["code"] == 70


async def test_the_queue_follows_somebody_from_player_to_player(shelf: Shelf) -> None:
    empty = await shelf.player.get("getPlayQueue", "playQueue")
    asked = {"id": shelf.songs, "current": shelf.songs[1], "position": 1500, "c": "phone"}
    assert (await shelf.player.ask("savePlayQueue", **asked))["status"] == "ok"
    queue = await shelf.player.get("getPlayQueue", "playQueue")
    placed = await shelf.player.get("getPlayQueueByIndex", "playQueueByIndex")
    await shelf.player.ask("savePlayQueueByIndex", id=[shelf.songs[0]] * 2, currentIndex=1)
    twice = await shelf.player.get("getPlayQueueByIndex", "playQueueByIndex")
    wrong = await shelf.player.ask("savePlayQueueByIndex", id=shelf.songs, currentIndex=3)

    assert (empty["entry"], empty["changedBy"]) == ([], "")
    assert [one["id"] for one in queue["entry"]] == shelf.songs
    assert (queue["current"], queue["position"], queue["changedBy"]) == (
        shelf.songs[1],
        1500,
        "phone",
    )
    assert placed["currentIndex"] == 1
    assert twice["currentIndex"] == 1
    assert wrong["error"]["code"] == 0


async def test_words_come_with_their_times_and_by_name(shelf: Shelf) -> None:
    told = await shelf.player.get("getLyricsBySongId", "lyricsList", id=shelf.songs[0])
    none = await shelf.player.get("getLyricsBySongId", "lyricsList", id=shelf.songs[1])
    nobody = await shelf.player.get("getLyrics", "lyrics", title="No such song")

    timed, plain = told["structuredLyrics"]
    assert [(one["start"], one["value"]) for one in timed["line"]] == [(1000, "One"), (2500, "Two")]
    assert [one["value"] for one in plain["line"]] == ["One", "Two"]
    assert (timed["synced"], plain["synced"], timed["lang"]) == (True, False, "en")
    assert none["structuredLyrics"] == []
    assert nobody["value"] == ""


async def test_pictures_come_near_the_size_that_is_asked_for(shelf: Shelf) -> None:
    small = await shelf.player.send("getCoverArt", id=shelf.album, size=100)
    large = await shelf.player.send("getCoverArt", id=shelf.songs[0], size=600)
    none = await shelf.player.ask("getCoverArt", id=f"ar-{shelf.album[3:]}")

    widths = [Image.open(io.BytesIO(one.body)).width for one in (small, large)]
    assert widths[0] < widths[1] == 600
    assert none["error"]["code"] == 70
