"""The renditions that are made of a master: one table, changed in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from base.units import Samples
from transcode.source import SourceInfo
from transcode.timeline import FRAGMENT_S, Framing, Timeline, fragments_in, resampled, timeline

#: How long a preview is, in seconds (STREAM-TO-OWN terms).
PREVIEW_S = 45


class Codec(StrEnum):
    """A codec as the field names it."""

    AAC = "aac"
    OPUS = "opus"
    FLAC = "flac"
    ALAC = "alac"
    MP3 = "mp3"

    @property
    def is_lossless(self) -> bool:
        """Whether it keeps every sample."""
        return self in {Codec.FLAC, Codec.ALAC}


#: RFC 6381 strings; a wrong one makes a rendition unplayable.
CODECS = {
    Codec.AAC: "mp4a.40.2",
    Codec.OPUS: "Opus",
    Codec.FLAC: "fLaC",
    Codec.ALAC: "alac",
    Codec.MP3: "mp3",
}
_SUFFIXES = {Codec.ALAC: ".m4a", Codec.MP3: ".mp3"}
_TYPES = {Codec.MP3: "audio/mpeg"}
_WIDEST_BITS = 24
_CD_RATE, _STUDIO_RATE = 44_100, 48_000
#: Of a streamable subset of FLAC at up to 48 kHz (RFC 9639, 7): the largest frame.
_LARGEST_FLAC_FRAME = 4608
#: Decoders of MP3 take away a frame of padding at most, and a shorter track has more of it.
_MP3_FRAME = 1152
#: What one channel, or one without the highest octave, has no use for, in bits per second.
_ENOUGH_FOR_LITTLE_BPS = 128_000
_LITTLE_RATE = 32_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder; lossless where there is no bitrate (bits per second).

    `most_rate` in Hz is a ceiling below the master's own rate. A download is an ordinary file, no
    player streams it. The rung that `opens` can be heard while the rest of it is made.
    """

    name: str
    codec: Codec
    bitrate_bps: int | None = None
    most_rate: int | None = None
    is_preview: bool = False
    is_download: bool = False
    opens: bool = False

    @property
    def codecs(self) -> str:
        """What a playlist calls the codec."""
        return CODECS[self.codec]

    @property
    def mime(self) -> str:
        """What a browser calls the file."""
        kind = _TYPES.get(self.codec, "audio/mp4")
        return kind if self.codec is Codec.MP3 else f'{kind}; codecs="{self.codecs}"'

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return self.name + (_SUFFIXES[self.codec] if self.is_download else ".mp4")


#: What is made first: a track is playable as soon as a part of it is there.
FIRST = (
    Rung(name="aac-128", codec=Codec.AAC, bitrate_bps=128_000, opens=True),
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
    Rung(name="flac-48", codec=Codec.FLAC, most_rate=_STUDIO_RATE),
    Rung(name="alac", codec=Codec.ALAC, is_download=True),
    Rung(name="mp3-320", codec=Codec.MP3, bitrate_bps=320_000, is_download=True),
)


def rungs_for(info: SourceInfo, table: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Leave out what the master does not deserve."""
    return tuple(rung for rung in table if _deserves(info, rung))


def _deserves(info: SourceInfo, rung: Rung) -> bool:
    if rung.most_rate is not None and info.sample_rate <= rung.most_rate:
        return False
    if rung.codec is Codec.MP3 and (info.declared_samples or _MP3_FRAME) < _MP3_FRAME:
        return False
    if rung.bitrate_bps is None:
        return info.is_lossless  # a lossless copy of a lossy file is only larger
    if rung in FIRST:
        return True
    has_little = info.channels == 1 or info.sample_rate < _LITTLE_RATE
    if has_little and not rung.is_download and rung.bitrate_bps > _ENOUGH_FOR_LITTLE_BPS:
        return False
    return info.bitrate_bps is None or rung.bitrate_bps <= info.bitrate_bps


def rate_for(info: SourceInfo, rung: Rung) -> int:
    """Answer the sample rate of a rendition in hertz."""
    if rung.codec is Codec.OPUS:
        return _STUDIO_RATE  # the only clock that Opus has (RFC 7845, 5.1)
    if rung.codec.is_lossless and rung.most_rate is None:
        return info.sample_rate
    if info.sample_rate in {_CD_RATE, _STUDIO_RATE}:
        return info.sample_rate
    return _CD_RATE if info.sample_rate % _CD_RATE == 0 else _STUDIO_RATE


def depth_for(info: SourceInfo, rung: Rung) -> int:
    """Answer the bits of a lossless rendition: the master's own, as far as FLAC in MP4 goes."""
    if info.is_float or rate_for(info, rung) != info.sample_rate:
        return _WIDEST_BITS
    return 16 if info.bit_depth <= 16 else _WIDEST_BITS  # noqa: PLR2004 - bits


def is_exact(info: SourceInfo, rung: Rung) -> bool:
    """Whether a rendition keeps every bit: not of float, beyond 24 bits, or at another rate."""
    return (
        rung.codec.is_lossless
        and not info.is_float
        and info.bit_depth <= depth_for(info, rung)
        and rate_for(info, rung) == info.sample_rate
    )


def framing_for(codec: Codec, rate: int) -> Framing:
    """Answer how a codec packs samples at a rate.

    AAC: 1024 samples a frame, overlapped by half with the frame before. Opus: 20 ms, the
    encoder's look-ahead of 312, and 80 ms until a decoder has converged (RFC 7845, 4.6).
    """
    match codec:
        case Codec.AAC:
            return Framing(frame=1024, delay=1024, least_priming=1024, roll=1, pads=True)
        case Codec.OPUS:
            return Framing(
                frame=960, delay=312, least_priming=312, roll=4, pads=True, decoder_skips=True
            )
        case Codec.FLAC:
            return Framing(frame=_flac_frame(rate))
        case _:
            return Framing(frame=4096)


def layout_for(info: SourceInfo, rung: Rung, samples: Samples) -> Timeline:
    """Lay out the rendition of a master that has so many samples."""
    if rung.is_preview:
        samples = Samples(min(samples, PREVIEW_S * info.sample_rate))
    rate = rate_for(info, rung)
    return timeline(
        framing_for(rung.codec, rate),
        rate=rate,
        samples=resampled(samples, rate=info.sample_rate, to=rate),
        fragments=fragments_in(Fraction(samples, info.sample_rate)),
    )


def _flac_frame(rate: int) -> int:
    """Answer a frame that divides a fragment, so that it ends when it should, to the sample."""
    fragment = FRAGMENT_S * rate
    sizes = range(_LARGEST_FLAC_FRAME, _LARGEST_FLAC_FRAME // 2, -1)
    return next((size for size in sizes if fragment % size == 0), 4096)
