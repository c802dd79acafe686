"""A small catalogue to look at: who made what, how it is called, and music that was never played.

Whoever and whatever is named here was made up.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 44_100


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A title and how long it is, in seconds."""

    title: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an artist puts out, so many days before the day of the house."""

    title: str
    kind: str
    genre: str
    days_ago: int
    style: str
    colours: Sequence[str]
    songs: Sequence[Song]
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes music: a few words on them, and their picture's colours."""

    name: str
    about: str
    colours: Sequence[str]
    records: Sequence[Record]


def _songs(text: str) -> tuple[Song, ...]:
    """Read lines as `Title 3:07`."""
    told = [line.strip().rpartition(" ") for line in text.strip().splitlines()]
    lengths = [clock.split(":") for _, _, clock in told]
    return tuple(
        Song(title=title, seconds=60 * int(minutes) + int(seconds))
        for (title, _, _), (minutes, seconds) in zip(told, lengths, strict=True)
    )


HARBOUR = Record(
    title="Harbour Years",
    kind="album",
    genre="contemporary-classical",
    days_ago=61,
    style="tide",
    colours=("#f6d9b8", "#e9956b", "#c65a4a", "#7d3350", "#3b2148", "#fff1d6"),
    songs=_songs(
        """
        First Ferry 3:18
        Salt on the Window 2:47
        Lighthouse Keeper's Waltz 4:02
        Nine Knots 3:05
        The Chandler's Daughter 3:41
        Fog Signal 2:29
        Slack Water 4:26
        Letters to Tromsø 3:33
        Harbour Lights, Leaving 5:11
        """
    ),
)
DRAFT = Record(
    title="Salt Maps",
    kind="ep",
    genre="contemporary-classical",
    days_ago=2,
    style="ridges",
    colours=("#dfe8ea", "#9fc0c4", "#f4efe2", "#5f8d97", "#2f5d6b", "#12313d"),
    songs=_songs(
        """
        Cartographer 3:52
        Low Winter Sun 3:14
        Tidal Flats 4:40
        """
    ),
)

MAKERS: tuple[Maker, ...] = (
    Maker(
        name="Mara Lindqvist",
        about="Pianist and composer from Bergen. Writes for felt piano, harmonium and weather.",
        colours=("#f3c9a5", "#c86f55", "#f0d0b4", "#2f4858", "#3a2430"),
        records=(
            Record(
                title="Rooms with Snow",
                kind="ep",
                genre="piano-solo",
                days_ago=90,
                style="rings",
                colours=("#e8eef2", "#b9cbd6", "#6f8fa6", "#33516a"),
                songs=_songs(
                    """
                    Attic 2:58
                    Kitchen, Early 3:21
                    The Long Hallway 4:15
                    """
                ),
            ),
            HARBOUR,
        ),
    ),
    Maker(
        name="The Kelp Choir",
        about="Six voices, two guitars and a pump organ from the west coast.",
        colours=("#c9d8b6", "#53734d", "#e3b98f", "#28382a", "#5c3b21"),
        records=(
            Record(
                title="Songs for the Ferry",
                kind="album",
                genre="indie-folk",
                days_ago=48,
                style="arches",
                colours=("#f3ead7", "#2f6b5e", "#e8b04b", "#d8573f", "#1f3b40"),
                songs=_songs(
                    """
                    Undertow 3:26
                    Oyster Money 2:54
                    Carry the Boat 4:08
                    Sister, Steer 3:37
                    What the Gulls Said 3:12
                    Home by Dark 4:49
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="Ossian Vale",
        about="Night music for machines. Resident of the last bus home.",
        colours=("#2b2356", "#6b3fa0", "#c99a86", "#151030", "#0d0a20"),
        records=(
            Record(
                title="Night Bus Cartography",
                kind="album",
                genre="idm",
                days_ago=33,
                style="peaks",
                colours=("#0f1022", "#f2f2f7", "#8fb7ff", "#c48cff"),
                songs=_songs(
                    """
                    Depot 4:51
                    N38 5:20
                    Wet Neon 3:58
                    Request Stop 4:33
                    Terminus 6:12
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="Inés Montoya",
        about="Canta lo que su abuela callaba. Voz, guitarra y un patio.",
        colours=("#f7d070", "#e0703c", "#c98b62", "#7b1f2b", "#241214"),
        records=(
            Record(
                title="La casa de las golondrinas",
                kind="album",
                genre="flamenco",
                days_ago=26,
                style="petals",
                colours=("#7b1f2b", "#f2a65a", "#e4572e", "#ffd9a0"),
                language="es",
                songs=_songs(
                    """
                    Puerta verde 3:09
                    Golondrina 2:51
                    La siesta del gato 3:44
                    Carta a Lucía 4:05
                    Patio con luna 3:30
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="Paper Lanterns",
        about="Dream pop by two people who share one amplifier.",
        colours=("#ffd6e0", "#f08a9d", "#f3c4a8", "#4a5a9a", "#6a3d5b"),
        records=(
            Record(
                title="Small Weather",
                kind="album",
                genre="dream-pop",
                days_ago=19,
                style="drift",
                colours=("#ffd1dc", "#ff8fa3", "#b392f0", "#6bb7e8", "#fff0d0"),
                songs=_songs(
                    """
                    Umbrella Season 3:35
                    Half a Cloud 4:01
                    Barometer 3:17
                    Everything Is Soft 4:22
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="DJ Halva",
        about="Rooftops, 4 a.m., one more.",
        colours=("#ffb347", "#ff5e62", "#a8694b", "#1b1b3a", "#111122"),
        records=(
            Record(
                title="Rooftop, 4 a.m.",
                kind="ep",
                genre="deep-house",
                days_ago=12,
                style="sun",
                colours=("#2a1a5e", "#f45905", "#fb9224"),
                songs=_songs(
                    """
                    Warm Concrete 6:03
                    Antenna 5:44
                    First Tram 6:31
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="Tomasz Wren Trio",
        about="Piano, bass, brushes. Recorded in one room, without a click.",
        colours=("#cfe3ef", "#4f86a8", "#e2b795", "#1d2f45", "#20150f"),
        records=(
            Record(
                title="Blue Hour",
                kind="album",
                genre="contemporary-jazz",
                days_ago=8,
                style="tiles",
                colours=("#12355b", "#f2e8cf", "#d72638", "#f4a259", "#5b8e7d"),
                songs=_songs(
                    """
                    Eleven Past Six 5:27
                    Brushes 4:13
                    Streetlamp Etude 3:49
                    Not Yet 6:05
                    """
                ),
            ),
        ),
    ),
    Maker(
        name="Quartet Nord",
        about="Strings north of the sixtieth parallel.",
        colours=("#e7e3da", "#9a8f7d", "#dcb79a", "#3c3a36", "#23201c"),
        records=(
            Record(
                title="Miniatures",
                kind="ep",
                genre="chamber-music",
                days_ago=4,
                style="dots",
                colours=("#f4f1ea", "#20504f", "#e07a5f", "#f2cc8f"),
                songs=_songs(
                    """
                    Allegretto, with Ice 2:12
                    Canon for Two Kettles 1:58
                    Sarabande 3:24
                    """
                ),
            ),
        ),
    ),
)

LYRICS = """\
First ferry out, the deck still wet,
the engine says what I forget.

Nine miles of grey, nine cups of tea,
the town grows small and leaves to me

a rope, a bell, a painted name,
and every morning much the same."""

#: Roots of chords, in half tones above a low D, four bars each.
_CHORDS = ((0, 7, 12, 16), (-3, 4, 9, 16), (-7, 5, 9, 12), (-5, 2, 7, 14))


def music(seconds: float, *, seed: int = 7) -> bytes:
    """Play broken chords that swell and thin out, as a FLAC of 16 bits."""
    chance, count = np.random.default_rng(seed), round(seconds * RATE)
    sound, beat = np.zeros((count, 2), dtype=np.float32), 0.42
    for number in range(int(seconds / beat)):
        chord = _CHORDS[number // 16 % len(_CHORDS)]
        tone = chord[int(chance.integers(len(chord)))] + 12 * int(chance.integers(0, 2))
        swell = 0.35 + 0.65 * np.sin(np.pi * number * beat / seconds) ** 0.6
        loud = swell * (1.0 if number % 4 == 0 else chance.uniform(0.35, 0.8))
        _strike(sound, number * beat, 146.83 * 2 ** (tone / 12), loud, chance.uniform(0.3, 0.7))
    sound += chance.normal(0, 0.0008, sound.shape).astype(np.float32)
    sound *= 0.7 / np.abs(sound).max()
    file = io.BytesIO()
    soundfile.write(file, sound, RATE, subtype="PCM_16", format="FLAC")
    return file.getvalue()


def _strike(sound: NDArray[np.float32], at_s: float, hertz: float, loud: float, pan: float) -> None:
    begin = round(at_s * RATE)
    time = np.arange(min(2 * RATE, len(sound) - begin)) / RATE
    tone = sum(
        np.exp(-(2 + part) * time) * np.sin(2 * np.pi * hertz * part * time) / part**1.6
        for part in (1, 2, 3, 4)
    )
    note = loud * np.minimum(1, time * 180) * tone
    sound[begin : begin + len(time)] += np.outer(note, (1 - pan, pan)).astype(np.float32)
