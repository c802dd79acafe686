"""Rules for a DASH manifest and the files that it names (ISO/IEC 23009-1, 5.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from refrain.conformance.dash import Manifest, Representation
from refrain.conformance.findings import Finding, error
from refrain.conformance.iso import Bytes, read_tree
from refrain.conformance.media import Media

_BITS = 8


def check_manifest(manifest: Manifest, where: str) -> Iterator[Finding]:
    """Check a manifest on its own."""
    for fault in manifest.faults:
        yield error("DASH 5.3", where, f"The manifest is malformed: {fault}.")
    names = Counter(one.name for one in manifest.representations)
    for name, count in names.items():
        if not name or count > 1:
            yield error(
                "DASH 5.3.5.2", where, f"{count} representations have the id {name[:40]!r}."
            )
    for one in manifest.representations:
        if not one.bandwidth_bps:
            yield error(
                "DASH 5.3.5.2", where, f"Representation {one.name[:40]!r} has no bandwidth."
            )
        if not one.codecs:
            yield error("DASH 5.3.7", where, f"Representation {one.name[:40]!r} has no codecs.")


def check_representation(
    one: Representation, media: Media, data: Bytes, where: str
) -> Iterator[Finding]:
    """Compare a representation with its file."""
    if media.entry is not None and one.codecs and one.codecs != media.entry.codecs:
        sentence = f"{one.name!r} says codecs {one.codecs[:40]!r}; {media.where} is "
        yield error("DASH 5.3.7", where, f"{sentence}{media.entry.codecs}.")
    if one.is_indexed:
        yield from _ranges(one, data, where)
    average = _average_bps(media)
    if one.bandwidth_bps and average and one.bandwidth_bps < average:
        sentence = f"{one.name!r} says {one.bandwidth_bps} bit/s, its media has {average}."
        yield error("DASH 5.3.5.2", where, sentence)


def _ranges(one: Representation, data: Bytes, where: str) -> Iterator[Finding]:
    root = read_tree(data).root
    sidx, moov = root.first("sidx"), root.first("moov")
    true_index = (sidx.offset, sidx.end - 1) if sidx else None
    if one.index != true_index:
        sentence = f"{one.name!r} says that the index is {one.index}, it is {true_index}."
        yield error("DASH 5.3.9.2", where, sentence)
    if one.init is not None and moov is not None and one.init != (0, moov.end - 1):
        sentence = f"{one.name!r} says that the head is {one.init}, it is {(0, moov.end - 1)}."
        yield error("DASH 5.3.9.2", where, sentence)


def _average_bps(media: Media) -> int:
    size = sum(one.end - one.offset for one in media.fragments)
    if media.track is None or not media.duration:
        return 0
    return size * _BITS * media.track.timescale // media.duration
