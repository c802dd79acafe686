"""Numbers at places of a file of which only the beginning is there."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

#: A header holds a handful of chunks; a hostile one shall not make us read on.
MOST_CHUNKS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A named part of a file: where its body begins, and how long it says that is."""

    kind: bytes
    at: int
    size: int

    @property
    def end(self) -> int:
        """The byte behind it, if it does not lie."""
        return self.at + self.size


def number(form: str, data: bytes, at: int) -> int | None:
    """Read one integer, or nothing where the bytes end before it does."""
    if at < 0 or at + struct.calcsize(form) > len(data):
        return None
    [value] = struct.unpack_from(form, data, at)
    return int(value)


def chunks(data: bytes, at: int, order: str) -> Iterator[Chunk]:
    """Walk over chunks of IFF and its like, as far as there are bytes: a name, a size, a body."""
    for _ in range(MOST_CHUNKS):
        size = number(f"{order}I", data, at + 4)
        if size is None:
            return
        yield Chunk(kind=data[at : at + 4], at=at + 8, size=size)
        at += 8 + size + size % 2


def synchsafe(data: bytes, at: int) -> int:
    """Read four bytes of seven bits each (ID3v2.4, 6.2)."""
    a, b, c, d = data[at : at + 4]
    return (a & 127) << 21 | (b & 127) << 14 | (c & 127) << 7 | (d & 127)
