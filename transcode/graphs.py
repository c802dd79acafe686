"""Commands for ffmpeg, described as graphs and compiled to arguments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from transcode.fingerprint import LENGTH_S
from transcode.ladder import PREVIEW_S, Codec, Rung, depth_for, rate_for
from transcode.source import INPUT_OPTIONS, SourceInfo

#: One file for everything: fragments of 6 s, one index of them at the front, an edit that
#: hides the encoder's delay; and the same bytes whenever the same master is encoded.
_FRAGMENTED = {
    "format": "mp4",
    "movflags": "+delay_moov+dash+global_sidx",
    "frag_duration": 6_000_000,
    "map_metadata": -1,
    "fflags": "+bitexact",
    "flags:a": "+bitexact",
}
_FINGERPRINT = {"format": "chromaprint", "fp_format": "base64", "t": LENGTH_S}
_ENCODERS = {Codec.AAC: "aac", Codec.OPUS: "libopus", Codec.FLAC: "flac"}


def command(
    program: str,
    source: Path,
    info: SourceInfo,
    *,
    renditions: Sequence[tuple[Rung, Path]] = (),
    fingerprint: Path | None = None,
) -> list[str]:
    """Answer one command that decodes `source` once for all that is wanted of it.

    Who names a file for Chromaprint's `fingerprint` listens: interleaved float32 samples at the
    master's rate go to the standard output, too.
    """
    audio = _input(source)
    outputs = [_rendition(audio, info, rung, path) for rung, path in renditions]
    if fingerprint is not None:
        outputs.append(audio.output("pipe:1", format="f32le", acodec="pcm_f32le"))
        outputs.append(audio.output(f"file:{fingerprint.absolute()}", **_FINGERPRINT))
    graph = ffmpeg.merge_outputs(*outputs).global_args("-nostdin", "-hide_banner", "-v", "error")
    arguments: list[str] = graph.compile(cmd=program, overwrite_output=True)
    return arguments


def decode(program: str, source: Path) -> list[str]:
    """Answer a command that sends a file's float32 samples to the standard output."""
    graph = _input(source).output("pipe:1", format="f32le", acodec="pcm_f32le")
    arguments: list[str] = graph.global_args("-nostdin", "-hide_banner", "-v", "error").compile(
        cmd=program
    )
    return arguments


def _input(source: Path) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    return ffmpeg.input(f"file:{source.absolute()}", **INPUT_OPTIONS)["a:0"]


def _rendition(audio: Any, info: SourceInfo, rung: Rung, path: Path) -> Any:  # noqa: ANN401 - see _input
    options: dict[str, Any] = {**_FRAGMENTED, "acodec": _ENCODERS[rung.codec]}
    if rung.codec is Codec.FLAC:
        options |= _lossless(info)
    else:
        options |= {"audio_bitrate": rung.bitrate_bps, "ar": rate_for(info, rung)}
    if rung.is_preview:
        options["t"] = PREVIEW_S
    return audio.output(f"file:{path.absolute()}", **options)


def _lossless(info: SourceInfo) -> dict[str, Any]:
    depth = depth_for(info)
    wide = {"sample_fmt": "s32", "bits_per_raw_sample": depth}
    return {"compression_level": 8, **({"sample_fmt": "s16"} if depth == 16 else wide)}  # noqa: PLR2004 - bits
