"""Real masters: small ones made here, large ones where they were laid."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
#: What is laid beside the project, below its folder `media`.
MASTERS = [
    "single-16bit-44k.flac",
    "single-24bit-48k.flac",
    "upsampled-24bit-96k.flac",
    "clipped-16bit-44k.flac",
    "mp3-sourced-16bit-44k.flac",
    "album/01.flac",
    "album/02.flac",
    "album/03.flac",
]


def shared(*parts: str) -> Path:
    """Answer a file that was laid beside the project, or skip."""
    path = Path(os.environ.get("REFRAIN_SHARED", ROOT.parent / "shared")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} in the folder that REFRAIN_SHARED names")
    return path


def debian_tool(name: str) -> str:
    """Answer the path of a program that only Debian has; skip at home, fail in CI."""
    # nginx lies in sbin, which is not on everybody's path.
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if found:
        return found
    message = f"needs {name}: apt-get install {name}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def tone(path: Path, *, seconds: float = 3.0, rate: int = 44_100, subtype: str = "PCM_16") -> Path:
    """Write a stereo master with a different note on either side, faded at the ends."""
    time = np.arange(round(seconds * rate)) / rate
    notes = np.stack([np.sin(2 * np.pi * hertz * time) for hertz in (440.0, 554.37)], axis=1)
    noise = np.random.default_rng(7).normal(0, 0.02, notes.shape)
    return written(path, 0.3 * notes + noise, rate, subtype)


def hiss(path: Path, *, seconds: float, rate: int = 48_000) -> Path:
    """Write noise, of which no codec makes little: 0.28 MB of FLAC a second at 48 kHz.

    Of a higher rate there is more, and the other rungs are no longer for it.
    """
    noise = np.random.default_rng(7).normal(0, 0.2, (round(seconds * rate), 2))
    return written(path, noise, rate, "PCM_24")


def carillon(path: Path, *, samples: int, rate: int = 44_100, subtype: str = "PCM_16") -> Path:
    """Write a stereo master that tells where it is: bells by chance, so that no two places match.

    Its first and last samples sound already, under a hiss so faint that no rung is another's
    loudness for what it leaves out above its own highest note.
    """
    chance = np.random.default_rng(7)
    music = chance.normal(0, 0.003, (samples, 2))
    time = np.arange(round(0.8 * rate)) / rate
    shape = np.exp(-6 * time) * np.minimum(1, 200 * time)
    for begin_s in np.arange(-0.8, samples / rate, 0.05):
        begin = round((begin_s + chance.uniform(0, 0.05)) * rate)
        hertz = 110 * 2 ** (chance.integers(0, 48) / 12)
        pan = chance.uniform()
        bell = 0.12 * np.outer(shape * np.sin(2 * np.pi * hertz * time), [pan, 1 - pan])
        first, last = max(0, begin), min(samples, begin + len(bell))
        if first < last:
            music[first:last] += bell[first - begin : last - begin]
    return written(path, music, rate, subtype)


def written(path: Path, music: NDArray[np.floating], rate: int, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, music, rate, subtype=subtype)
    return path


def long_tone(path: Path, *, seconds: int, rate: int = 44_100) -> Path:
    """Write a long stereo master of an odd number of samples, in little memory.

    No ten seconds of it are as loud as those before, so that none can be taken for others.
    """
    time = np.arange(10 * rate) / rate
    notes = np.stack([np.sin(2 * np.pi * hertz * time) for hertz in (440.0, 554.37)], axis=1)
    chance = np.random.default_rng(7)
    noise = chance.normal(0, 0.02, notes.shape).astype(np.float32)
    notes = notes.astype(np.float32)
    with soundfile.SoundFile(path, "w", rate, 2, subtype="PCM_16") as file:
        for _ in range(0, seconds, 10):
            level, turn = np.float32(chance.uniform(0.1, 0.3)), chance.integers(len(noise))
            file.write(level * notes + np.roll(noise, turn, axis=0))
        file.write(0.2 * notes[:101])
    return path
