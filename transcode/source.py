"""What is known of a master before it is decoded, and how ffmpeg may open it."""

from __future__ import annotations

from dataclasses import dataclass

from base.units import Samples

#: Containers that hold one piece of audio. No playlist, no script, no network protocol:
#: those could name other files of this machine.
CONTAINERS = "wav,w64,aiff,flac,mp3,mov,ogg,aac,caf,ape,wv"
#: What of the source ffmpeg may open, and how.
INPUT_OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file,pipe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A master as its container describes it; `declared_samples` is a promise, not a fact.

    `bitrate_bps` is told of lossy ones only. Where `is_seekable`, a decoder that begins in the
    middle gives the samples that are there, to the sample.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    bit_depth: int
    is_float: bool
    is_lossless: bool
    declared_samples: Samples | None
    bitrate_bps: int | None = None
    is_seekable: bool = False
