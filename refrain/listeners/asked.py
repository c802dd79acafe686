"""What a player asks for, read from playlists: one variant, then its segments in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refrain.conformance.hls import Segment, Tag, read_byte_range, read_playlist, segments_of
from refrain.conformance.hls import variants_of as read_variants


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes to ask for, and the seconds of sound in them; `length` is None for a whole file."""

    uri: str
    start: int = 0
    length: int | None = None
    duration_s: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """The range, as a request says it (RFC 9110, 14.2)."""
        if self.length is None:
            return {}
        return {"Range": f"bytes={self.start}-{self.start + self.length - 1}"}


def variants_of(playlist: bytes) -> tuple[str, ...]:
    """Answer the playlists that a multivariant playlist offers; none where it is a media one."""
    return tuple(one.uri for one in read_variants(read_playlist(playlist)) if one.uri)


def pieces_of(playlist: bytes) -> tuple[Piece, ...]:
    """Answer what a media playlist has a player ask for, initialisation first (RFC 8216bis, 4.4.4).

    Raises:
        ValueError: it has no segments, or they are encrypted or without a duration.

    """
    segments = segments_of(read_playlist(playlist))
    if not segments or any(one.duration_s is None or one.is_encrypted for one in segments):
        raise ValueError("there are no segments to be played")
    return tuple(_pieces(segments))


def _pieces(segments: Sequence[Segment]) -> Iterator[Piece]:
    initial: Tag | None = None
    ends: dict[str, int] = {}
    for segment in segments:
        if segment.map is not None and segment.map is not initial:
            initial = segment.map
            yield _initialisation(initial)
        if segment.is_gap:
            continue
        yield _piece(segment, ends)


def _initialisation(tag: Tag) -> Piece:
    place = read_byte_range(tag.attributes.get("BYTERANGE") or "")
    uri = tag.attributes.get("URI") or ""
    if place is None:
        return Piece(uri=uri)
    return Piece(uri=uri, start=place.offset or 0, length=place.length)


def _piece(segment: Segment, ends: dict[str, int]) -> Piece:
    duration_s = float(segment.duration_s or 0)
    place = segment.byte_range
    if place is None:
        return Piece(uri=segment.uri, duration_s=duration_s)
    # Where no offset is said it begins where the one before ended (4.4.4.2).
    start = ends.get(segment.uri, 0) if place.offset is None else place.offset
    ends[segment.uri] = start + place.length
    return Piece(uri=segment.uri, start=start, length=place.length, duration_s=duration_s)
