"""Real masters: small ones made here, large ones where they were laid."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[2]


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
    soundfile.write(path, 0.3 * notes + noise, rate, subtype=subtype)
    return path
