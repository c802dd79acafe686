"""A house of the suite's own: an album of three songs, a cover, words, and two who listen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mutagen.flac
from PIL import Image

from tests.support.archives import packed
from tests.support.house import House, open_house, until
from tests.support.masters import tone
from tests.support.opensubsonic.asking import Known

#: What has to come through unhurt, in XML, JSON and JSONP.
ALBUM = "Dawn & <Dew> “Åß” 🎵"
ARTIST = "The Lärks 'n' \"Co\""
GENRE = "Jazz"
SONGS = ("Long & low", "夜明け ]]>", "سلام <b>")
#: Some of the first is sent while it sounds, after what goes ahead.
LONG_S = 24
_WORDS = "[00:01.00]One & <one>\n[00:02.50]ふたつ"
#: What is heard for so long counts as a play.
THRESHOLD_S = 1


@dataclass(frozen=True, kw_only=True)
class Own:
    """The house, and by what the listeners are known who have credit, and who have none."""

    house: House
    masters: list[Path]
    rich: Known
    poor: Known

    def another_player(self) -> Known:
        """Answer the one with credit at a player that has nothing in front yet."""
        return _known(self.house, self.house.listener)

    def charged(self) -> list[int]:
        """Answer what the plays of the one with credit cost, the newest first."""
        found = self.house.ask("GET", "/api/v1/history", token=self.house.listener).json["items"]
        return [one["price"] for one in found]


@contextmanager
def own_house(folder: Path) -> Iterator[Own]:
    """Open it, with its album published."""
    unlimited = {"address_requests_per_minute": "0", "account_requests_per_minute": "0"}
    with open_house(folder, play_threshold_s=str(THRESHOLD_S), **unlimited) as house:
        album = masters(folder)
        _put_out(house, packed({f"x/{one.name}": one.read_bytes() for one in album}))
        # Nobody gave anything to the operator.
        rich, poor = (_known(house, one) for one in (house.listener, house.operator))
        yield Own(house=house, masters=album, rich=rich, poor=poor)


def masters(folder: Path) -> list[Path]:
    """Write the songs of the album, with what their tags say."""
    paths = [folder / f"{number}.flac" for number, _ in enumerate(SONGS, 1)]
    for number, (path, title) in enumerate(zip(paths, SONGS, strict=True), 1):
        tone(path, seconds=LONG_S if number == 1 else 2 + number / 10)
        tags = mutagen.flac.FLAC(path)
        said = {"title": title, "artist": ARTIST, "album": ALBUM, "genre": GENRE}
        tags.update({**said, "tracknumber": str(number), "date": "2024-03-08"})
        tags["composer"] = "Ada"
        picture = mutagen.flac.Picture()
        picture.type, picture.mime, picture.data = 3, "image/png", _cover()
        tags.add_picture(picture)
        tags.save()
    return paths


def _cover() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1500, 1500), "teal").save(file, "PNG")
    return file.getvalue()


def _put_out(house: House, album: bytes) -> None:
    sent = house.ask("PUT", "/api/v1/masters/album.zip", token=house.artist, data=album)
    assert sent.status == 202, sent.body
    path = f"/api/v1/releases/{sent.json['release']}"
    draft = until(
        lambda: (found := house.ask("GET", path, token=house.artist).json)["may_publish"] and found,
        seconds=120,
    )
    tracks = [one["track"] for one in draft["tracks"]]
    said = {"title": ALBUM, "artist": ARTIST, "genres": ["jazz"], "released_on": "2024-03-08"}
    said |= {"tracks": [{"track": one, "artist": ARTIST} for one in tracks]}
    patched = house.ask("PATCH", path, token=house.artist, data=said)
    assert patched.status == 200, patched.body
    words = {"synced": _WORDS, "language": "en"}
    sung = house.ask("PUT", f"/api/v1/tracks/{tracks[0]}/lyrics", token=house.artist, data=words)
    assert sung.status == 200, sung.body
    published = house.ask("POST", f"{path}/publish", token=house.artist)
    assert published.status == 200, published.body
    for one in tracks:
        house.await_state(one, "complete")


def _known(house: House, token: str) -> Known:
    """Make a password for a player of somebody."""
    asked = {"label": "conformance", "for_player": True}
    made = house.ask("POST", "/api/v1/tokens", token=token, data=asked)
    assert made.status == 201, made.body
    me = house.ask("GET", "/api/v1/account", token=token).json
    password = made.json["token"]
    return Known(username=me["name"], password=password, key=password)
