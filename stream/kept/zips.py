"""A ZIP file whose bytes are arithmetic: which of them are where is known of names and sizes alone.

Nothing is compressed, as music is already, and each file's sum stands before it, so that readers of
a pipe take it apart as well. Source: APPNOTE.TXT 6.3.10 of PKWARE; ZIP64 (4.3.14, 4.5.3) is used
only where a number does not fit without.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate

#: What stands in a field for a number that is in the extra field instead.
_IN_EXTRA, _MANY = 0xFFFFFFFF, 0xFFFF
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_64, _LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_BYTES = 30
_END_64_BYTES = 56
_ZIP64, _EXTRA_HEAD, _NUMBER = 0x0001, 4, 8
#: Names are UTF-8 (4.4.4, bit 11).
_UTF_8 = 0x0800
_PLAIN, _WITH_64 = 20, 45
#: Attributes of Unix (4.4.2): a file that its owner may change, and all may read.
_UNIX, _MODE = 3 << 8, 0o100644 << 16
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_LONGEST_NAME = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in it: its path with slashes, how long it is, and when it was last changed (aware)."""

    name: str
    size_bytes: int
    at: datetime

    @property
    def path(self) -> bytes:
        """Its name as it is written."""
        return self.name.encode()[:_LONGEST_NAME]

    @property
    def is_large(self) -> bool:
        """Whether its length does not fit into the field for it."""
        return self.size_bytes >= _IN_EXTRA


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bytes of an entry, or of the directory behind all, where `number` is none's."""

    number: int
    is_body: bool
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where everything is; no two entries may have one name."""

    entries: Sequence[Entry]

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return self._begins[-1]

    def between(self, start: int, end: int) -> Iterator[Part]:
        """Answer what bytes of the file are of, in their order."""
        found = max(0, bisect_right(self._begins, start) - 1)
        for section in range(found, len(self._begins) - 1):
            begin, until = self._begins[section], self._begins[section + 1]
            if begin >= end:
                return
            first, last = max(start, begin), min(end, until)
            if first < last:
                number, is_body = divmod(section, 2)
                yield Part(
                    number=number, is_body=bool(is_body), start=first - begin, end=last - begin
                )

    def rows_between(self, start: int, end: int) -> range:
        """Answer of which entries some of the directory tells: those whose sums it takes."""
        first = bisect_right(self._rows, start) - 1
        return range(first, min(len(self.entries), bisect_left(self._rows, end)))

    def directory(self, sums: Mapping[int, int]) -> bytes:
        """Print what stands behind all files, with the CRC-32 of those that are told, or 0."""
        heads = enumerate(zip(self.entries, self._begins[::2], strict=False))
        rows = b"".join(_central(entry, sums.get(n, 0), at) for n, (entry, at) in heads)
        return rows + _end(len(self.entries), len(rows), self._begins[-2])

    @cached_property
    def _rows(self) -> list[int]:
        """Where the rows of the directory begin in it, and where its end does."""
        heads = zip(self.entries, self._begins[::2], strict=False)
        return list(accumulate((len(_central(one, 0, at)) for one, at in heads), initial=0))

    @cached_property
    def _begins(self) -> list[int]:
        """Where heads and bodies begin by turns, then the directory; and where that ends."""
        lengths = [
            length
            for entry in self.entries
            for length in (_LOCAL_BYTES + len(entry.path) + _local_extra(entry), entry.size_bytes)
        ]
        begins = list(accumulate(lengths, initial=0))
        at = begins[-1]
        heads = zip(self.entries, begins[::2], strict=False)
        rows = sum(len(_central(entry, 0, offset)) for entry, offset in heads)
        return [*begins, at + rows + len(_end(len(self.entries), rows, at))]


def local_head(entry: Entry, crc: int) -> bytes:
    """Print what stands before a file (4.3.7)."""
    size = _IN_EXTRA if entry.is_large else entry.size_bytes
    head = struct.pack(
        "<4s5HIIIHH",
        _LOCAL,
        _WITH_64 if entry.is_large else _PLAIN,
        _UTF_8,
        0,
        *_moment(entry.at),
        crc,
        size,
        size,
        len(entry.path),
        _local_extra(entry),
    )
    extra = _extra(entry.size_bytes, entry.size_bytes) if entry.is_large else b""
    return head + entry.path + extra


def _local_extra(entry: Entry) -> int:
    return _EXTRA_HEAD + 2 * _NUMBER if entry.is_large else 0


def _central(entry: Entry, crc: int, at: int) -> bytes:
    """Print a row of the directory (4.3.12)."""
    sizes = [entry.size_bytes] * 2 if entry.is_large else []
    wide = [*sizes, *([at] if at >= _IN_EXTRA else [])]
    extra = _extra(*wide) if wide else b""
    size, version = (_IN_EXTRA if sizes else entry.size_bytes), (_WITH_64 if wide else _PLAIN)
    head = struct.pack(
        "<4s6HIII5HII",
        _CENTRAL,
        _UNIX | _WITH_64,
        version,
        _UTF_8,
        0,
        *_moment(entry.at),
        crc,
        size,
        size,
        len(entry.path),
        len(extra),
        0,
        0,
        0,
        _MODE,
        min(at, _IN_EXTRA),
    )
    return head + entry.path + extra


def _extra(*numbers: int) -> bytes:
    length = _NUMBER * len(numbers)
    return struct.pack(f"<HH{len(numbers)}Q", _ZIP64, length, *numbers)


def _end(count: int, size_bytes: int, at: int) -> bytes:
    """Print the end (4.3.16), and before it the larger one where it is needed (4.3.14, 4.3.15)."""
    large = b""
    if count >= _MANY or size_bytes >= _IN_EXTRA or at >= _IN_EXTRA:
        left = _END_64_BYTES - 12
        numbers = (left, _UNIX | _WITH_64, _WITH_64, 0, 0, count, count, size_bytes, at)
        large = struct.pack("<4sQHHIIQQQQ", _END_64, *numbers)
        large += struct.pack("<4sIQI", _LOCATOR_64, 0, at + size_bytes, 1)
    few, size, offset = min(count, _MANY), min(size_bytes, _IN_EXTRA), min(at, _IN_EXTRA)
    return large + struct.pack("<4s4HIIH", _END, 0, 0, few, few, size, offset, 0)


def _moment(at: datetime) -> tuple[int, int]:
    """Answer time and date as DOS wrote them, in steps of two seconds (4.4.6)."""
    said = at.astimezone(UTC)
    year = min(max(said.year, _FIRST_YEAR), _LAST_YEAR) - _FIRST_YEAR
    time = said.hour << 11 | said.minute << 5 | said.second // 2
    return time, year << 9 | said.month << 5 | said.day
