"""A server to ask: whichever one names, or else a house of the suite's own.

pytest tests/opensubsonic --server https://music.example --user ada --password …
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import requests

from tests.support.opensubsonic.asking import Document, Known, Server
from tests.support.opensubsonic.own_house import Own, own_house


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("opensubsonic", "Which server is held against OpenSubsonic.")
    group.addoption("--server", default="", help="its address; a house of our own without one")
    group.addoption("--user", default="", help="who asks")
    group.addoption("--password", default="", help="their password")
    group.addoption("--api-key", default="", help="or their key")


@pytest.fixture(scope="session")
def named_server(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--server", "")).rstrip("/")


@pytest.fixture(scope="session")
def own(named_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    if named_server:
        pytest.skip("is about a house of our own")
    with own_house(tmp_path_factory.mktemp("opensubsonic")) as house:
        yield house


@pytest.fixture(scope="session")
def server(named_server: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    with requests.Session() as http:
        if not named_server:
            own = request.getfixturevalue("own")
            yield Server(url=own.house.url, known=own.rich, http=http)
            return
        name, password, key = (
            str(request.config.getoption(f"--{name}")) for name in ("user", "password", "api-key")
        )
        known = Known(username=name, password=password, key=key)
        asking = Server(url=named_server, known=known, is_held=False, http=http)
        if key and not known.username:
            whose = asking.get("tokenInfo", "tokenInfo")["username"]
            asking = asking.seen_by(replace(known, username=whose))
        elif not key and asking.ask("ping")["status"] != "ok":
            # Which test_entry tells; all else is asked by what this server does know.
            asking = asking.seen_by(replace(known, is_digested=False))
        said = tuple(int(part) for part in str(asking.ask("ping")["version"]).split("."))
        yield replace(asking, version=said)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something to ask for, of what the server has.

    `folder` is where the songs of the album lie, which with some servers is the album itself.
    """

    album: Document
    songs: list[Document]
    artist: str
    genre: str
    folder: str

    @property
    def is_folder(self) -> bool:
        """Whether folders are albums here, so that what is told of them is told by the same ids."""
        return self.folder == str(self.album["id"])

    @property
    def song(self) -> str:
        return str(self.songs[0]["id"])


@pytest.fixture(scope="session")
def found(server: Server) -> Found:
    """Answer an album of more than one song, as the server tells of it."""
    asked = {"type": "alphabeticalByName", "size": 50}
    albums = server.listed("getAlbumList2", "albumList2", "album", **asked)
    large = next((one for one in albums if one["songCount"] > 1), None)
    if large is None:
        pytest.skip("needs an album of two songs")
    album = server.get("getAlbum", "album", id=large["id"])
    genres = server.listed("getGenres", "genres", "genre")
    return Found(
        album=album,
        songs=album["song"],
        artist=album["artistId"],
        genre=genres[0]["value"] if genres else "Jazz",
        folder=str(album["song"][0].get("parent", album["id"])),
    )
