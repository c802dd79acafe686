"""Count different people of many days together, without keeping who they are.

A sketch is the lowest of the marks that people have (k minimum values, Bar-Yossef et al. 2002):
few people are counted exactly, many to about three in a hundred, and sketches of days make the one
of all those days. The mark of a person differs from artist to artist, so that none can be followed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import blake2b
from itertools import chain
from uuid import UUID

#: So many marks are kept: of fewer people the number is exact.
SIZE = 1_024
#: Of the people of a territory no more is asked than whether they are so many.
FEW = 5

_MARK_BYTES, _ALL_MARKS = 8, 2**64
Sketch = tuple[int, ...]


def mark_of(payee_id: UUID, listener_id: UUID) -> int:
    """Answer the mark of a listener, as one whom this payee's music is heard by."""
    digest = blake2b(listener_id.bytes, key=payee_id.bytes, digest_size=_MARK_BYTES)
    return int.from_bytes(digest.digest())


def sketched(*parts: Iterable[int], size: int = SIZE) -> Sketch:
    """Answer the sketch of all who are in any of the parts."""
    return tuple(sorted(set(chain.from_iterable(parts)))[:size])


def people_in(sketch: Sketch, *, size: int = SIZE) -> int:
    """Answer how many people there are; about, where there are `size` or more."""
    if len(sketch) < size:
        return len(sketch)
    return (size - 1) * _ALL_MARKS // (sketch[-1] + 1)


def print_sketch(sketch: Sketch) -> bytes:
    """Write a sketch down."""
    return struct.pack(f">{len(sketch)}Q", *sketch)


def parse_sketch(text: bytes) -> Sketch:
    """Read what `print_sketch` wrote."""
    return struct.unpack(f">{len(text) // _MARK_BYTES}Q", text)
