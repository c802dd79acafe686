"""What artists send: masters of their own, albums in archives, and files that cannot be used."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import numpy as np
import soundfile
from PIL import Image

from tests.support.archives import packed
from tests.support.house import Answer
from tests.support.plays import Asked, sure

#: Every so many masters come in one archive, and every so many cannot be used.
_ALBUM, _ALBUMS_EVERY, _BROKEN_EVERY = 3, 4, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One file to be sent, and how many tracks become of it."""

    name: str
    data: bytes
    tracks: int = 1
    is_broken: bool = False


@dataclass
class Shipment:
    """All that is sent to a house by its artists, in turns."""

    house: Asked
    artists: Sequence[str]
    parcels: Sequence[Parcel]
    tracks: list[str] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)

    def send_first(self) -> None:
        self._send(0)

    def send(self) -> None:
        """Send all; what is there already is told of once more."""
        for number in range(len(self.parcels)):
            self._send(number)

    def _send(self, number: int) -> None:
        parcel, token = self.parcels[number], self.artists[number % len(self.artists)]
        path = f"/api/v1/masters/{quote(parcel.name)}"
        said = sure(self.house, "PUT", path, token=token, data=parcel.data, seconds=300)
        assert said.status in {200, 201, 202}, (parcel.name, said.body)
        if not parcel.is_broken and "track" in said.json:
            self.tracks.append(said.json["track"])

    @property
    def expected(self) -> int:
        return sum(one.tracks for one in self.parcels if not one.is_broken)

    @property
    def broken(self) -> int:
        return sum(one.is_broken for one in self.parcels)


def parcels(masters: int, *, seed: int) -> Iterator[Parcel]:
    """Answer so many masters, some of them in archives, some of them broken."""
    for number, first in enumerate(range(0, masters, _ALBUM)):
        chunk = range(first, min(first + _ALBUM, masters))
        songs = {f"{n:03} Song.{_form(n)}": song(seed + n, _form(n)) for n in chunk}
        if number % _ALBUMS_EVERY == 1:
            cover = {"cover.png": picture(number)}
            yield Parcel(name=f"Album {number}.zip", data=packed(songs | cover), tracks=len(songs))
        else:
            yield from (Parcel(name=name, data=data) for name, data in songs.items())
        if number % _BROKEN_EVERY == 0:
            data = song(seed + masters + number, "flac")
            yield Parcel(
                name=f"Cut {number}.flac", data=data[: len(data) * 6 // 10], is_broken=True
            )


def song(seed: int, form: str) -> bytes:
    """Answer a stereo master of one to three seconds that sounds like no other."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(44_100 * chance.uniform(1, 3))) / 44_100
    hertz = 110 * 2 ** (chance.integers(0, 48, 2) / 12)
    music = 0.3 * np.sin(2 * np.pi * time[:, np.newaxis] * hertz)
    music += chance.normal(0, 0.02, music.shape)
    file = io.BytesIO()
    soundfile.write(file, music, 44_100, subtype="PCM_16", format=form.upper())
    return file.getvalue()


def picture(seed: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 600), (seed * 7 % 256, seed * 31 % 256, 99)).save(file, "PNG")
    return file.getvalue()


def _form(number: int) -> str:
    return "flac" if number % 2 else "wav"
