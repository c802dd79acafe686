"""ZIP archives of all kinds, good ones as Python writes them and bad ones made of those."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

Bytes = Callable[[bytes], bytes]
_ENTRY, _LOCAL, _END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def packed(
    files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, wide: bool = False
) -> bytes:
    """Pack files; `wide` writes the 64-bit fields though nothing needs them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            with archive.open(name, "w", force_zip64=wide) as member:
                member.write(data)
    return file.getvalue()


def streamed(files: Mapping[str, bytes]) -> bytes:
    """Pack files as a pipe does: sizes come after the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:  # type: ignore[override] # bytes of some kind
            self.data += data  # type: ignore[operator]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(pipe.data)


def wide_end(archive: bytes) -> bytes:
    """Answer the archive with 64-bit end records, and nothing but full fields in the short one."""
    at = archive.rfind(_END)
    entries, size, offset = struct.unpack_from("<H2L", archive, at + 10)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", _END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return archive[:at] + record + locator + end


def with_entry(archive: bytes, offset: int, form: str, value: int, *, local: int = -1) -> bytes:
    """Overwrite a field of the first entry of the directory, and of its header in front."""
    changed = bytearray(archive)
    struct.pack_into(form, changed, archive.index(_ENTRY) + offset, value)
    if local >= 0:
        struct.pack_into(form, changed, archive.index(_LOCAL) + local, value)
    return bytes(changed)


def link(name: str, target: str) -> bytes:
    """Pack a symbolic link, and nothing else."""
    file, info = io.BytesIO(), zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, target)
    return file.getvalue()


def overlapping(data: bytes, times: int) -> bytes:
    """Let many entries of the directory share the one file that is there (Fifield, 2019)."""
    archive = packed({"a.wav": data})
    begin, end = archive.index(_ENTRY), archive.rfind(_END)
    entry = archive[begin:end]
    entries = [entry.replace(b"a.wav", f"{n:05}"[:4].encode() + b"w") for n in range(times)]
    size = sum(map(len, entries))
    tail = struct.pack("<4s4H2LH", _END, 0, 0, times, times, size, begin, 0)
    return archive[:begin] + b"".join(entries) + tail
