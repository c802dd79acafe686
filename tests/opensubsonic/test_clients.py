"""Players of others, as they are: each signs in, looks around, plays, and its play is paid.

Who has no credit hears the preview through each, and is told why.
"""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import libopensonic
import libsonic
import pytest

from tests.opensubsonic.conftest import Found
from tests.support.house import until
from tests.support.masters import debian_tool
from tests.support.opensubsonic.asking import Known, Server
from tests.support.opensubsonic.decoding import seconds_of
from tests.support.opensubsonic.own_house import ALBUM, ARTIST, GENRE, SONGS, THRESHOLD_S, Own
from tests.support.web import MODULES, module, run_node

#: So long is listened for a play to count.
_LONG_ENOUGH_S = THRESHOLD_S + 0.3
_NODE = Path(__file__).parents[1] / "support" / "opensubsonic" / "player.node.mjs"


@pytest.fixture
def short(found: Found) -> str:
    return str(found.songs[1]["id"])


@contextmanager
def one_play(own: Own, server: Server, song: str) -> Iterator[None]:
    """See that what is done is one more play of a song, which is paid for."""
    before, charged = server.get("getSong", "song", id=song)["playCount"], own.charged()
    yield
    until(lambda: server.get("getSong", "song", id=song)["playCount"] == before + 1)
    assert len(own.charged()) == len(charged) + 1
    assert own.charged()[0] > 0


def opensonic(server: Server, known: Known, **how: Any) -> libopensonic.AsyncConnection:  # noqa: ANN401
    address = urlsplit(server.url)
    return libopensonic.AsyncConnection(
        f"{address.scheme}://{address.hostname}", port=address.port, **(how or named(known))
    )


def named(known: Known) -> dict[str, str]:
    return {"username": known.username, "password": known.password}


def sonic(server: Server, known: Known, **how: Any) -> libsonic.Connection:  # noqa: ANN401
    address = urlsplit(server.url)
    return libsonic.Connection(
        f"{address.scheme}://{address.hostname}",
        known.username,
        known.password,
        port=address.port,
        **how,
    )


def node_player(server: Server, known: Known, song: str, *seconds: float) -> Any:  # noqa: ANN401
    module("subsonic-api")
    who = (known.username, known.password, known.key)
    return run_node(_NODE, MODULES, server.url, *who, song, *map(str, seconds))


async def test_py_opensonic_looks_around(own: Own, server: Server, found: Found) -> None:
    player = opensonic(server, own.rich)
    try:
        assert await player.ping()
        artists = await player.get_artists()
        [album] = await player.get_album_list2("byGenre", genre=GENRE)
        whole = await player.get_album(album.id)
        result = await player.search3(SONGS[0])
        assert await player.create_playlist(name="Opensonic <&>", song_ids=[found.song] * 2)
        [made] = [one for one in await player.get_playlists() if one.name == "Opensonic <&>"]
        playlist = await player.get_playlist(made.id)
        await player.delete_playlist(made.id)
        await player.save_play_queue([found.song], current=found.song, position=7)
        queue = await player.get_play_queue()
        await player.star(sids=[found.song])
        starred = await player.get_starred2()
        await player.unstar(sids=[found.song])
        words = await player.get_lyrics_by_song_id(found.song)
        extensions = {one.name for one in await player.get_open_subsonic_extensions()}
        cover = await player.get_cover_art(album.cover_art, size=100)
        kind = cover.headers["content-type"]
        await cover.read()
    finally:
        await player.cleanup()

    assert [one.name for letter in artists.index for one in letter.artist] == [ARTIST]
    assert (album.name, [one.title for one in whole.song]) == (ALBUM, list(SONGS))
    assert found.song in {one.id for one in result.song}
    assert [one.id for one in playlist.entry] == [found.song] * 2
    assert ([one.id for one in queue.entry], queue.position) == ([found.song], 7)
    assert [one.id for one in starred.song] == [found.song]
    assert [line.value for line in words[0].line] == ["One & <one>", "ふたつ"]
    assert {"formPost", "apiKeyAuthentication", "songLyrics"} <= extensions
    assert kind.startswith("image/")


@pytest.mark.parametrize("is_by_key", [False, True])
async def test_py_opensonic_plays(own: Own, server: Server, short: str, *, is_by_key: bool) -> None:
    how = {"api_key": own.rich.key, "use_get": True, "use_views": False} if is_by_key else {}
    player = opensonic(server, own.rich, **how)
    with one_play(own, server, short):
        try:
            sent = await player.stream(short)
            music = await sent.read()
            await player.scrobble(short, submission=False)
            await asyncio.sleep(_LONG_ENOUGH_S)
            await player.scrobble(short)
        finally:
            await player.cleanup()

    assert sent.headers["refrain-grant"] == "full"
    assert seconds_of(music) == pytest.approx(2.2, abs=0.1)


async def test_py_opensonic_without_credit_hears_the_preview(
    own: Own, server: Server, short: str
) -> None:
    player = opensonic(server, own.poor)
    try:
        sent = await player.stream(short)
        music, song = await sent.read(), await player.get_song(short)
    finally:
        await player.cleanup()

    assert (sent.headers["refrain-grant"], "preview" in song.comment) == ("preview", True)
    assert seconds_of(music) > 1


async def test_py_opensonic_is_told_what_is_wrong(own: Own, server: Server) -> None:
    wrong = opensonic(server, Known(username=own.rich.username, password="wrong"))  # noqa: S106
    right = opensonic(server, own.rich)
    try:
        with pytest.raises(libopensonic.errors.CredentialError):
            await wrong.ping()
        with pytest.raises(libopensonic.errors.DataNotFoundError):
            await right.get_album("al-no")
    finally:
        await wrong.cleanup()
        await right.cleanup()


@pytest.mark.parametrize("how", [{}, {"legacyAuth": True}], ids=str)
def test_py_sonic_looks_around_and_plays(
    own: Own, server: Server, short: str, how: dict[str, bool]
) -> None:
    player = sonic(server, own.rich, **how)

    with one_play(own, server, short):
        assert player.ping()
        assert player.getLicense()["license"]["valid"]
        artists = player.getArtists()["artists"]["index"]
        [album] = player.getAlbumList2("newest")["albumList2"]["album"]
        songs = player.search3(SONGS[1])["searchResult3"]["song"]
        folder = player.getMusicDirectory(album["id"])["directory"]["child"]
        with player.stream(short) as sent:
            grant, music = sent.headers["refrain-grant"], sent.read()
        player.scrobble(short, submission=False)
        time.sleep(_LONG_ENOUGH_S)
        player.scrobble(short)
        with player.getCoverArt(album["coverArt"], size=100) as cover:
            assert cover.headers["content-type"].startswith("image/")

    assert [one["name"] for letter in artists for one in letter["artist"]] == [ARTIST]
    assert (album["name"], short in {one["id"] for one in songs}) == (ALBUM, True)
    assert [one["title"] for one in folder] == list(SONGS)
    assert (grant, seconds_of(music)) == ("full", pytest.approx(2.2, abs=0.1))


def test_py_sonic_without_credit_hears_the_preview(own: Own, server: Server, short: str) -> None:
    player = sonic(server, own.poor)

    with player.stream(short) as sent:
        grant, music = sent.headers["refrain-grant"], sent.read()
    comment = player.getSong(short)["song"]["comment"]

    assert (grant, "preview" in comment) == ("preview", True)
    assert seconds_of(music) > 1
    with pytest.raises(libsonic.errors.DataNotFoundError):
        player.getSong("so-no")


def test_subsonic_api_looks_around_and_plays(own: Own, server: Server, short: str) -> None:
    with one_play(own, server, short):
        told = node_player(server, own.rich, short, _LONG_ENOUGH_S)

    assert told["ping"] == ["ok", "ok"]
    assert (told["artists"], told["album"], told["lines"]) == ([ARTIST], ALBUM, 2)
    assert told["found"]
    assert told["cover"].startswith("image/")
    assert (told["grant"], told["kind"], told["comment"]) == ("full", "audio/flac", "")
    assert (told["starred"], told["playlist"]) == ([short], [short, short])


def test_subsonic_api_without_credit_hears_the_preview(
    own: Own, server: Server, short: str
) -> None:
    told = node_player(server, own.poor, short)

    assert (told["grant"], "preview" in told["comment"]) == ("preview", True)
    assert told["bytes"] > 0


@pytest.mark.parametrize("asked", [{}, {"format": "mp3"}], ids=str)
def test_mpv_plays_an_address_and_reports_nothing(
    own: Own, server: Server, found: Found, asked: dict[str, str]
) -> None:
    """A plain player: of what it fetches at the pace of its sound it is known that it plays it."""
    player = own.another_player()
    text = urlencode({**player.digested(), "c": "mpv", "v": "1.16.1", "id": found.song, **asked})
    argv = [debian_tool("mpv"), "--no-config", "--no-video", "--ao=null", "--length=2"]

    with one_play(own, server, found.song):
        played = subprocess.run(
            [*argv, f"{server.url}/rest/stream?{text}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert played.returncode == 0, played.stdout + played.stderr
    assert "AO: [null]" in played.stdout
