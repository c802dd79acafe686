"""Rules for the head of an ISO file: brands, boxes, tracks, sample entries.

RFC 8216bis 3.1.2, ISO/IEC 14496-12, and the encapsulations of the codecs.
"""

from __future__ import annotations

from collections.abc import Iterator

from refrain.conformance.codecs import Entry, Family
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.limits import SAME_FINDINGS
from refrain.conformance.media import Media
from refrain.conformance.movie import Movie, Track

#: Brands that promise what iso6 does, or more.
_BRANDS = frozenset(
    ["iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc", "isod", "cmfc", "cmf2", "cmfl"]
)
_DEEPEST_RATE = 65_535


def check_movie(media: Media) -> Iterator[Finding]:
    """Check the head of a rendition or of a file."""
    movie, where = media.movie, media.where
    if movie is None:
        yield error("ISO 8.2.1", where, "There is no moov box.")
        return
    for fault in movie.faults[:SAME_FINDINGS]:
        yield error("ISO 4.2", where, f"The head is malformed: {fault}.")
    if len(movie.tracks) != 1:
        yield error("CMAF 7.3", where, f"The file has {len(movie.tracks)} tracks.")
    for track in movie.tracks[:SAME_FINDINGS]:
        yield from _track(track, movie, where)
    yield from _order(movie, where)


def check_initialisation(media: Media) -> Iterator[Finding]:
    """Check what HLS asks of a media initialisation section (RFC 8216bis, 3.1.2)."""
    movie, where = media.movie, media.where
    if movie is None:
        return
    if not movie.brands:
        yield error("RFC 8216bis 3.1.2", where, "The initialisation has no ftyp.")
    elif not _BRANDS & set(movie.brands):
        said = ", ".join(movie.brands[:8])
        yield error("RFC 8216bis 3.1.2", where, f"No brand is iso6 or later: {said}.")
    if movie.kinds[:2] != ("ftyp", "moov"):
        yield error("RFC 8216bis 3.1.2", where, "moov does not follow ftyp.")
    if movie.duration or any(track.header_duration for track in movie.tracks):
        yield error("RFC 8216bis 3.1.2", where, "mvhd or tkhd has a duration.")
    if any(track.samples for track in movie.tracks):
        yield error("RFC 8216bis 3.1.2", where, "The initialisation has samples.")
    if not movie.is_fragmented:
        yield error("RFC 8216bis 3.1.2", where, "The initialisation has no mvex.")


def _track(track: Track, movie: Movie, where: str) -> Iterator[Finding]:
    if movie.is_fragmented and track.defaults is None:
        yield error("ISO 8.8.1", where, f"Track {track.track_id} has no trex.")
    if not track.is_self_contained:
        yield error("ISO 8.7.2", where, "The track refers to media in another file.")
    if track.timescale == 0:
        yield error("ISO 12.2.3", where, "The timescale of the track is zero.")
    if track.entry is not None:
        yield from _entry(track.entry, track, where)


def _entry(entry: Entry, track: Track, where: str) -> Iterator[Finding]:
    clause = "Opus in ISO 4.3.2" if entry.family is Family.OPUS else "ISO 12.2.3"
    for fault in entry.faults:
        yield error(clause, where, f"The entry {entry.kind!r} is malformed: {fault}.")
    rate, channels = entry.configured_rate, entry.configured_channels
    # What does not fit into 16 bits is written as zero there.
    stated = entry.sample_rate if rate and rate <= _DEEPEST_RATE else rate
    if rate is not None and rate not in {stated, 2 * entry.sample_rate}:
        yield error(
            clause, where, f"The entry says {entry.sample_rate} Hz, the decoder's part {rate} Hz."
        )
    if channels is not None and channels != entry.channels:
        yield warning(
            clause, where, f"The entry says {entry.channels} channels, the decoder's {channels}."
        )
    if rate and track.timescale and track.timescale % rate and rate % track.timescale:
        sentence = f"The timescale {track.timescale} cannot count samples at {rate} Hz."
        yield warning("ISO 12.2.3", where, sentence)


def _order(movie: Movie, where: str) -> Iterator[Finding]:
    media = [number for number, kind in enumerate(movie.kinds) if kind in {"moof", "mdat"}]
    if media and movie.kinds.index("moov") > media[0]:
        yield error(
            "ISO 8.2.1", where, "moov comes after media: nothing plays before all is there."
        )
