"""What headers promise that ffmpeg does not hold their files to: it believes their lengths instead.

Of WAV and its kin (EBU Tech 3306, ITU-R BS.2088), of Sony's W64, and of Apple's CAF.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

#: A header holds a handful of chunks; a hostile one shall not make us read on.
_MOST_CHUNKS = 1000
_STREAMED_SIZE = 0xFFFFFFFF
#: Of a chunk no more than this is looked at: the head of a format.
_BODY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How much sound a file shall hold: the bytes of it, where they end, and those of a frame.

    What is compressed has no frames of one size; `frame_bytes` says nothing of it then.
    """

    size_bytes: int
    ends_at: int
    frame_bytes: int

    @property
    def frames(self) -> int | None:
        """How many frames that is."""
        return self.size_bytes // self.frame_bytes if self.frame_bytes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    kind: bytes
    at: int
    size: int
    body: bytes


#: Reads the head of a chunk that begins at a place: its name, the size of its body, and where the
#: body and the next chunk begin; nothing where the file is at its end.
_Reader = Callable[[bytes, int], tuple[bytes, int, int, int] | None]


def promise_of(path: Path, container: str) -> Promise | None:
    """Read what a file promises; nothing where it says nothing, or is of another kind."""
    if container not in {"wav", "w64", "caf"}:
        return None
    with path.open("rb") as file:
        is_big = file.read(4) == b"RIFX"
        match container:
            case "caf":
                return _of_caf(_chunks(file, 8, _caf_head))
            case "w64":
                return _of_wave(_chunks(file, 40, _w64_head), "<")
            case _:
                order = ">" if is_big else "<"
                return _of_wave(_chunks(file, 12, partial(_riff_head, order)), order)


def _chunks(file: BinaryIO, at: int, read: _Reader) -> Iterator[_Chunk]:
    end = file.seek(0, os.SEEK_END)
    for _ in range(_MOST_CHUNKS):
        if at >= end:  # a file system refuses to look for what no file of its could hold
            return
        file.seek(at)
        if (head := read(file.read(24), at)) is None:
            return
        kind, size, body, at = head
        file.seek(min(body, end))
        yield _Chunk(kind=kind, at=body, size=size, body=file.read(min(size, _BODY_BYTES)))


def _riff_head(order: str, data: bytes, at: int) -> tuple[bytes, int, int, int] | None:
    if len(data) < 8:  # noqa: PLR2004 - a name and a size
        return None
    kind, size = struct.unpack_from(f"{order}4sI", data)
    return kind, size, at + 8, at + 8 + size + size % 2


def _w64_head(data: bytes, at: int) -> tuple[bytes, int, int, int] | None:
    """Read a name of 16 bytes, and a size that counts its own head."""
    if len(data) < 24:  # noqa: PLR2004 - a name and a size
        return None
    kind, size = struct.unpack_from("<4s12xQ", data)
    return (kind, size - 24, at + 24, at + size + -size % 8) if size >= 24 else None  # noqa: PLR2004 - that head


def _caf_head(data: bytes, at: int) -> tuple[bytes, int, int, int] | None:
    """Read a size that may say -1, and means the end of the file then."""
    if len(data) < 12:  # noqa: PLR2004 - a name and a size
        return None
    kind, size = struct.unpack_from(">4sq", data)
    return (kind, size, at + 12, at + 12 + size) if size >= 0 else None


def _of_wave(chunks: Iterator[_Chunk], order: str) -> Promise | None:
    frame_bytes = wide = 0
    for chunk in chunks:
        if chunk.kind == b"fmt " and len(chunk.body) >= 14:  # noqa: PLR2004 - up to the block
            frame_bytes = struct.unpack_from(f"{order}H", chunk.body, 12)[0]
        elif chunk.kind == b"ds64" and len(chunk.body) >= 16:  # noqa: PLR2004 - two sizes
            wide = struct.unpack_from("<Q", chunk.body, 8)[0]
        elif chunk.kind == b"data":
            size = wide if chunk.size == _STREAMED_SIZE else chunk.size
            return _promise(chunk.at, size, frame_bytes)
    return None


def _of_caf(chunks: Iterator[_Chunk]) -> Promise | None:
    frame_bytes = 0
    for chunk in chunks:
        if chunk.kind == b"desc" and len(chunk.body) >= 20:  # noqa: PLR2004 - up to the packet
            frame_bytes = struct.unpack_from(">I", chunk.body, 16)[0]
        elif chunk.kind == b"data":
            # Four bytes in front count edits.
            return _promise(chunk.at + 4, chunk.size - 4, frame_bytes)
    return None


def _promise(at: int, size: int, frame_bytes: int) -> Promise | None:
    """Who wrote into a pipe did not know the size, and left it out."""
    if size <= 0:
        return None
    return Promise(size_bytes=size, ends_at=at + size, frame_bytes=frame_bytes)
