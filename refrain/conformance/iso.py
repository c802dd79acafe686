"""Trees of boxes and the numbers in them (ISO/IEC 14496-12, 4.2): hostile files cost their length.

What could not be read is a phrase in the result, never an error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from base.errors import Broken
from refrain.conformance.limits import BOX_DEPTH
from transcode.boxes import top_level

Bytes = bytes | memoryview
#: Boxes that hold nothing but boxes.
_CONTAINERS = frozenset(
    ["moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "udta", "ludt"]
)


class CutOff(Exception):  # noqa: N818 - reads as what happened
    """A field lies past the end of its box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A box by its place in the file, with the boxes in it."""

    kind: str
    offset: int
    body: int
    end: int
    children: tuple[Node, ...] = ()

    def all(self, *path: str) -> Iterator[Node]:
        """Answer every box at a path below this one."""
        for child in self.children:
            if child.kind == path[0]:
                yield from child.all(*path[1:]) if len(path) > 1 else (child,)

    def first(self, *path: str) -> Node | None:
        """Answer the first box at a path below this one."""
        return next(self.all(*path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The boxes of a file, and what was wrong with their sizes."""

    root: Node
    faults: tuple[str, ...]


class Fields:
    """Numbers of a box, one after another.

    Raises:
        CutOff: from every method that would read past the end.

    """

    def __init__(self, data: Bytes, start: int, end: int) -> None:
        """Read `data` from `start`, never past `end`."""
        self._data = data
        self.at = start
        self.end = min(end, len(data))

    @property
    def left(self) -> int:
        """How many bytes there still are."""
        return max(0, self.end - self.at)

    def raw(self, count: int) -> bytes:
        """Take bytes."""
        if count < 0 or count > self.left:
            raise CutOff
        self.at += count
        return bytes(self._data[self.at - count : self.at])

    def unsigned(self, size: int) -> int:
        """Take a big-endian number of `size` bytes."""
        return int.from_bytes(self.raw(size), "big")

    def signed(self, size: int) -> int:
        """Take a big-endian number of `size` bytes in two's complement."""
        return int.from_bytes(self.raw(size), "big", signed=True)

    def full(self) -> tuple[int, int]:
        """Take the version and the flags of a full box."""
        return self.unsigned(1), self.unsigned(3)

    def table(self, count: int, layout: str) -> list[tuple[int, ...]]:
        """Take `count` rows of numbers; a count beyond the box is a cut."""
        size = struct.calcsize(layout)
        if count * size > self.left:
            raise CutOff
        return list(struct.iter_unpack(layout, self.raw(count * size)))


def read_tree(data: Bytes) -> Tree:
    """Read all boxes of a file, as deep as containers go."""
    faults: list[str] = []
    children = _children(data, 0, len(data), faults, 0)
    root = Node(kind="", offset=0, body=0, end=len(data), children=children)
    return Tree(root=root, faults=tuple(faults))


def fields_of(data: Bytes, node: Node) -> Fields:
    """Begin to read the body of a box."""
    return Fields(data, node.body, node.end)


def _children(data: Bytes, start: int, end: int, faults: list[str], depth: int) -> tuple[Node, ...]:
    found: list[Node] = []
    view = memoryview(data)[start:end]
    try:
        for box in top_level(view):
            body, stop = start + box.body, start + box.end
            inner: tuple[Node, ...] = ()
            if box.kind in _CONTAINERS and depth < BOX_DEPTH:
                inner = _children(data, body, stop, faults, depth + 1)
            offset = start + box.offset
            found.append(Node(kind=box.kind, offset=offset, body=body, end=stop, children=inner))
    except Broken:
        rest = bytes(view[found[-1].end - start if found else 0 :][:4])
        # QuickTime ends a user data list by four zeros.
        if rest != bytes(4):
            at = found[-1].end if found else start
            faults.append(f"what begins at byte {at} is no box that fits")
    return tuple(found)
