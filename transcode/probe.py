"""What a file says it is, asked without trusting it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from base.errors import Refused
from base.units import Samples
from transcode.process import Limits, capture, failed
from transcode.promises import Promise, promise_of
from transcode.reach import Reach
from transcode.source import DECODERS, INPUT_OPTIONS, MOST_HOURS, SourceInfo, too_long
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
        raise failed(outcome)
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
    if codec not in DECODERS:
        raise _not_audio(path)
    container = str(answer["format"]["format_name"]).split(",")[0]
    promise = promise_of(path, container)
    _require_whole(promise, codec, path)
    declared_samples = _declared_samples(stream, promise)
    _require_length(declared_samples, int(stream["sample_rate"]))
    is_lossless = is_pcm or codec in _LOSSLESS
    return SourceInfo(
        container=container,
        codec=codec,
        sample_rate=int(stream["sample_rate"]),
        channels=int(stream["channels"]),
        bit_depth=_bit_depth(stream),
        is_float=codec.startswith(("pcm_f32", "pcm_f64")),
        is_lossless=is_lossless,
        declared_samples=declared_samples,
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


def _declared_samples(stream: dict[str, Any], promise: Promise | None) -> Samples | None:
    codec = str(stream["codec_name"])
    if promise is not None and codec.startswith("pcm_"):
        return None if promise.frames is None else Samples(promise.frames)
    ticks = stream.get("duration_ts")
    if ticks is None or not _counts_samples(stream):
        return None
    return Samples(int(ticks))


def _require_whole(promise: Promise | None, codec: str, path: Path) -> None:
    """Refuse what is cut off and compressed; of what is not, the samples are counted later."""
    size = path.stat().st_size
    if promise is not None and promise.ends_at > size and not codec.startswith("pcm_"):
        raise Refused(
            "truncated",
            f"The file is cut off: it promises {promise.ends_at} bytes and holds {size}. "
            "Please send it again.",
        )


def _require_length(samples: Samples | None, rate: int) -> None:
    if samples is not None and samples > MOST_HOURS * 3600 * rate:
        raise too_long(MOST_HOURS)


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
