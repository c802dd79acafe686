"""The early word on a file: its first MiB, gathered as it comes, and what is said of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from base.storage.resumable import Unfinished
from catalog.uploads import Upload
from ingest.desk import Desk

#: What a file is judged by.
HEAD_BYTES = 1 << 20


class Head:
    """The first MiB of an upload, as far as it has come; of one that was judged, nothing."""

    def __init__(self, data: bytes = b"") -> None:
        """Begin with what came before."""
        self._data = bytearray(data)

    @property
    def is_full(self) -> bool:
        """Whether there is enough to judge by."""
        return len(self._data) == HEAD_BYTES

    def add(self, data: bytes) -> None:
        """Take what is still missing."""
        self._data += data[: HEAD_BYTES - len(self._data)]

    def __bytes__(self) -> bytes:
        """Answer what came."""
        return bytes(self._data)


async def head_of(unfinished: Unfinished, upload: Upload) -> Head:
    """Answer what of the first MiB is here already.

    What is more was judged when it came, or can be read because it is sealed.
    """
    if upload.kept is None:
        return Head()
    length = min(upload.offset_bytes, HEAD_BYTES)
    data = [part async for part in unfinished.read(upload.kept, length=length)]
    return Head(b"".join(data))


async def judged(desk: Desk, upload: Upload, head: Head) -> Upload:
    """Answer an upload with what its first bytes say of it; its refusal with it, if any."""
    judgement = await asyncio.to_thread(
        desk.judge, bytes(head), upload.filename, upload.length_bytes
    )
    return replace(
        upload,
        is_judged=True,
        warnings=(*upload.warnings, *judgement.warnings),
        refusal=judgement.refusal,
    )
