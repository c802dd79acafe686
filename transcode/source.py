"""What is known of a master before it is decoded, and how ffmpeg may open it."""

from __future__ import annotations

from dataclasses import dataclass

from base.errors import Refused
from base.units import Samples

#: No master is longer; a few bytes of silence, said over and over, would be.
MOST_HOURS = 24
#: Containers that hold one piece of audio. No playlist, no script, no network protocol:
#: those could name other files of this machine.
CONTAINERS = "wav,w64,aiff,flac,mp3,mov,ogg,aac,caf,ape,wv"
_PCM = (
    *("s8", "u8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "s64le", "s64be"),
    *("u16le", "u16be", "u24le", "u24be", "u32le", "u32be"),
    *("f32le", "f32be", "f64le", "f64be", "alaw", "mulaw"),
)
#: Decoders of sound that masters come in. Not those of pictures: a cover is no master's business,
#: and whatever else a container may hold is a stranger's way into a decoder that nobody uses.
DECODERS = (
    *("flac", "alac", "ape", "wavpack", "aac", "vorbis", "libvorbis", "opus", "libopus"),
    *("mp3", "mp3float", "mp2", "mp2float", "mp1", "mp1float", "speex", "adpcm_ms"),
    *("adpcm_ima_wav", "adpcm_ima_qt"),
    *(f"pcm_{form}" for form in _PCM),
)
#: What of the source ffmpeg may open, and how.
INPUT_OPTIONS = {
    "format_whitelist": CONTAINERS,
    "protocol_whitelist": "file,pipe",
    "codec_whitelist": ",".join(DECODERS),
}


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


def too_long(hours: float) -> Refused:
    """Say how long a master may be."""
    return Refused(
        "too-long",
        f"The file holds more than {int(hours)} hours of sound, which is more than is taken; "
        "please send it in parts.",
    )
