"""Playlists of a rendition that is heard while it is made.

Who begins with it stays with it: a playlist only ever grows, keeps its kind, and ends
(RFC 8216bis, 6.2.1). Who comes when it has ended is given the finished renditions.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from catalog.growth import GrownPart, parts_of
from catalog.models.files import GrowingRendition
from stream.manifests import lossy_score
from stream.multivariant import MultivariantPlaylist, Variant, print_multivariant
from stream.playlists import ByteRange, Kind, MediaPlaylist, Segment, print_media

_BITS = 8


def is_heard_by(growth: GrowingRendition | None, *, opened_at: datetime) -> bool:
    """Whether a session of this time began with what grew."""
    return growth is not None and (growth.ended_at is None or opened_at < growth.ended_at)


def multivariant(growth: GrowingRendition) -> str:
    """Print the choice: one rendition, at the rates of what is there of it.

    A quiet beginning does not promise that the rest is quiet.
    """
    sizes = [(size, duration) for part in parts_of(growth) for _, size, duration in part.fragments]
    variant = Variant(
        uri=f"{growth.rung}.m3u8",
        codecs=growth.codecs,
        peak_bps=max(growth.nominal_bps, *(_bps(growth, *each) for each in sizes)),
        average_bps=_bps(growth, *map(sum, zip(*sizes, strict=True))),
        score=lossy_score(growth.codec, growth.rung),
    )
    return print_multivariant(MultivariantPlaylist(variants=(variant,), channels=growth.channels))


def media(growth: GrowingRendition) -> str:
    """Print what is there of it."""
    playlist = MediaPlaylist(
        uri=part_name(growth, 0),
        init=ByteRange(offset=0, length=growth.init_bytes),
        segments=tuple(
            segment
            for number, part in enumerate(parts_of(growth))
            for segment in _segments(growth, number, part)
        ),
        kind=Kind.EVENT,
        is_ended=growth.ended_at is not None,
    )
    return print_media(playlist)


def part_name(growth: GrowingRendition, number: int) -> str:
    """Answer what a part is called beside its playlist."""
    return f"{growth.rung}.{number}.mp4"


def _segments(growth: GrowingRendition, number: int, part: GrownPart) -> list[Segment]:
    return [
        Segment(
            duration_s=Fraction(duration, growth.timescale),
            bytes=ByteRange(offset=offset, length=length),
            uri=part_name(growth, number) if number else None,
        )
        for offset, length, duration in part.fragments
    ]


def _bps(growth: GrowingRendition, size_bytes: int, duration: int) -> int:
    return round(size_bytes * _BITS * growth.timescale / duration)
