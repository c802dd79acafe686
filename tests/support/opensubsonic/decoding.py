"""How long what was sent sounds, as ffmpeg hears it."""

from __future__ import annotations

import subprocess

import numpy as np

from tests.support.renditions import the_tools

_RATE = 48_000


def seconds_of(music: bytes) -> float:
    """Answer how many seconds of sound a file has; ffmpeg has to find nothing wrong with it."""
    argv = [the_tools().ffmpeg, "-v", "error", "-i", "pipe:", "-map", "0:a", "-ac", "1"]
    argv += ["-ar", str(_RATE), "-f", "s16le", "pipe:"]
    done = subprocess.run(argv, input=music, capture_output=True, check=True, timeout=60)
    assert not done.stderr, done.stderr
    return len(np.frombuffer(done.stdout, dtype=np.int16)) / _RATE
