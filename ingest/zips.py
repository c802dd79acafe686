"""ZIP archives, read without trusting them: where the directory is, what it says, where data lies.

Takes bytes and answers values; who calls it reads them from wherever the archive is. Nothing is
believed that can be counted: extents may not overlap or leave the archive, and the header before
the data must agree with the directory. Source: PKWARE's APPNOTE 6.3; Info-ZIP's extra field 0x7075.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from base.errors import Refused

#: The end record with the longest comment; the 64-bit one and its locator lie before it.
TAIL_BYTES = 22 + 0xFFFF + 20
LOCAL_BYTES = 30
END64_BYTES = 56
#: Some 100 000 names; what is larger is no album.
MOST_DIRECTORY_BYTES = 16 << 20
MOST_ENTRIES = 10_000

_END, _END64_AT, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
#: What an archive begins with; the other one is empty.
MAGIC = (_LOCAL, _END)
_END_BYTES, _LOCATOR_BYTES, _ENTRY_BYTES = 22, 20, 46
_FULL, _FULL_SHORT = 0xFFFFFFFF, 0xFFFF
_UTF8, _DESCRIBED_LATER = 1 << 11, 1 << 3
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_WIDE, _UNICODE_PATH = 0x0001, 0x7075
_UNIX, _DOS_FOLDER = 3, 0x10
_KIND, _REGULAR, _LINK, _FOLDER = 0o170000, 0o100000, 0o120000, 0o040000
STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where the directory lies; `shift` is what offsets are short of, when bytes lie before."""

    offset: int
    size_bytes: int
    entries: int
    shift: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """Where the 64-bit end record is said to lie, which has to be read first."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of the directory; `path` is decoded, `raw` as it stands there."""

    raw: bytes
    path: str
    method: int
    flags: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int
    mode: int

    @property
    def is_encrypted(self) -> bool:
        """Whether it cannot be read without a password."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def is_folder(self) -> bool:
        """Whether it holds others, and no bytes."""
        return self.path.endswith(("/", "\\")) or self.mode & _KIND == _FOLDER

    @property
    def is_odd(self) -> bool:
        """Whether it is a link or a device; its bytes are not what it seems to hold."""
        return self.mode & _KIND not in {0, _REGULAR, _FOLDER}

    @property
    def least_end(self) -> int:
        """Where its data ends at the earliest."""
        return self.offset + LOCAL_BYTES + len(self.raw) + self.packed_bytes


def damaged(why: str) -> Refused:
    """Say that an archive is not what it should be."""
    return Refused(
        "archive-damaged", f"The archive cannot be read: {why}. Please pack it again.", status=422
    )


def find_directory(tail: bytes, size_bytes: int) -> Directory | Wide:
    """Find the directory by the last bytes of an archive, `TAIL_BYTES` or all of them.

    Raises:
        Refused: `archive-damaged`.

    """
    at = _last_end(tail)
    begin = size_bytes - len(tail)
    disk, first_disk, here, entries, size, offset = struct.unpack_from("<4H2L", tail, at + 4)
    is_short = _FULL in {size, offset} or _FULL_SHORT in {entries, here}
    locator = at - _LOCATOR_BYTES
    if is_short and locator >= 0 and tail[locator : locator + 4] == _END64_AT:
        return Wide(offset=struct.unpack_from("<Q", tail, locator + 8)[0], end=begin + locator)
    if disk or first_disk or here != entries:
        raise damaged("it is one of several parts")
    return _checked(Directory(offset=offset, size_bytes=size, entries=entries), end=begin + at)


def read_wide(record: bytes, wide: Wide) -> Directory:
    """Read the 64-bit end record, `END64_BYTES` from where it is said to lie.

    Raises:
        Refused: `archive-damaged`.

    """
    if len(record) < END64_BYTES or record[:4] != _END64 or wide.offset + END64_BYTES > wide.end:
        raise damaged("its end is missing")
    disk, first_disk, here, entries, size, offset = struct.unpack_from("<2L4Q", record, 16)
    if disk or first_disk or here != entries:
        raise damaged("it is one of several parts")
    return _checked(Directory(offset=offset, size_bytes=size, entries=entries), end=wide.offset)


def read_entries(data: bytes, directory: Directory) -> tuple[Member, ...]:
    """Read the directory.

    Raises:
        Refused: `archive-damaged`.

    """
    members = tuple(_entries(data, directory))
    extents = sorted((one.offset, one.least_end) for one in members if not one.is_folder)
    last = directory.offset + directory.shift
    if any(after < end for (_, end), (after, _) in pairwise([*extents, (last, last)])):
        raise damaged("its files lie upon one another")
    return members


def data_begin(head: bytes, member: Member) -> int:
    """Answer where the data of a member begins, by what lies before it.

    `head` is `LOCAL_BYTES` and the length of its raw name.

    Raises:
        Refused: `archive-damaged`: it does not agree with the directory.

    """
    if len(head) < LOCAL_BYTES + len(member.raw) or head[:4] != _LOCAL:
        raise damaged("a file is missing")
    flags, method = struct.unpack_from("<2H", head, 6)
    crc, packed, size, name_bytes, extra_bytes = struct.unpack_from("<3L2H", head, 14)
    said = (method, head[LOCAL_BYTES : LOCAL_BYTES + name_bytes], flags & _ENCRYPTED)
    if said != (member.method, member.raw, member.flags & _ENCRYPTED):
        raise damaged("a file is not the one that it is said to be")
    is_said_later = flags & _DESCRIBED_LATER or _FULL in {packed, size}
    known = (member.crc, member.packed_bytes, member.size_bytes)
    if not is_said_later and (crc, packed, size) != known:
        raise damaged("a file is not as large as it is said to be")
    return member.offset + LOCAL_BYTES + int(name_bytes) + int(extra_bytes)


def _last_end(tail: bytes) -> int:
    """Find the end record: what follows it is its comment, or was added by somebody."""
    at = len(tail)
    while (at := tail.rfind(_END, 0, at)) >= 0:
        end = at + _END_BYTES
        if end <= len(tail) and end + int.from_bytes(tail[end - 2 : end], "little") <= len(tail):
            return at
    raise damaged("it is no ZIP archive, or its end is missing")


def _checked(directory: Directory, *, end: int) -> Directory:
    shift = end - directory.size_bytes - directory.offset
    if directory.size_bytes > MOST_DIRECTORY_BYTES or directory.entries > MOST_ENTRIES:
        raise damaged(f"it has more than {MOST_ENTRIES} files")
    if shift < 0 or directory.offset + shift > end:
        raise damaged("its directory is not where it should be")
    return replace(directory, shift=shift)


def _entries(data: bytes, directory: Directory) -> Iterator[Member]:
    at = 0
    for _ in range(directory.entries):
        if data[at : at + 4] != _ENTRY or at + _ENTRY_BYTES > len(data):
            raise damaged("its directory is cut off")
        made_by, flags, method = struct.unpack_from("<x B 2x 2H", data, at + 4)
        crc, packed, size, name, extra, comment = struct.unpack_from("<3L3H", data, at + 16)
        external, offset = struct.unpack_from("<2L", data, at + 38)
        begin = at + _ENTRY_BYTES
        at = begin + name + extra + comment
        if at > len(data):
            raise damaged("its directory is cut off")
        raw, fields = data[begin : begin + name], data[begin + name : begin + name + extra]
        extras = dict(_extras(fields))
        wide = _widened(extras.get(_WIDE, b""), (size, packed, offset))
        mode = external >> 16 if made_by == _UNIX else _FOLDER * bool(external & _DOS_FOLDER)
        yield Member(
            raw=raw,
            path=_decoded(raw, flags, extras.get(_UNICODE_PATH, b"")),
            method=method,
            flags=flags,
            crc=crc,
            size_bytes=wide[0],
            packed_bytes=wide[1],
            offset=wide[2] + directory.shift,
            mode=mode,
        )


def _extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<2H", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _widened(field: bytes, said: Sequence[int]) -> list[int]:
    """Take from the 64-bit field, in order, what has no room in 32 bits (4.5.3)."""
    wide = list(said)
    at = 0
    for place, value in enumerate(said):
        if value == _FULL:
            if at + 8 > len(field):
                raise damaged("a size is missing")
            wide[place] = struct.unpack_from("<Q", field, at)[0]
            at += 8
    return wide


def _decoded(raw: bytes, flags: int, unicode_path: bytes) -> str:
    """Decode a name: by what is said of it, else as UTF-8, which much else is not by chance."""
    checksum, name = unicode_path[1:5], unicode_path[5:]  # after the version
    if name and checksum == struct.pack("<L", zlib.crc32(raw)):
        return name.decode(errors="replace")
    if flags & _UTF8:
        return raw.decode(errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp437")
