"""Objects in any S3: multipart uploads in bounded memory, ranged reads.

An object's key is known only when all of it was seen, so a large one is uploaded
under `incoming/` and copied by the server; nobody ever sees half of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import aioboto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from base.errors import Broken, Unavailable
from base.storage.port import CHUNK_BYTES, Key, StoredObject, checked, missing
from base.units import SizeBytes

#: S3 takes parts of 5 MiB and more, at most 10 000 of them: 8 MiB allows 80 GB.
_PART_BYTES = 8 << 20
#: A server copies at most 5 GiB in one request; more goes by parts of this size.
_COPY_BYTES = 1 << 30
_INCOMING = "incoming"
_ABSENT = {"404", "NoSuchKey", "NotFound"}


@asynccontextmanager
async def open_s3(url: str) -> AsyncIterator[S3Storage]:
    """Open `s3://bucket/prefix?endpoint=…&region=…`, with credentials as AWS's own tools read them.

    The client belongs to the running event loop.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    session = aioboto3.Session()
    config = Config(
        retries={"max_attempts": 4, "mode": "standard"},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=64,
        # Checksums in trailers are unknown to many servers that speak S3.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    async with session.client(
        "s3",
        endpoint_url=options.get("endpoint"),
        region_name=options.get("region", "us-east-1"),
        config=config,
    ) as client:
        yield S3Storage(client, bucket=parts.netloc, prefix=parts.path.strip("/"))


class S3Storage:
    """A prefix of one bucket."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:  # noqa: ANN401 - made at run time
        """Use an open client of aioboto3."""
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[_S3Writer]:
        """Begin an object; what is smaller than a part is sent whole at commit."""
        writer = _S3Writer(self._client, self._bucket, self._prefix)
        try:
            yield writer
        finally:
            await writer.clean_up()

    async def stat(self, key: Key) -> StoredObject | None:
        """Ask for the object's head."""
        try:
            with _translated():
                head = await self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except _Absent:
            return None
        return StoredObject(key=key, size_bytes=SizeBytes(head["ContentLength"]))

    async def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read by one ranged request, a chunk at a time."""
        if length == 0:
            return
        end = "" if length is None else start + length - 1
        wanted = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        try:
            with _translated():
                answer = await self._client.get_object(
                    Bucket=self._bucket, Key=self._name(key), **wanted
                )
                async with answer["Body"] as body:
                    async for data in body.content.iter_chunked(CHUNK_BYTES):
                        yield data
        except _Absent:
            raise missing(key) from None

    async def delete(self, key: Key) -> None:
        """Delete the object."""
        with _translated():
            await self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    async def walk(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Ask page by page."""
        async for found in self._pages(prefix):
            key = found["Key"].removeprefix(self._prefix)
            if not key.startswith(f"{_INCOMING}/"):
                yield StoredObject(key=Key(key), size_bytes=SizeBytes(found["Size"]))

    async def sweep(self, older_than: timedelta) -> int:
        """Delete unfinished objects and abort uploads that began so long ago."""
        # The server's own times are compared, and they are of the real day.
        before = datetime.now(UTC) - older_than
        swept = 0
        async for found in self._pages(f"{_INCOMING}/"):
            if found["LastModified"] < before:
                with _translated():
                    await self._client.delete_object(Bucket=self._bucket, Key=found["Key"])
                swept += 1
        with _translated():
            uploads = await self._client.list_multipart_uploads(
                Bucket=self._bucket, Prefix=f"{self._prefix}{_INCOMING}/"
            )
            for upload in uploads.get("Uploads", []):
                if upload["Initiated"] < before:
                    await self._client.abort_multipart_upload(
                        Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    swept += 1
        return swept

    async def _pages(self, prefix: str) -> AsyncIterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self._prefix}{prefix}"
        )
        with _translated():
            async for page in pages:
                for found in page.get("Contents", []):
                    yield found

    def _name(self, key: Key) -> str:
        return f"{self._prefix}{checked(key)}"


class _S3Writer:
    """One object in the making: a buffer of at most one part, and perhaps an upload."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:  # noqa: ANN401 - see S3Storage
        self._client = client
        self._prefix = prefix
        self._incoming = {"Bucket": bucket, "Key": f"{prefix}{_INCOMING}/{uuid4().hex}"}
        self._bucket = bucket
        self._buffer = bytearray()
        self._size = 0
        self._upload: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._landed = False

    async def write(self, data: bytes) -> None:
        self._buffer += data
        self._size += len(data)
        while len(self._buffer) >= _PART_BYTES:
            part = bytes(self._buffer[:_PART_BYTES])
            del self._buffer[:_PART_BYTES]
            await self._send(part)

    async def commit(self, key: Key) -> StoredObject:
        name = f"{self._prefix}{checked(key)}"
        if self._upload is None:
            with _translated():
                await self._client.put_object(
                    Bucket=self._bucket, Key=name, Body=bytes(self._buffer)
                )
        else:
            await self._land()
            await self._copy_to(name)
        return StoredObject(key=key, size_bytes=SizeBytes(self._size))

    async def clean_up(self) -> None:
        """Leave nothing under `incoming/`, whatever happened."""
        with _translated():
            if self._landed:
                await self._client.delete_object(**self._incoming)
            elif self._upload is not None:
                await self._client.abort_multipart_upload(**self._incoming, UploadId=self._upload)

    async def _send(self, part: bytes) -> None:
        with _translated():
            if self._upload is None:
                begun = await self._client.create_multipart_upload(**self._incoming)
                self._upload = begun["UploadId"]
            number = len(self._parts) + 1
            sent = await self._client.upload_part(
                **self._incoming, UploadId=self._upload, PartNumber=number, Body=part
            )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})

    async def _land(self) -> None:
        if self._buffer:
            await self._send(bytes(self._buffer))
        with _translated():
            await self._client.complete_multipart_upload(
                **self._incoming, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
            )
        self._landed = True

    async def _copy_to(self, name: str) -> None:
        target = {"Bucket": self._bucket, "Key": name}
        with _translated():
            if self._size <= _COPY_BYTES:
                await self._client.copy_object(**target, CopySource=self._incoming)
            else:
                await self._copy_parts(target)

    async def _copy_parts(self, target: dict[str, str]) -> None:
        upload = (await self._client.create_multipart_upload(**target))["UploadId"]
        parts = []
        try:
            for number, start in enumerate(range(0, self._size, _COPY_BYTES), 1):
                end = min(start + _COPY_BYTES, self._size) - 1
                copied = await self._client.upload_part_copy(
                    **target,
                    UploadId=upload,
                    PartNumber=number,
                    CopySource=self._incoming,
                    CopySourceRange=f"bytes={start}-{end}",
                )
                etag = copied["CopyPartResult"]["ETag"]
                parts.append({"ETag": etag, "PartNumber": number})
        except BaseException:
            await self._client.abort_multipart_upload(**target, UploadId=upload)
            raise
        await self._client.complete_multipart_upload(
            **target, UploadId=upload, MultipartUpload={"Parts": parts}
        )


class _Absent(Exception):  # noqa: N818 - it never leaves this module
    """The server has no such object."""


class _translated:  # noqa: N801 - used as a statement
    """Say the client's errors as ours."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise what the error means to us."""
        if isinstance(error, ClientError):
            answer = error.response
            code = str(answer.get("Error", {}).get("Code", ""))
            if code in _ABSENT:
                raise _Absent from error
            status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status < 500:  # noqa: PLR2004 - HTTP's own border
                raise Broken("storage-refused", f"The object storage refused: {error}") from error
        if isinstance(error, (ClientError, BotoCoreError, OSError)):
            raise Unavailable(
                "storage-unavailable", "The object storage cannot be reached now; please try again."
            ) from error
