"""Fragments of a file, `moof` by `moof`, and its index (ISO/IEC 14496-12, 8.8 and 8.16.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from refrain.conformance.iso import Bytes, CutOff, Fields, Node, fields_of, read_tree
from refrain.conformance.limits import RUN_SAMPLES
from refrain.conformance.movie import Defaults, read_rolls

#: Flags of tfhd (8.8.7) and trun (8.8.8).
_BASE_OFFSET, _DESCRIPTION, _DURATION, _SIZE, _FLAGS = 1, 2, 8, 16, 32
_BASE_IS_MOOF = 0x20000
_RUN_OFFSET, _FIRST_FLAGS = 1, 4
_PER_SAMPLE = {0x100: "duration", 0x200: "size", 0x400: "flags", 0x800: "composition"}
_NO_DEFAULTS = Defaults(duration=0, size=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One `trun`: where its data begins, how long it lasts, in bytes and in ticks."""

    offset: int
    size_bytes: int
    samples: int
    duration: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """One `moof` with the `mdat` that follows; places are bytes of the data that was read."""

    offset: int
    end: int
    data: tuple[int, int] | None
    sequence: int
    tracks: tuple[int, ...]
    base_time: int | None
    is_relative: bool
    is_moof_base: bool
    runs: tuple[Run, ...]
    rolls: tuple[int, ...]

    @property
    def duration(self) -> int:
        """The length of all its samples."""
        return sum(run.duration for run in self.runs)

    @property
    def samples(self) -> int:
        """How many samples it has."""
        return sum(run.samples for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A `sidx`: where it points, in bytes of the file, and for how long each time."""

    timescale: int
    references: tuple[tuple[int, int, int], ...]
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """All fragments of some bytes, and what could not be read."""

    fragments: tuple[Fragment, ...]
    indexes: tuple[Index, ...]
    faults: tuple[str, ...]


def read_fragments(data: Bytes, defaults: Defaults | None) -> Fragments:
    """Read the fragments and indexes of a file or of a segment."""
    tree = read_tree(data)
    faults = list(tree.faults)
    nodes = tree.root.children
    found = []
    for node, after in zip_longest(nodes, nodes[1:]):
        if node.kind == "moof":
            body = after if after is not None and after.kind == "mdat" else None
            try:
                found.append(_fragment(data, node, body, defaults or _NO_DEFAULTS))
            except CutOff:
                faults.append(f"the moof at byte {node.offset} is cut off")
    indexes = tuple(_indexes(data, nodes, faults))
    return Fragments(fragments=tuple(found), indexes=indexes, faults=tuple(faults))


def _fragment(data: Bytes, moof: Node, mdat: Node | None, defaults: Defaults) -> Fragment:
    header = moof.first("mfhd")
    trafs = list(moof.all("traf"))
    parts = [_traf(data, moof, traf, defaults) for traf in trafs]
    return Fragment(
        offset=moof.offset,
        end=mdat.end if mdat else moof.end,
        data=(mdat.body, mdat.end) if mdat else None,
        sequence=_sequence(fields_of(data, header)) if header else 0,
        tracks=tuple(part.track for part in parts),
        base_time=parts[0].base_time if parts else None,
        is_relative=all(part.is_relative for part in parts),
        is_moof_base=all(part.is_moof_base for part in parts),
        runs=parts[0].runs if parts else (),
        rolls=tuple(roll for traf in trafs for roll in read_rolls(data, traf)),
    )


def _sequence(fields: Fields) -> int:
    fields.full()
    return fields.unsigned(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traf:
    track: int
    base_time: int | None
    is_relative: bool
    is_moof_base: bool
    runs: tuple[Run, ...]


def _traf(data: Bytes, moof: Node, traf: Node, defaults: Defaults) -> _Traf:
    header = traf.first("tfhd")
    if header is None:
        raise CutOff
    fields = fields_of(data, header)
    _, flags = fields.full()
    track = fields.unsigned(4)
    base = fields.unsigned(8) if flags & _BASE_OFFSET else moof.offset
    fields.raw(4 if flags & _DESCRIPTION else 0)
    duration = fields.unsigned(4) if flags & _DURATION else defaults.duration
    size = fields.unsigned(4) if flags & _SIZE else defaults.size
    mine = Defaults(duration=duration, size=size)
    return _Traf(
        track=track,
        base_time=_base_time(data, traf),
        is_relative=not flags & _BASE_OFFSET,
        is_moof_base=bool(flags & _BASE_IS_MOOF),
        runs=tuple(_runs(data, traf, base, mine)),
    )


def _base_time(data: Bytes, traf: Node) -> int | None:
    node = traf.first("tfdt")
    if node is None:
        return None
    fields = fields_of(data, node)
    return fields.unsigned(8 if fields.full()[0] else 4)


def _runs(data: Bytes, traf: Node, base: int, defaults: Defaults) -> Iterator[Run]:
    at = base
    for node in traf.all("trun"):
        run = _run(fields_of(data, node), base, at, defaults)
        yield run
        at = run.offset + run.size_bytes


def _run(fields: Fields, base: int, at: int, defaults: Defaults) -> Run:
    _, flags = fields.full()
    count = fields.unsigned(4)
    offset = base + fields.signed(4) if flags & _RUN_OFFSET else at
    fields.raw(4 if flags & _FIRST_FLAGS else 0)
    columns = [name for flag, name in _PER_SAMPLE.items() if flags & flag]
    if count > RUN_SAMPLES:
        raise CutOff
    table = np.frombuffer(fields.raw(4 * count * len(columns)), ">u4").reshape(count, len(columns))
    told = {name: table[:, column].astype(np.int64) for column, name in enumerate(columns)}
    durations = told.get("duration", np.full(min(count, 1), defaults.duration, np.int64))
    total = int(durations.sum()) if "duration" in told else count * defaults.duration
    size = int(told["size"].sum()) if "size" in told else count * defaults.size
    return Run(
        offset=offset,
        size_bytes=size,
        samples=count,
        duration=total,
        longest=int(durations.max(initial=0)),
    )


def _indexes(data: Bytes, nodes: tuple[Node, ...], faults: list[str]) -> Iterator[Index]:
    for node in nodes:
        if node.kind != "sidx":
            continue
        try:
            yield _index(fields_of(data, node), node.end)
        except CutOff:
            faults.append("sidx is cut off")


def _index(fields: Fields, end: int) -> Index:
    version, _ = fields.full()
    fields.raw(4)
    timescale = fields.unsigned(4)
    wide = 8 if version else 4
    fields.raw(wide)
    at = end + fields.unsigned(wide)
    fields.raw(2)
    rows = fields.table(fields.unsigned(2), ">III")
    references = []
    for size, duration, _ in rows:
        references.append((at, size & 0x7FFFFFFF, duration))
        at += size & 0x7FFFFFFF
    return Index(timescale=timescale, references=tuple(references), end=end)
