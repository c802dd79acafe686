"""Masters that somebody may really send, and some that only a stranger would."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 44_100

Sound = NDArray[np.float64]


def chance() -> np.random.Generator:
    return np.random.default_rng(5)


def sine(hertz: float, *, seconds: float = 1.5, rate: int = RATE, level: float = 0.5) -> Sound:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate + 0.1)


def stereo(sound: Sound) -> Sound:
    return np.stack([sound, sound], axis=1)


def music(*, seconds: float = 1.5, rate: int = RATE, channels: int = 2) -> Sound:
    """Make what a codec finds easy: notes with overtones, and a breath of noise."""
    notes = [sine(hertz, seconds=seconds, rate=rate, level=0.2) for hertz in (220, 331, 1103)]
    noise = chance().normal(0, 0.01, (len(notes[0]), channels))
    return np.sum(notes, axis=0)[:, np.newaxis] + noise


def hits(at: int) -> Sound:
    """Make one sample at full scale, in silence."""
    sound = np.zeros((RATE, 2))
    sound[at] = 1.0
    return sound


#: Sounds at 44.1 kHz that are hard on encoders, meters, or on who compares.
SOUNDS: dict[str, Callable[[], Sound]] = {
    "white noise at full scale": lambda: chance().uniform(-1, 1, (RATE * 2, 2)),
    "white noise in mono": lambda: chance().uniform(-1, 1, (RATE * 2, 1)),
    "noise of two values": lambda: chance().choice([-1.0, 1.0], (RATE, 2)),
    "square wave of 1 kHz": lambda: stereo(np.sign(sine(1000))),
    "square wave of 50 Hz": lambda: stereo(np.sign(sine(50))),
    "3 dB between samples": lambda: stereo(np.sign(np.sin(np.pi / 2 * np.arange(RATE) + 0.78))),
    "direct current": lambda: np.full((RATE, 2), 0.5),
    "direct current at full scale": lambda: np.ones((RATE, 2)),
    "digital silence": lambda: np.zeros((RATE, 2)),
    "one bit of noise": lambda: chance().integers(-1, 2, (RATE, 2)) / 32768,
    "a click in the middle": lambda: hits(RATE // 2),
    "a click that begins it": lambda: hits(0),
    "a click that ends it": lambda: hits(-1),
    "one channel": lambda: np.stack([sine(440), np.zeros(len(sine(440)))], axis=1),
    "channels in opposite phase": lambda: np.stack([sine(440), -sine(440)], axis=1),
    "a tone that codecs cut off": lambda: stereo(sine(19_000, level=0.9)),
    "a tone below all music": lambda: stereo(sine(30, level=0.9)),
    **{
        f"{count} samples": lambda count=count: chance().uniform(-0.5, 0.5, (count, 2))  # type: ignore[misc]
        for count in (1, 2, 46, 100, 1023, 1024, 1025, 4095, 4800)
    },
    "one sample at full scale": lambda: np.ones((1, 2)),
}


def written(  # noqa: PLR0913 - as many as a file has
    folder: Path,
    sound: Sound,
    *,
    rate: int = RATE,
    subtype: str = "PCM_16",
    suffix: str = "wav",
    kind: str | None = None,
) -> Path:
    path = folder / f"master.{suffix}"
    soundfile.write(path, sound, rate, subtype=subtype, format=kind)
    return path


def converted(ffmpeg: str, source: Path, suffix: str, *options: str) -> Path:
    path = source.with_suffix(f".{suffix}")
    argv = [ffmpeg, "-v", "error", "-y", "-i", str(source), *options, str(path)]
    subprocess.run(argv, check=True)
    return path


def chunk(kind: bytes, body: bytes, *, size: int | None = None) -> bytes:
    return (
        kind
        + struct.pack("<I", len(body) if size is None else size)
        + body
        + b"\0" * (len(body) % 2)
    )


def pcm(sound: Sound) -> bytes:
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def format_chunk(channels: int, rate: int = RATE) -> bytes:
    return chunk(
        b"fmt ", struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    )


def riff(*chunks: bytes, kind: bytes = b"RIFF", size: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return kind + struct.pack("<I", len(body) if size is None else size) + body
