"""Playlists and manifests, written from the rows of the renditions themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from catalog.models.files import Rendition
from catalog.models.plays import Grant
from stream.dash import Representation, print_mpd
from stream.multivariant import (
    MultivariantPlaylist,
    StatedLoudness,
    Variant,
    print_multivariant,
)
from stream.playlists import ByteRange, MediaPlaylist, Segment, print_media

#: From the name of an object to the address that is said of it; beside a playlist, the name is.
Address = Callable[[str], str]
#: How much a codec makes of a bit, and what is as good as it gets; a score in a playlist.
_WORTH = {"aac": 1.0, "opus": 1.5}
_BPS_A_POINT = 32_000
_LOSSLESS_SCORE = 10.0
#: What a player is offered first: what every one of them plays, at a rate every line carries.
_FIRST = ("aac", 128_000)


class Choice(Protocol):
    """What tells whether a rendition is offered, and how good it is."""

    @property
    def codec(self) -> str:
        """The codec."""

    @property
    def nominal_bps(self) -> int | None:
        """The bit rate of a lossy one."""

    @property
    def is_exact(self) -> bool:
        """Whether a lossless one decodes to its master's own samples."""

    @property
    def is_preview(self) -> bool:
        """Whether it is the beginning alone."""

    @property
    def is_download(self) -> bool:
        """Whether it is a file to keep."""


C = TypeVar("C", bound=Choice)


def offered(renditions: Sequence[C], grant: Grant) -> list[C]:
    """Answer what a grant gives to hear, the first choice first."""
    mine = [
        one
        for one in renditions
        if one.is_preview == (grant is Grant.PREVIEW) and not one.is_download
    ]
    return sorted(mine, key=_rank)


def multivariant(renditions: Sequence[Rendition], loudness: StatedLoudness) -> str:
    """Print the choice of renditions."""
    variants = tuple(
        Variant(
            uri=f"{one.rung}.m3u8",
            codecs=one.codecs,
            peak_bps=one.peak_bps,
            average_bps=one.average_bps,
            score=score(one),
        )
        for one in renditions
    )
    channels = max((one.channels for one in renditions), default=2)
    playlist = MultivariantPlaylist(variants=variants, channels=channels, loudness=loudness)
    return print_multivariant(playlist)


def score(rendition: Choice) -> float:
    """Answer how good a rendition sounds beside the others, from 0 to 10.

    Lossless ones are best, and of those the one at the master's own rate.
    """
    if rendition.nominal_bps is None:
        return _LOSSLESS_SCORE - (0.0 if rendition.is_exact else 0.5)
    return lossy_score(rendition.codec, rendition.nominal_bps)


def lossy_score(codec: str, nominal_bps: int) -> float:
    """Answer the score of a lossy rung."""
    return round(min(9.0, _WORTH[codec] * nominal_bps / _BPS_A_POINT), 1)


def media(rendition: Rendition, address: Address = str) -> str:
    """Print one rendition, whose object is found at an address.

    The first segment lasts as long as its frames do, what the edit list hides among them: so says
    `tfdt` of the others, by which Shaka Player finds what it places by added durations. The index
    belongs to it, as it may, so that what HLS reads has no hole: a cache in Chromium's memory has
    blocks of 4096 bytes, and ends a range with a block that has one.
    """
    (offset, length, duration), *rest = rendition.fragments
    index = offset - rendition.init_bytes
    first = (rendition.init_bytes, index + length, duration + rendition.edit)
    segments = tuple(
        Segment(
            duration_s=Fraction(duration, rendition.timescale),
            bytes=ByteRange(offset=offset, length=length),
        )
        for offset, length, duration in (first, *rest)
    )
    playlist = MediaPlaylist(
        uri=address(f"{rendition.rung}.mp4"),
        init=ByteRange(offset=0, length=rendition.init_bytes),
        segments=segments,
    )
    return print_media(playlist)


def mpd(renditions: Sequence[Rendition], address: Address = str) -> str:
    """Print the DASH manifest, whose objects are found at addresses."""
    longest = max(Fraction(one.samples, one.timescale) for one in renditions)
    representations = [
        Representation(
            id=one.rung,
            uri=address(f"{one.rung}.mp4"),
            codecs=one.codecs,
            sample_rate=one.sample_rate,
            channels=one.channels,
            bandwidth_bps=one.peak_bps,
            init_bytes=one.init_bytes,
            index_offset=one.index_offset,
            index_bytes=one.index_bytes,
        )
        for one in renditions
    ]
    return print_mpd(representations, duration_s=float(longest))


def _rank(rendition: Choice) -> tuple[bool, float]:
    is_first = (rendition.codec, rendition.nominal_bps) == _FIRST
    return (not is_first, -score(rendition))
