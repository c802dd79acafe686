"""Commands for ffmpeg, described as graphs and compiled to arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from transcode.fingerprint import LENGTH_S
from transcode.ladder import Codec, Rung, depth_for, rate_for
from transcode.pieces import Feed, Window, window_for
from transcode.source import INPUT_OPTIONS, SourceInfo
from transcode.timeline import Timeline

#: The same bytes whenever the same is encoded, and no tags of the master or of the encoder.
_REPRODUCIBLE = {"map_metadata": -1, "fflags": "+bitexact", "flags:a": "+bitexact"}
#: Frames on their way to our own writer: many in a fragment, which is only their wrapping.
_WRAPPED = {
    **_REPRODUCIBLE,
    "format": "mp4",
    "movflags": "+empty_moov+default_base_moof",
    "frag_duration": 10_000_000,
}
_ORDINARY = {
    Codec.ALAC: {**_REPRODUCIBLE, "format": "ipod", "movflags": "+faststart"},
    # The Xing header tells players how much of the first and last frame is padding.
    Codec.MP3: {**_REPRODUCIBLE, "format": "mp3", "write_xing": 1, "id3v2_version": 3},
}
_SAMPLES = {"format": "f32le", "acodec": "pcm_f32le"}
#: Frames of a codec are small, and each costs a decoder more on its way than a few samples do;
#: so does every small write cost whoever reads, whom it wakes.
_GATHERED = {"n": 65_536, "p": 0}
_POURED = {**_SAMPLES, "avioflags": "direct"}
#: What a master is called that was unpacked to be read from the middle.
UNPACKED = "unpacked.w64"
_FINGERPRINT = {"format": "chromaprint", "fp_format": "base64", "t": LENGTH_S}
#: What ffmpeg calls those we use.
ENCODERS = {
    Codec.AAC: "aac",
    Codec.OPUS: "libopus",
    Codec.FLAC: "flac",
    Codec.ALAC: "alac",
    Codec.MP3: "libmp3lame",
}
#: Rate conversion that 24 bits cannot tell from perfect.
_RESAMPLER = {"resampler": "soxr", "precision": 28}

Stream = Any  # ffmpeg-python has no types


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One encode: what of which rung goes into which file; `gain_db` for lossy ones only."""

    rung: Rung
    line: Timeline
    feed: Feed
    path: Path
    gain_db: float = 0.0


def encode(
    program: str,
    source: Path,
    info: SourceInfo,
    targets: Sequence[Target],
    *,
    progress: Path | None = None,
) -> list[str]:
    """Answer one command that reads a stretch of the master once, and encodes all targets.

    How much it has written it tells twice a second, in the file `progress`.
    """
    window = window_for((target.line, target.feed) for target in targets)
    audio = _input(source, window)
    outputs = [
        _output(_fed(branch, target, skipped=window.start_s * target.line.rate), info, target)
        for level, group in _shared(audio, targets, lambda target: target.gain_db)
        for rate, part in _shared(_amplified(level, group[0].gain_db), group, _rate)
        for branch, [target] in _shared(_resampled(rate, info, part[0]), part, id)
    ]
    graph = ffmpeg.merge_outputs(*outputs)
    if progress is not None:
        graph = graph.global_args("-progress", _url(progress), "-stats_period", "0.5")
    return _compiled(program, graph)


def decode(
    program: str, source: Path, *, unpacked: Path | None = None, fingerprint: Path | None = None
) -> list[str]:
    """Answer a command that sends all of a file's float32 samples to the standard output.

    It may write them to a file as well, which can be read from the middle, and a Chromaprint.
    """
    # Numbered anew: what a file says of its times is not what is asked for here.
    audio = _input(source, err_detect="crccheck")
    audio = audio.filter("asetpts", "N/SR/TB").filter("asetnsamples", **_GATHERED)
    outputs: list[tuple[str, dict[str, Any]]] = [("pipe:1", _POURED)]
    if unpacked is not None:
        outputs.append((_url(unpacked), {**_SAMPLES, "format": "w64"}))
    if fingerprint is not None:
        outputs.append((_url(fingerprint), _FINGERPRINT))
    branches = _split(audio, len(outputs))
    graph = [
        branch.output(url, **options)
        for branch, (url, options) in zip(branches, outputs, strict=True)
    ]
    return _compiled(program, ffmpeg.merge_outputs(*graph))


def decode_lone(program: str, source: Path, *, is_first: bool) -> list[str]:
    """Answer a command that sends the samples of a header and one fragment to the output."""
    audio = _input(source) if is_first else _input(source, ignore_editlist="1")
    return _compiled(program, audio.output("pipe:1", **_POURED))


def frames(program: str, source: Path) -> list[str]:
    """Answer a command that prints where each sound frame is, in ticks, and leaves out others."""
    audio = _input(source, err_detect="crccheck+explode")
    return _compiled(program, audio.output("pipe:1", format="framecrc", acodec="pcm_s16le"))


def unpack(program: str, source: Path, path: Path) -> list[str]:
    """Answer a command that writes a master as samples, to be read from the middle."""
    return _compiled(program, _input(source).output(_url(path), **{**_SAMPLES, "format": "w64"}))


def excerpt(program: str, source: Path, window: Window, *, rate: int) -> list[str]:
    """Answer a command that sends a stretch of a file, at a rate, to the standard output."""
    audio = _input(source, window).filter("aresample", rate, **_RESAMPLER)
    return _compiled(program, audio.output("pipe:1", **_SAMPLES))


def _compiled(program: str, graph: Stream) -> list[str]:
    quiet = graph.global_args("-nostdin", "-hide_banner", "-v", "error")
    arguments: list[str] = quiet.compile(cmd=program, overwrite_output=True)
    return arguments


def _url(path: Path) -> str:
    return f"file:{path.absolute()}"


def _input(source: Path, window: Window | None = None, **more: str) -> Stream:
    options: dict[str, Any] = {**INPUT_OPTIONS, **more}
    if window is not None:
        options |= {"ss": window.start_s, "t": window.length_s}
    return ffmpeg.input(_url(source), **options)["a:0"]


def _shared(
    audio: Stream, targets: Sequence[Target], key: Callable[[Target], object]
) -> Iterator[tuple[Stream, list[Target]]]:
    """Branch for each group of targets that are alike in something."""
    groups: dict[object, list[Target]] = {}
    for target in targets:
        groups.setdefault(key(target), []).append(target)
    yield from zip(_split(audio, len(groups)), groups.values(), strict=True)


def _rate(target: Target) -> int:
    return target.line.rate


def _amplified(audio: Stream, gain_db: float) -> Stream:
    """Make room for what a lossy encoder adds; in floats, and only where it is needed."""
    return audio.filter("volume", f"{gain_db}dB", precision="float") if gain_db else audio


def _resampled(audio: Stream, info: SourceInfo, target: Target) -> Stream:
    if target.line.rate == info.sample_rate:
        return audio
    return audio.filter("aresample", target.line.rate, osf="fltp", **_RESAMPLER)


def _fed(audio: Stream, target: Target, *, skipped: int) -> Stream:
    """Cut out what an encoder is given, and mirror the music where it ends."""
    feed, line = target.feed, target.line
    start, end = feed.start - skipped, feed.end - skipped
    if feed.end == line.samples:
        # A resampler may end a sample early.
        audio = audio.filter("apad", whole_len=end)
    before, behind = (
        min(length, end - start) for length in (feed.mirrored_before, feed.mirrored_behind)
    )
    parts = [(start, end, False)]
    if before:
        parts.insert(0, (start, start + before, True))
    if behind:
        parts.append((end - behind, end, True))
    branches = _split(audio, len(parts))
    cut = [_cut(branch, *part) for branch, part in zip(branches, parts, strict=True)]
    joined = ffmpeg.concat(*cut, v=0, a=1) if len(cut) > 1 else cut[0]
    # Music that is shorter than its own mirror has silence beside it.
    if lacking := feed.mirrored_before - before:
        joined = joined.filter("adelay", f"{lacking}S", all=1)
    if lacking := feed.mirrored_behind - behind:
        joined = joined.filter("apad", pad_len=lacking)
    return joined


def _cut(audio: Stream, start: int, end: int, is_mirrored: bool) -> Stream:  # noqa: FBT001 - a column of a table
    audio = audio.filter("atrim", start_sample=start, end_sample=end)
    if is_mirrored:
        audio = audio.filter("areverse")
    return audio.filter("asetpts", "N/SR/TB")


def _split(audio: Stream, count: int) -> list[Stream]:
    if count == 1:
        return [audio]
    split = audio.filter_multi_output("asplit", count)
    return [split[number] for number in range(count)]


def _output(audio: Stream, info: SourceInfo, target: Target) -> Stream:
    rung = target.rung
    options: dict[str, Any] = {**_ORDINARY.get(rung.codec, _WRAPPED)}
    options["acodec"] = ENCODERS[rung.codec]
    if rung.codec.is_lossless:
        audio = _at_depth(audio, info, rung)
        depth = depth_for(info, rung)
        options["bits_per_raw_sample"] = depth
        if rung.codec is Codec.FLAC:
            options |= {"compression_level": 8, "frame_size": target.line.framing.frame}
    else:
        options["audio_bitrate"] = rung.bitrate_bps
    return audio.output(_url(target.path), **options)


def _at_depth(audio: Stream, info: SourceInfo, rung: Rung) -> Stream:
    """Make integers of samples; dither only where there are fewer bits than before."""
    depth = depth_for(info, rung)
    planar = "p" if rung.codec is Codec.ALAC else ""
    sample_format = ("s16" if depth == 16 else "s32") + planar  # noqa: PLR2004 - bits
    is_narrowed = (
        info.is_float or info.bit_depth > depth or rate_for(info, rung) != info.sample_rate
    )
    dither = {"dither_method": "triangular", "output_sample_bits": depth} if is_narrowed else {}
    return audio.filter("aresample", osf=sample_format, **dither)
