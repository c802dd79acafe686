"""One S3 object in the making: bounded memory, a few parts on their way at a time.

A key is known only when all of an object was seen, so a large one is uploaded under
`incoming/` and copied by the server; a small one waits here and is put at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from uuid import uuid4

from base.errors import RefrainError
from base.storage.port import INCOMING, Key, StoredObject, checked
from base.storage.s3_bucket import Bucket, translated
from base.storage.s3_multipart import begin, complete, copy
from base.units import SizeBytes

#: S3 takes parts of 5 MiB and more, at most 10 000 of them: 8 MiB allows 80 GB.
_PART_BYTES = 8 << 20
#: With the part that is being filled, 32 MiB an upload.
_PARTS_ON_THEIR_WAY = 3


class Upload:
    """A writer; see the port."""

    def __init__(self, bucket: Bucket) -> None:
        """Nothing is asked of the server before a part is full."""
        self._bucket = bucket
        self._incoming = bucket.at(f"{INCOMING}{uuid4().hex}")
        self._buffer = bytearray()
        self._size = 0
        self._id: str | None = None
        self._landed = False
        self._sending: deque[asyncio.Task[str]] = deque()
        self._etags: list[str] = []

    async def write(self, data: bytes) -> None:
        """Append; waits when the server is slower than the caller."""
        self._size += len(data)
        rest = memoryview(data)
        while rest:
            room = _PART_BYTES - len(self._buffer)
            self._buffer += rest[:room]
            rest = rest[room:]
            if len(self._buffer) == _PART_BYTES:
                await self._send_buffer()

    async def commit(self, key: Key) -> StoredObject:
        """Make it visible under `key`."""
        target = self._bucket.at(checked(key))
        if self._id is None:
            with translated():
                await self._bucket.client.put_object(**target, Body=bytes(self._buffer))
        else:
            await self._land()
            await copy(self._bucket, self._incoming, target, size_bytes=self._size)
        return StoredObject(key=key, size_bytes=SizeBytes(self._size))

    async def clean_up(self) -> None:
        """Leave nothing under `incoming/`, whatever happened."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        # An object that was committed is there, and an error on its way out is the one
        # to hear of; what cannot be removed now, a sweep will find.
        with suppress(RefrainError), translated():
            if self._landed:
                await self._bucket.client.delete_object(**self._incoming)
            elif self._id is not None:
                await self._bucket.client.abort_multipart_upload(
                    **self._incoming, UploadId=self._id
                )

    async def _send_buffer(self) -> None:
        if self._id is None:
            self._id = await begin(self._bucket, self._incoming)
        if len(self._sending) == _PARTS_ON_THEIR_WAY:
            await self._see_one_sent()
        number = len(self._etags) + len(self._sending) + 1
        part, self._buffer = bytes(self._buffer), bytearray()
        self._sending.append(asyncio.create_task(self._send(number, part)))

    async def _send(self, number: int, part: bytes) -> str:
        with translated():
            sent = await self._bucket.client.upload_part(
                **self._incoming, UploadId=self._id, PartNumber=number, Body=part
            )
        return str(sent["ETag"])

    async def _see_one_sent(self) -> None:
        # It stays in the queue until it is done, so that cleaning up can cancel it.
        self._etags.append(await self._sending[0])
        self._sending.popleft()

    async def _land(self) -> None:
        if self._buffer:
            await self._send_buffer()
        while self._sending:
            await self._see_one_sent()
        parts = list(enumerate(self._etags, 1))
        await complete(self._bucket, self._incoming, upload_id=self._id or "", parts=parts)
        self._landed = True
