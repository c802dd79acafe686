"""What a file says it is, asked without trusting it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, BinaryIO

from base.errors import Refused
from base.units import Samples
from transcode.process import Limits, capture, failed
from transcode.reach import Reach
from transcode.source import INPUT_OPTIONS, SourceInfo
from transcode.tools import Tools

#: Whatever else is in there, tags above all, may be as long as somebody likes.
_ASKED = (
    "stream=codec_type,codec_name,sample_rate,channels,bits_per_raw_sample,bits_per_sample,"
    "time_base,duration_ts,bit_rate:format=format_name,bit_rate"
)
_LOSSLESS = frozenset({"flac", "alac", "ape", "wavpack", "tta"})
#: Every frame stands alone in these, and says or implies which sample it begins with.
_SEEKABLE = frozenset({"flac", "alac"})
_MOST_CHANNELS = 2
_RATES = range(8_000, 384_001)
_STREAMED_SIZE = 0xFFFFFFFF


async def probe(tools: Tools, path: Path) -> SourceInfo:
    """Ask ffprobe about the file at an absolute path.

    Raises:
        Refused: the file is no audio that we take; the sentence is for its artist.
        Broken: the program was killed.

    """
    options = [part for name, value in INPUT_OPTIONS.items() for part in (f"-{name}", value)]
    argv = [tools.ffprobe, "-v", "error", "-of", "json", "-show_entries", _ASKED]
    output, outcome = await capture(
        [*argv, *options, f"file:{path}"],
        limits=Limits(cpu_s=60, stall_s=30, memory_bytes=1 << 30),
        reach=Reach(reads=(path,)),
    )
    if outcome.was_killed:
        raise failed(outcome.errors)
    if outcome.status != 0:
        raise _not_audio(path)
    return _read_answer(json.loads(output), path)


def _read_answer(answer: dict[str, Any], path: Path) -> SourceInfo:
    streams = [one for one in answer.get("streams", []) if one.get("codec_type") == "audio"]
    if not streams:
        raise Refused("no-audio", "The file holds no audio; please send the master as FLAC or WAV.")
    stream = streams[0]
    codec = str(stream.get("codec_name", "unknown"))
    is_pcm = codec.startswith("pcm_")
    # Where nothing was recognised, ffprobe guesses from the name and knows no format.
    if not stream.get("channels") or int(stream.get("sample_rate", 0)) not in _RATES:
        raise _not_audio(path)
    _require_channels(int(stream["channels"]))
    container = str(answer["format"]["format_name"]).split(",")[0]
    is_lossless = is_pcm or codec in _LOSSLESS
    return SourceInfo(
        container=container,
        codec=codec,
        sample_rate=int(stream["sample_rate"]),
        channels=int(stream["channels"]),
        bit_depth=_bit_depth(stream),
        is_float=codec.startswith(("pcm_f32", "pcm_f64")),
        is_lossless=is_lossless,
        declared_samples=_declared_samples(stream, container, path),
        bitrate_bps=None if is_lossless else _bitrate(stream, answer["format"]),
        is_seekable=(is_pcm or codec in _SEEKABLE) and _counts_samples(stream),
    )


def _require_channels(channels: int) -> None:
    if channels > _MOST_CHANNELS:
        raise Refused(
            "too-many-channels",
            f"The file has {channels} channels; please send a stereo or mono master.",
        )


def _bit_depth(stream: dict[str, Any]) -> int:
    for name in ("bits_per_raw_sample", "bits_per_sample"):
        if bits := int(stream.get(name) or 0):
            return bits
    return 16


def _counts_samples(stream: dict[str, Any]) -> bool:
    """Whether the clock of the stream is its sample rate."""
    return str(stream.get("time_base")) == f"1/{stream['sample_rate']}"


def _bitrate(stream: dict[str, Any], container: dict[str, Any]) -> int | None:
    return int(stream.get("bit_rate") or container.get("bit_rate") or 0) or None


def _declared_samples(stream: dict[str, Any], container: str, path: Path) -> Samples | None:
    if container == "wav":
        return _wav_samples(path)
    ticks = stream.get("duration_ts")
    if ticks is None or not _counts_samples(stream):
        return None
    return Samples(int(ticks))


def _wav_samples(path: Path) -> Samples | None:
    """Count what the `data` chunk promises: ffmpeg believes the length of the file instead."""
    with path.open("rb") as file:
        header = file.read(12)
        if header[:4] not in {b"RIFF", b"RF64"} or header[8:] != b"WAVE":
            return None
        return _scan_chunks(file)


def _scan_chunks(file: BinaryIO) -> Samples | None:
    frame_bytes, wide = 0, 0
    # A header holds a handful of chunks; a hostile one shall not make us read on.
    for _ in range(1000):
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - the chunk header
            return None
        kind, size = struct.unpack("<4sI", head)
        if kind == b"data":
            size = wide if size == _STREAMED_SIZE else size
            return Samples(size // frame_bytes) if frame_bytes and size else None
        body = file.read(min(size + size % 2, 64))
        file.seek(size + size % 2 - len(body), 1)
        if kind == b"fmt " and len(body) >= 16:  # noqa: PLR2004 - WAVEFORMAT
            frame_bytes = struct.unpack_from("<H", body, 12)[0]
        elif kind == b"ds64" and len(body) >= 16:  # noqa: PLR2004 - two 64-bit sizes
            wide = struct.unpack_from("<Q", body, 8)[0]
    return None


def _not_audio(path: Path) -> Refused:
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        return Refused("empty-file", "The file is empty.")
    if head.lstrip().startswith((b"#EXTM3U", b"ffconcat", b"[playlist]")):
        return Refused(
            "playlist", "The file is a playlist, not audio; please send the master itself."
        )
    return Refused(
        "not-audio",
        "The file is not audio that we can read; please send the master as FLAC, WAV or AIFF.",
    )
