"""Notes of what was served, and batches of them, as bytes.

A note says that a session was given a stretch of a track. Notes of a producer (a process that
serves, or a log) are numbered; a batch carries the notes from `first` to before `end`.
To take the same notes twice is to take them once: evidence is a set of positions.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

#: Where batches are put for workers to take in.
STREAM = "refrain:evidence"
#: The session, and where the stretch begins and ends, in milliseconds of the track. No note ends
#: at nothing, so that one is whole when its end is there, which is written last.
NOTE = struct.Struct("<16sII")
_HEAD = struct.Struct("<16sQQQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some notes of a producer, whose first `passed` are known to be written."""

    producer: UUID
    passed: int
    first: int
    end: int
    notes: bytes


def print_batch(batch: Batch) -> bytes:
    """Print a batch."""
    head = _HEAD.pack(batch.producer.bytes, batch.passed, batch.first, batch.end)
    return head + batch.notes


def parse_batch(data: bytes) -> Batch:
    """Read what was printed.

    Raises:
        ValueError: it is no batch.

    """
    if len(data) < _HEAD.size or (len(data) - _HEAD.size) % NOTE.size:
        raise ValueError("not a whole batch of notes")
    producer, passed, first, end = _HEAD.unpack_from(data)
    if not passed <= first < end:
        raise ValueError("a batch begins before it ends, and after what is known")
    return Batch(
        producer=UUID(bytes=producer), passed=passed, first=first, end=end, notes=data[_HEAD.size :]
    )


def served(batches: Iterable[Batch]) -> Mapping[UUID, list[tuple[int, int]]]:
    """Answer the stretches that each session was given."""
    found: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for batch in batches:
        for session, start_ms, end_ms in NOTE.iter_unpack(batch.notes):
            found[session].append((start_ms, end_ms))
    return {UUID(bytes=session): stretches for session, stretches in found.items()}
