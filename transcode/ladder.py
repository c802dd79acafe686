"""The renditions that are made of a master: one table, changed in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from transcode.source import SourceInfo

#: How long a preview is, in seconds (STREAM-TO-OWN terms).
PREVIEW_S = 45


class Codec(StrEnum):
    """A codec as the field names it."""

    AAC = "aac"
    OPUS = "opus"
    FLAC = "flac"


#: RFC 6381 strings; a wrong one makes a rendition unplayable.
CODECS = {Codec.AAC: "mp4a.40.2", Codec.OPUS: "Opus", Codec.FLAC: "fLaC"}
MIME = "audio/mp4"
_WIDEST_FLAC_BITS = 24
_CD_RATE, _STUDIO_RATE = 44_100, 48_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder; lossless where there is no bitrate (bits per second)."""

    name: str
    codec: Codec
    bitrate_bps: int | None = None
    is_preview: bool = False

    @property
    def codecs(self) -> str:
        """What a playlist calls the codec."""
        return CODECS[self.codec]

    @property
    def mime(self) -> str:
        """What a browser calls the file."""
        return f'{MIME}; codecs="{self.codecs}"'


#: What is made first: a track is playable as soon as these are there.
FIRST = (
    Rung(name="aac-128", codec=Codec.AAC, bitrate_bps=128_000),
    Rung(name="preview-aac-128", codec=Codec.AAC, bitrate_bps=128_000, is_preview=True),
)
#: What makes it complete.
REST = (
    Rung(name="aac-64", codec=Codec.AAC, bitrate_bps=64_000),
    Rung(name="aac-256", codec=Codec.AAC, bitrate_bps=256_000),
    Rung(name="opus-48", codec=Codec.OPUS, bitrate_bps=48_000),
    Rung(name="opus-96", codec=Codec.OPUS, bitrate_bps=96_000),
    Rung(name="opus-160", codec=Codec.OPUS, bitrate_bps=160_000),
    Rung(name="preview-opus-96", codec=Codec.OPUS, bitrate_bps=96_000, is_preview=True),
    Rung(name="flac", codec=Codec.FLAC),
)


def rungs_for(info: SourceInfo, table: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Leave out what the master does not warrant: a lossless copy of a lossy file."""
    return tuple(rung for rung in table if rung.codec is not Codec.FLAC or info.is_lossless)


def rate_for(info: SourceInfo, rung: Rung) -> int:
    """Answer the sample rate of a rendition in hertz."""
    if rung.codec is Codec.FLAC:
        return info.sample_rate
    if rung.codec is Codec.OPUS:
        return _STUDIO_RATE  # the only clock that Opus has (RFC 7845, 5.1)
    if info.sample_rate in {_CD_RATE, _STUDIO_RATE}:
        return info.sample_rate
    return _CD_RATE if info.sample_rate % _CD_RATE == 0 else _STUDIO_RATE


def depth_for(info: SourceInfo) -> int:
    """Answer the bits of a lossless rendition: the master's own, as far as FLAC in MP4 goes."""
    if info.is_float:
        return _WIDEST_FLAC_BITS
    return 16 if info.bit_depth <= 16 else _WIDEST_FLAC_BITS  # noqa: PLR2004 - bits
