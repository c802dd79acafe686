"""Playlists of a rendition that is heard while it is made.

Who begins with it stays with it: a playlist only ever grows, keeps its kind, and ends
(RFC 8216bis, 6.2.1). Who comes when it has ended is given the finished renditions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from catalog.growth import parts_of
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
    segments = _segments(growth)
    bits = [_BITS * one.bytes.length for one in segments]
    rates = [round(size / one.duration_s) for size, one in zip(bits, segments, strict=True)]
    variant = Variant(
        uri=f"{growth.rung}.m3u8",
        codecs=growth.codecs,
        peak_bps=max(growth.nominal_bps, *rates),
        average_bps=round(sum(bits) / sum(one.duration_s for one in segments)),
        score=lossy_score(growth.codec, growth.nominal_bps),
    )
    return print_multivariant(MultivariantPlaylist(variants=(variant,), channels=growth.channels))


def media(growth: GrowingRendition) -> str:
    """Print what is there of it."""
    playlist = MediaPlaylist(
        uri=part_name(growth, 0),
        init=ByteRange(offset=0, length=growth.init_bytes),
        segments=_segments(growth),
        kind=Kind.EVENT,
        is_ended=growth.ended_at is not None,
    )
    return print_media(playlist)


def part_name(growth: GrowingRendition, number: int) -> str:
    """Answer what a part is called beside its playlist."""
    return f"{growth.rung}.{number}.mp4"


def _segments(growth: GrowingRendition) -> tuple[Segment, ...]:
    """Answer what is there; the first lasts as long as in the finished rendition's playlist."""
    found = [
        Segment(
            duration_s=Fraction(duration, growth.timescale),
            bytes=ByteRange(offset=offset, length=length),
            uri=part_name(growth, number) if number else None,
        )
        for number, part in enumerate(parts_of(growth))
        for offset, length, duration in part.fragments
    ]
    hidden_s = Fraction(growth.edit, growth.timescale)
    return (replace(found[0], duration_s=found[0].duration_s + hidden_s), *found[1:])
