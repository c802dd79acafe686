"""A `moov` box as values: what a player knows before it has any sample (ISO/IEC 14496-12, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from refrain.conformance.codecs import Entry, read_entry
from refrain.conformance.iso import Bytes, CutOff, Fields, Node, Tree, fields_of, read_tree
from refrain.conformance.loudness_box import StatedLoudness, read_loudness

_SELF_CONTAINED = 1
_ROLL_KINDS = ("roll", "prol")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One entry of an edit list: length at the movie's timescale, begin at the media's."""

    duration: int
    media_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What `trex` says of samples that do not say it themselves."""

    duration: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One `trak`; `samples` and `media_duration` count the sample table, not fragments."""

    track_id: int
    header_duration: int
    timescale: int
    entry: Entry | None
    edits: tuple[Edit, ...]
    samples: int
    media_duration: int
    is_self_contained: bool
    rolls: tuple[int, ...]
    loudness: tuple[StatedLoudness, ...]
    loudness_faults: tuple[str, ...]
    defaults: Defaults | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """An initialisation, or the head of a plain file."""

    brands: tuple[str, ...]
    kinds: tuple[str, ...]
    timescale: int
    duration: int
    tracks: tuple[Track, ...]
    is_fragmented: bool
    faults: tuple[str, ...]


def read_movie(data: Bytes) -> Movie | None:
    """Read the first `moov` of a file; None where there is none."""
    tree = read_tree(data)
    moov = tree.root.first("moov")
    if moov is None:
        return None
    faults = list(tree.faults)
    timescale, duration = _header(data, moov, faults)
    extends = _extends(data, moov, faults)
    return Movie(
        brands=_brands(data, tree),
        kinds=tuple(node.kind for node in tree.root.children),
        timescale=timescale,
        duration=duration,
        tracks=tuple(_track(data, trak, extends, faults) for trak in moov.all("trak")),
        is_fragmented=moov.first("mvex") is not None,
        faults=tuple(faults),
    )


def _brands(data: Bytes, tree: Tree) -> tuple[str, ...]:
    box = tree.root.first("ftyp")
    if box is None:
        return ()
    text = bytes(data[box.body : min(box.end, box.body + 4096)]).decode("latin-1")
    return tuple(text[at : at + 4] for at in (0, *range(8, len(text), 4)))


def _header(data: Bytes, moov: Node, faults: list[str]) -> tuple[int, int]:
    return _timed(data, moov.first("mvhd"), "mvhd", faults)


def _timed(data: Bytes, node: Node | None, name: str, faults: list[str]) -> tuple[int, int]:
    """Read timescale and duration, which mvhd and mdhd tell alike (8.2.2, 8.4.2)."""
    if node is None:
        faults.append(f"{name} is missing")
        return 0, 0
    fields = fields_of(data, node)
    try:
        wide = 8 if fields.full()[0] else 4
        fields.raw(2 * wide)
        return fields.unsigned(4), _known(fields.unsigned(wide), wide)
    except CutOff:
        faults.append(f"{name} is cut off")
        return 0, 0


def _known(duration: int, size: int) -> int:
    """All ones say that a duration is not known (8.2.2.3), which is no length either."""
    return 0 if duration == (1 << 8 * size) - 1 else duration


def _extends(data: Bytes, moov: Node, faults: list[str]) -> dict[int, Defaults]:
    found = {}
    for node in moov.all("mvex", "trex"):
        fields = fields_of(data, node)
        try:
            fields.full()
            track, _, duration, size = (fields.unsigned(4) for _ in range(4))
            found[track] = Defaults(duration=duration, size=size)
        except CutOff:
            faults.append("trex is cut off")
    return found


def _track(data: Bytes, trak: Node, extends: dict[int, Defaults], faults: list[str]) -> Track:
    track_id, header_duration = _track_header(data, trak, faults)
    timescale, _ = _timed(data, trak.first("mdia", "mdhd"), "mdhd", faults)
    loudness, loudness_faults = read_loudness(data, trak)
    table = trak.first("mdia", "minf", "stbl")
    samples, media_duration = _samples(data, table, faults)
    return Track(
        track_id=track_id,
        header_duration=header_duration,
        timescale=timescale,
        entry=_entry(data, table, faults),
        edits=_edits(data, trak, faults),
        samples=samples,
        media_duration=media_duration,
        is_self_contained=_is_self_contained(data, trak),
        rolls=read_rolls(data, table),
        loudness=loudness,
        loudness_faults=loudness_faults,
        defaults=extends.get(track_id),
    )


def _track_header(data: Bytes, trak: Node, faults: list[str]) -> tuple[int, int]:
    node = trak.first("tkhd")
    try:
        fields = fields_of(data, node) if node else Fields(data, 0, 0)
        wide = 8 if fields.full()[0] else 4
        fields.raw(2 * wide)
        track_id = fields.unsigned(4)
        fields.raw(4)
        return track_id, _known(fields.unsigned(wide), wide)
    except CutOff:
        faults.append("tkhd is missing or cut off")
        return 0, 0


def _entry(data: Bytes, table: Node | None, faults: list[str]) -> Entry | None:
    node = table.first("stsd") if table else None
    if node is None:
        faults.append("stsd is missing")
        return None
    start = node.body + 8
    inner = read_tree(memoryview(data)[start : node.end])
    if not inner.root.children:
        faults.append("stsd has no entry")
        return None
    part = memoryview(data)[start : node.end]
    entry = read_entry(part, inner.root.children[0])
    faults.extend(entry.faults)
    return entry


def _edits(data: Bytes, trak: Node, faults: list[str]) -> tuple[Edit, ...]:
    node = trak.first("edts", "elst")
    if node is None:
        return ()
    fields = fields_of(data, node)
    try:
        version = fields.full()[0]
        rows = fields.table(fields.unsigned(4), ">Qqi" if version else ">Iii")
    except CutOff:
        faults.append("elst is cut off")
        return ()
    return tuple(Edit(duration=row[0], media_time=row[1]) for row in rows)


def _samples(data: Bytes, table: Node | None, faults: list[str]) -> tuple[int, int]:
    """Count the samples of the table, and their length (8.6.1.2, 8.7.3)."""
    node = table.first("stts") if table else None
    if node is None:
        faults.append("stts is missing")
        return 0, 0
    fields = fields_of(data, node)
    try:
        fields.full()
        rows = fields.table(fields.unsigned(4), ">II")
    except CutOff:
        faults.append("stts is cut off")
        return 0, 0
    return sum(count for count, _ in rows), sum(count * each for count, each in rows)


def _is_self_contained(data: Bytes, trak: Node) -> bool:
    node = trak.first("mdia", "minf", "dinf", "dref")
    if node is None:
        return True
    inner = read_tree(memoryview(data)[node.body + 8 : node.end])
    flags = [bytes(data[node.body + 8 + one.body :][:4]) for one in inner.root.children]
    return all(len(one) == 4 and one[3] & _SELF_CONTAINED for one in flags)  # noqa: PLR2004 - a full box


def read_rolls(data: Bytes, parent: Node | None) -> tuple[int, ...]:
    """Answer the roll distances of the sample groups below a box (8.9.3, 10.1)."""
    return tuple(
        distance
        for node in (parent.all("sgpd") if parent else ())
        for distance in _distances(fields_of(data, node))
    )


def _distances(fields: Fields) -> list[int]:
    try:
        version = fields.full()[0]
        if fields.raw(4).decode("latin-1") not in _ROLL_KINDS:
            return []
        length = fields.unsigned(4) if version == 1 else 2
        fields.raw(4 if version > 1 else 0)
        rows = fields.table(fields.unsigned(4), ">h" if length == 2 else ">ih")  # noqa: PLR2004 - bytes
    except CutOff:
        return []
    return [row[-1] for row in rows]
