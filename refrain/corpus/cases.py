"""Cases: sounds, each with its history, and what a report should say of it.

Every piece is used many times, as it is and after each codec, converter and padding. Development
and held-out material share none: other seeds, and other slices of the real masters.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import soundfile

from refrain.corpus.changes import Changer
from refrain.corpus.notes import Sound
from refrain.corpus.pieces import PIECES
from refrain.corpus.samples import rounded

CD, STUDIO, HIGH = 44_100, 48_000, 96_000
#: Long enough for one song's beginning; a detector must be content with it.
SECONDS = 12
#: Codec: its encoder, and four rates in kb/s.
CODECS = {
    "mp3": ("libmp3lame", (96, 128, 192, 320)),
    "aac": ("aac", (64, 96, 128, 192)),
    "vorbis": ("libvorbis", (80, 112, 160, 256)),
    "opus": ("libopus", (64, 96, 128, 192)),
}
_RESAMPLERS = ("soxr", "swr")
#: What a master is made quieter by before it is padded, in dB.
_GAINS_DB = (-3.7, -14.2)


class Part(StrEnum):
    """What thresholds were found with, and what they were never seen by."""

    DEVELOPMENT = "development"
    HELD_OUT = "held-out"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A sound as a file would hold it; `expected` are the codes of its history.

    `possible` are codes that are neither right nor wrong here.
    """

    name: str
    group: str
    sound: Sound
    rate: int
    bits: int
    expected: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()


def sources(part: Part, masters: Sequence[Path], *, seeds: int) -> Iterator[Case]:
    """Answer honest sounds: pieces, and slices of honest masters as they are."""
    for name, seed in seeded(part, seeds):
        yield piece(name, seed)
    for path in masters:
        yield from slices(path, part)


def seeded(part: Part, seeds: int) -> Iterator[tuple[str, int]]:
    """Answer which pieces a part has, each with its seed."""
    first = 1_000 if part is Part.DEVELOPMENT else 2_000
    for place, name in enumerate(PIECES):
        yield from ((name, seed) for seed in range(first + place, first + place + seeds))


def piece(name: str, seed: int) -> Case:
    """Answer a piece of 16 bits at 44.1 kHz; its history begins here."""
    sound = rounded(PIECES[name](10 * seed, CD, SECONDS), 16, seed=seed)
    return Case(name=f"{name}-{seed}", group="honest", sound=sound, rate=CD, bits=16)


async def cases(source: Case, changer: Changer) -> AsyncIterator[Case]:
    """Answer a source, and all that can be made of it."""
    yield source
    for made in _honest(source):
        yield made
    for made in _padded(source):
        yield made
    async for made in _encoded(source, changer):
        yield made
    async for made in _upsampled(source, changer):
        yield made


def slices(path: Path, part: Part) -> Iterator[Case]:
    """Answer every other slice of a master, but silence."""
    info = soundfile.info(path)
    bits = 24 if info.subtype == "PCM_24" else 16
    skipped = 0 if part is Part.DEVELOPMENT else 1
    for number in range(skipped, int(info.duration // SECONDS), 2):
        start, frames = number * SECONDS * info.samplerate, SECONDS * info.samplerate
        sound, rate = soundfile.read(path, start=start, frames=frames, always_2d=True)
        if np.abs(sound).max() > 1e-3:  # noqa: PLR2004 - a slice of silence has no history
            name = f"{path.parent.name}-{path.stem}-{number}"
            yield Case(name=name, group="honest", sound=sound, rate=rate, bits=bits)


def _honest(source: Case) -> Iterator[Case]:
    """Mix a source with itself: 24 bits that are used; and play it faster, as 96 kHz."""
    mixed = 0.61 * source.sound + 0.37 * np.roll(source.sound[:, ::-1], 4_321, axis=0)
    sound = rounded(mixed, 24, seed=1)
    yield replace(source, name=f"{source.name}-mixed", group="honest-24", sound=sound, bits=24)
    if source.name.startswith(tuple(PIECES)):
        name, seed = source.name.rsplit("-", 1)
        high = rounded(PIECES[name](10 * int(seed) + 7, HIGH, SECONDS), 24, seed=int(seed))
        yield replace(
            source, name=f"{source.name}-96k", group="honest-96k", sound=high, rate=HIGH, bits=24
        )
    else:
        # What is played faster reaches up to half the new rate, as real recordings at it do.
        yield replace(source, name=f"{source.name}-fast", group="honest-96k", rate=HIGH)


def _padded(source: Case) -> Iterator[Case]:
    if source.bits != 16:  # noqa: PLR2004 - of a CD
        return
    padded = replace(source, bits=24, expected=frozenset({"padded_bits"}))
    yield replace(padded, name=f"{source.name}-padded", group="padded")
    for gain_db in _GAINS_DB:
        sound = rounded(source.sound * 10 ** (gain_db / 20), 24, seed=1)
        name = f"{source.name}-padded{gain_db:+g}dB"
        yield replace(padded, name=name, group="padded-gain", sound=sound)


async def _encoded(source: Case, changer: Changer) -> AsyncIterator[Case]:
    for codec, (encoder, rates) in CODECS.items():
        for kbps in rates:
            sound, rate = await changer.encoded(source.sound, source.rate, encoder, kbps)
            yield replace(
                source,
                name=f"{source.name}-{codec}-{kbps}",
                group=f"{codec}-{kbps}",
                sound=sound,
                rate=rate,
                bits=16,
                expected=frozenset({"lossy_source"}),
            )
    sound, _ = await changer.encoded(source.sound, source.rate, "libmp3lame", 128)
    other = STUDIO if source.rate == CD else CD
    sound = await changer.resampled(sound, source.rate, other, resampler="soxr", bits=16)
    yield replace(
        source,
        name=f"{source.name}-mp3-128-resampled",
        group="mp3-128-resampled",
        sound=sound,
        rate=other,
        bits=16,
        expected=frozenset({"lossy_source"}),
        possible=frozenset({"upsampled"}),
    )


async def _upsampled(source: Case, changer: Changer) -> AsyncIterator[Case]:
    for old in (CD, STUDIO):
        for resampler in _RESAMPLERS:
            for bits in (24, 16):
                # A source is declared to have the old rate: that only makes it higher or lower.
                sound = await changer.resampled(
                    source.sound, old, HIGH, resampler=resampler, bits=bits
                )
                yield replace(
                    source,
                    name=f"{source.name}-{old}-{resampler}-{bits}",
                    group=f"upsampled-{bits}",
                    sound=sound,
                    rate=HIGH,
                    bits=bits,
                    expected=frozenset({"upsampled"}),
                )
