"""Unfinished objects on S3: multipart uploads that outlive requests, and a small tail beside.

S3 takes no part below 5 MiB but the last. What is less waits in memory while a request lasts, and
is an object of its own, the tail, between requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from io import BytesIO

from base.errors import Broken, RefrainError, Refused
from base.storage.kept import Kept, Piece, require_same
from base.storage.port import UNFINISHED, Key, Storage, StoredObject, checked
from base.storage.s3_bucket import Bucket, translated
from base.storage.s3_multipart import Place, abort, begin, complete, copy, copy_part
from base.units import SizeBytes

#: The least that S3 takes as a part; at most 10 000 parts are 48 GiB.
PART_BYTES = 5 << 20
#: What may be held of one upload, with the part that is on its way: room to fill the next part
#: meanwhile. Where many come at once each gets less, for there is always one to go on with.
_MOST_BYTES, _LEAST_BYTES = 8 << 20, 21 << 18
_OF_ALL_BYTES = 240 << 20
#: What a multipart upload becomes, below the prefix of its unfinished object.
WHOLE = Key("whole")


def own_part(bucket: Bucket, kept: Kept) -> Bucket:
    """Answer what of a bucket an unfinished object has to itself."""
    return replace(bucket, prefix=f"{bucket.prefix}{UNFINISHED}{kept.name}/")


class S3Unfinished:
    """The unfinished objects below one prefix of a bucket, a prefix each."""

    def __init__(self, bucket: Bucket, storage_on: Callable[[Bucket], Storage]) -> None:
        """Use an open bucket; `storage_on` opens what lies below a prefix, to read it."""
        self._bucket = bucket
        self._storage_on = storage_on
        self._appenders = 0

    @property
    def most_bytes(self) -> int:
        """What may be held of each upload now."""
        share = _OF_ALL_BYTES // max(self._appenders, 1)
        return max(_LEAST_BYTES, min(_MOST_BYTES, share))

    def begin(self, name: str) -> Kept:
        """Answer an empty object; see the port."""
        return Kept(name=checked(name))

    @asynccontextmanager
    async def append(self, kept: Kept) -> AsyncIterator[_S3Appender]:
        """Go on after the last part, with the tail in memory."""
        inside = self._inside(kept)
        appender = _S3Appender(self, inside, kept)
        self._appenders += 1
        try:
            if kept.tail is not None:
                appender.load([data async for data in self._storage_on(inside).read(_tail(kept))])
            yield appender
        finally:
            self._appenders -= 1
            await appender.close()
        if kept.tail is not None and kept.tail != appender.kept.tail:
            # What cannot be removed now goes with the rest.
            with suppress(RefrainError):
                await self._storage_on(inside).delete(_tail(kept))

    async def seal(self, kept: Kept) -> Kept:
        """Complete the multipart upload, with the tail as its last part."""
        if kept.is_sealed or not kept.pieces:
            # What never was as much as a part is an object already.
            return replace(kept, is_sealed=True)
        try:
            await self._complete(kept)
        except Refused:
            # Somebody completed the same upload, and died before they said so.
            found = await self._storage_on(self._inside(kept)).stat(WHOLE)
            if found is None or found.size_bytes != kept.size_bytes:
                raise
        whole = Piece(number=kept.next_number, size_bytes=kept.size_bytes)
        return replace(kept, pieces=(whole,), tail=None, is_sealed=True)

    async def read(
        self, kept: Kept, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read the one object that has it all."""
        if kept.size_bytes:
            storage = self._storage_on(self._inside(kept))
            async for data in storage.read(_readable(kept), start=start, length=length):
                yield data

    async def publish(self, kept: Kept, key: Key) -> StoredObject:
        """Let the server copy it, unless the object is there: it never changes."""
        found = await self._storage_on(self._bucket).stat(key)
        if found is not None:
            require_same(key, found.size_bytes, kept)
            return found
        source = self._inside(kept).at(_readable(kept))
        target = self._bucket.at(checked(key))
        await copy(self._bucket, source, target, size_bytes=kept.size_bytes)
        return StoredObject(key=key, size_bytes=SizeBytes(kept.size_bytes))

    async def discard(self, name: str) -> None:
        """Remove the objects below its prefix, and abort what was not completed."""
        inside = self._inside(self.begin(name))
        storage = self._storage_on(inside)
        for key in [found.key async for found in storage.walk("")]:
            await storage.delete(key)
        async for page in inside.pages("list_multipart_uploads", WHOLE):
            for found in page.get("Uploads", []):
                await abort(inside, inside.at(WHOLE), found["UploadId"])

    async def _complete(self, kept: Kept) -> None:
        inside, parts = self._inside(kept), [(piece.number, piece.tag) for piece in kept.pieces]
        target = inside.at(WHOLE)
        if kept.tail is not None:
            tag = await copy_part(
                inside,
                inside.at(_tail(kept)),
                target,
                upload_id=kept.upload_id,
                number=kept.next_number,
                span=(0, kept.tail.size_bytes),
            )
            parts.append((kept.next_number, tag))
        await complete(inside, target, upload_id=kept.upload_id, parts=parts)

    def _inside(self, kept: Kept) -> Bucket:
        return own_part(self._bucket, kept)


class _S3Appender:
    """Fills a part while the one before it is on its way."""

    def __init__(self, home: S3Unfinished, bucket: Bucket, kept: Kept) -> None:
        self._home = home
        self._bucket = bucket
        self._kept = kept
        #: Handed over as it is when it is full: nothing is copied.
        self._buffer = BytesIO()
        self._has_unsaved = False
        self._sending: asyncio.Task[None] | None = None

    @property
    def kept(self) -> Kept:
        return self._kept

    def load(self, tail: list[bytes]) -> None:
        """Go on with the bytes of the tail."""
        for data in tail:
            self._buffer.write(data)

    async def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            room = await self._room()
            self._buffer.write(rest[:room])
            self._has_unsaved = True
            rest = rest[room:]
            if self._buffer.tell() == PART_BYTES:
                await self._landed()
                part, self._buffer = self._buffer, BytesIO()
                self._sending = asyncio.create_task(self._send(part))

    async def flush(self) -> Kept:
        await self._landed()
        if self._has_unsaved and self._buffer.tell():
            tail = Piece(number=self._kept.next_number, size_bytes=self._buffer.tell())
            kept = replace(self._kept, tail=tail)
            with translated():
                await self._bucket.client.put_object(
                    **self._bucket.at(_tail(kept)), Body=BytesIO(self._buffer.getvalue())
                )
            self._kept, self._has_unsaved = kept, False
        return self._kept

    async def close(self) -> None:
        """Stop what is on its way; its number is not used again."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    async def _room(self) -> int:
        if self._sending is not None and self._sending.done():
            await self._landed()
        if self._sending is None:
            return PART_BYTES - self._buffer.tell()
        room = self._home.most_bytes - PART_BYTES - self._buffer.tell()
        if room <= 0:
            await self._landed()
            return PART_BYTES - self._buffer.tell()
        return room

    async def _landed(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending])
            await self._sending
            # After an error it stays: what was in that part cannot be gone on after.
            self._sending = None

    async def _send(self, part: BytesIO) -> None:
        place: Place = self._bucket.at(WHOLE)
        number, size = self._kept.next_number, part.tell()
        part.seek(0)
        self._kept = replace(self._kept, next_number=number + 1)
        if not self._kept.upload_id:
            self._kept = replace(self._kept, upload_id=await begin(self._bucket, place))
        with translated():
            sent = await self._bucket.client.upload_part(
                **place, UploadId=self._kept.upload_id, PartNumber=number, Body=part
            )
        piece = Piece(number=number, size_bytes=size, tag=str(sent["ETag"]))
        self._kept = self._kept.with_piece(piece)


def _tail(kept: Kept) -> Key:
    if kept.tail is None:
        raise Broken("no-tail", f"The unfinished object {kept.name} has no tail.")
    # Each has a name of its own: what somebody who was taken over still sends meets none of ours.
    return Key(f"tail.{kept.tail.number}.{kept.tail.size_bytes}")


def _readable(kept: Kept) -> Key:
    """Answer the one object that has all that is kept."""
    if not kept.pieces:
        return _tail(kept)
    if not kept.is_sealed:
        raise Broken("not-sealed", f"Parts of {kept.name} cannot be read before it is sealed.")
    return WHOLE
