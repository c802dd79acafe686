"""Rules for fragments: times without gaps, data where it is said to be, an index that is true.

RFC 8216bis 3 and 3.1.2; ISO/IEC 14496-12, 8.8 and 8.16.3.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise

from refrain.conformance.findings import Finding, error
from refrain.conformance.fragments import Fragment, Fragments, Index
from refrain.conformance.limits import SAME_FINDINGS
from refrain.conformance.media import Media, Piece, presented

#: How far a printed duration may be from the true one.
_PRINTED_S = Fraction(1, 1000)


def check_fragments(media: Media) -> Iterator[Finding]:
    """Check every fragment of a rendition or of a file."""
    for piece in media.pieces:
        for fault in piece.content.faults[:SAME_FINDINGS]:
            yield error("ISO 4.2", media.where, f"{_named(piece)} is malformed: {fault}.")
    fragments = media.fragments
    yield from islice(_each(media), SAME_FINDINGS)
    yield from islice(_times(media), SAME_FINDINGS)
    for before, after in pairwise(fragments):
        if after.sequence <= before.sequence:
            sentence = f"Fragment {after.sequence} comes after fragment {before.sequence}."
            yield error("ISO 8.8.4", media.where, sentence)
            break


def check_stated_durations(media: Media) -> Iterator[Finding]:
    """Compare EXTINF with the samples of each segment, and the sum with the whole."""
    track, heard = media.track, presented(media)
    if track is None or heard is None:
        return
    tolerance = max(_PRINTED_S, media.frame_s)
    for number, piece in enumerate(media.pieces):
        if piece.stated_s is None:
            continue
        true = {Fraction(piece.duration, track.timescale)}
        # The first may be told with or without what an edit hides of it.
        true |= set() if number else {Fraction(piece.duration - heard.start, track.timescale)}
        if number == len(media.pieces) - 1:
            true |= {Fraction(_tail(media, heard.start, heard.length), track.timescale)}
        if min(abs(piece.stated_s - one) for one in true) > tolerance:
            sentence = f"{_named(piece)} says {float(piece.stated_s):.6f} s and holds "
            yield error("RFC 8216bis 3", media.where, f"{sentence}{float(min(true)):.6f} s.")
            return
    yield from _sum(media, track.timescale, {media.duration, heard.length})


def check_index(
    content: Fragments, where: str, skipped: int, *, is_whole: bool = True
) -> Iterator[Finding]:
    """Compare a `sidx` with the fragments after it; an edit may hide `skipped` ticks of the first.

    One reference may cover several fragments, but must begin and end with them. Of a segment that
    is no whole file, references behind its end are those of its neighbours.
    """
    end = max((one.end for one in content.fragments), default=0)
    for index in content.indexes[:1]:
        inside = tuple(each for each in index.references if is_whole or each[0] < end)
        yield from _references(replace(index, references=inside), content.fragments, where, skipped)


def _named(piece: Piece) -> str:
    return f"The segment of line {piece.line}" if piece.line else "The file"


def _tail(media: Media, start: int, length: int) -> int:
    before = media.duration - media.pieces[-1].duration
    return start + length - before


def _sum(media: Media, timescale: int, true: set[int]) -> Iterator[Finding]:
    stated = [piece.stated_s for piece in media.pieces]
    if not stated or None in stated:
        return
    total = sum(one for one in stated if one is not None)
    off = min(abs(total - Fraction(one, timescale)) for one in true)
    if off > max(_PRINTED_S, media.frame_s):
        sentence = f"All EXTINF are {float(total):.6f} s, the media {max(true) / timescale:.6f} s."
        yield error("RFC 8216bis 3", media.where, sentence)


def _each(media: Media) -> Iterator[Finding]:
    where = media.where
    for piece in media.pieces:
        for number, one in enumerate(piece.content.fragments, 1):
            name = f"Fragment {number} of {_named(piece).lower()}"
            if len(one.tracks) != 1:
                yield error("CMAF 7.3", where, f"{name} has {len(one.tracks)} tracks.")
            elif media.track is not None and one.tracks[0] != media.track.track_id:
                sentence = f"{name} is of track {one.tracks[0]}, which moov does not know."
                yield error("RFC 8216bis 3.1.2", where, sentence)
            if one.base_time is None:
                yield error("RFC 8216bis 3.1.2", where, f"{name} has no tfdt.")
            if not one.is_relative or not one.is_moof_base:
                sentence = f"{name} does not count its offsets from its moof."
                yield error("RFC 8216bis 3.1.2", where, sentence)
            yield from _data(one, name, where)


def _data(one: Fragment, name: str, where: str) -> Iterator[Finding]:
    if one.data is None:
        yield error("ISO 8.8.4", where, f"{name} has no mdat after its moof.")
        return
    start, end = one.data
    if any(run.offset < start or run.offset + run.size_bytes > end for run in one.runs):
        yield error("ISO 8.8.8", where, f"{name} names data that is not in its mdat.")


def _times(media: Media) -> Iterator[Finding]:
    """Each tfdt must be where the fragment before it ended (8.8.12)."""
    expected: int | None = None
    for piece in media.pieces:
        if piece.is_discontinuous:
            expected = None
        for one in piece.content.fragments:
            if one.base_time is None:
                continue
            if expected is not None and one.base_time != expected:
                off = one.base_time - expected
                sentence = f"Fragment {one.sequence} begins {off:+d} ticks off the end before it."
                yield error("ISO 8.8.12", media.where, sentence)
            expected = one.base_time + one.duration


def _references(
    index: Index, fragments: tuple[Fragment, ...], where: str, skipped: int
) -> Iterator[Finding]:
    starts = {one.offset: number for number, one in enumerate(fragments)}
    covered = 0
    ends = [one.end for one in fragments]
    for number, (offset, size, duration) in enumerate(index.references, 1):
        first = starts.get(offset, len(fragments))
        inside = fragments[first : bisect_right(ends, offset + size)]
        if not inside or inside[-1].end != offset + size:
            yield error("ISO 8.16.3", where, f"Reference {number} of sidx names no fragments.")
            return
        true = sum(one.duration for one in inside)
        if duration not in {true, true - skipped if number == 1 else true}:
            sentence = f"Reference {number} of sidx says {duration} ticks, there are {true}."
            yield error("ISO 8.16.3", where, sentence)
            return
        covered += len(inside)
    after = [one for one in fragments if one.offset >= index.end]
    if covered != len(after):
        sentence = f"sidx covers {covered} of {len(after)} fragments."
        yield error("ISO 8.16.3", where, sentence)
