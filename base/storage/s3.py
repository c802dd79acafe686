"""Objects in any S3: uploads in bounded memory, ranged reads that outlive a broken line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

import aioboto3
from botocore.config import Config
from botocore.exceptions import ClientError

from base.errors import Refused, Unavailable
from base.storage.foreign import ForeignBucket
from base.storage.port import (
    INCOMING,
    UNFINISHED,
    Key,
    ListedObject,
    StoredObject,
    checked,
    is_key,
    missing,
)
from base.storage.s3_bucket import Answer, Bucket, code_of, translated
from base.storage.s3_direct import S3Direct
from base.storage.s3_stream import stream_of
from base.storage.s3_unfinished import S3Unfinished
from base.storage.s3_upload import Upload
from base.units import SizeBytes

_OPTIONS = frozenset({"endpoint", "region"})
#: Every listener whose player is slow holds one connection; past these, others wait.
_CONNECTIONS = 512


@asynccontextmanager
async def open_s3(url: str) -> AsyncIterator[S3Storage]:
    """Open `s3://bucket/prefix?endpoint=…&region=…`, with credentials as AWS's own tools read them.

    The client belongs to the running event loop; nothing is asked of the server yet.

    Raises:
        Refused: the address names no bucket, or has an option we do not know.

    """
    async with _open_bucket(url) as bucket:
        yield S3Storage(bucket)


@asynccontextmanager
async def open_foreign(url: str) -> AsyncIterator[ForeignBucket]:
    """Open a bucket that others fill, by an address as that of a storage.

    Raises:
        Refused: as `open_s3`.

    """
    async with _open_bucket(url) as bucket:
        yield ForeignBucket(bucket)


@asynccontextmanager
async def _open_bucket(url: str) -> AsyncIterator[Bucket]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if not parts.hostname or not options.keys() <= _OPTIONS:
        raise Refused(
            "unknown-storage",
            "An S3 address has the form s3://bucket/prefix?endpoint=…&region=….",
        )
    prefix = parts.path.strip("/")
    async with aioboto3.Session().client(
        "s3",
        endpoint_url=options.get("endpoint"),
        region_name=options.get("region"),
        config=_config(),
    ) as client:
        yield Bucket(client=client, name=parts.netloc, prefix=f"{prefix}/" if prefix else "")


def _config() -> Config:
    return Config(
        # The signature that all servers know, and that addresses for others need, too.
        signature_version="s3v4",
        # At most three seconds of waiting between them: a listener waits for the answer.
        retries={"total_max_attempts": 3, "mode": "standard"},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=_CONNECTIONS,
        # Checksums in trailers are unknown to many servers that speak S3.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Storage:
    """A prefix of one bucket."""

    def __init__(self, bucket: Bucket) -> None:
        """Use an open bucket."""
        self._bucket = bucket
        self._unfinished = S3Unfinished(bucket, S3Storage)

    @property
    def unfinished(self) -> S3Unfinished:
        """What is on its way in."""
        return self._unfinished

    @property
    def direct(self) -> S3Direct:
        """What clients put here themselves."""
        return S3Direct(self._bucket)

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[Upload]:
        """Begin an object; what is smaller than a part is sent whole at commit."""
        upload = Upload(self._bucket)
        try:
            yield upload
        finally:
            await upload.clean_up()

    async def stat(self, key: Key) -> StoredObject | None:
        """Ask for the object's head."""
        try:
            with translated(key):
                head = await self._bucket.client.head_object(**self._bucket.at(checked(key)))
        except Refused:
            return None
        return StoredObject(key=key, size_bytes=SizeBytes(head["ContentLength"]))

    async def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Read by a ranged request; when the line breaks, go on from there with another."""
        if length == 0:
            # HTTP has no word for an empty range, but a missing object is still missing.
            if await self.stat(key) is None:
                raise missing(key)
            return
        at, end = start, None if length is None else start + length
        while True:
            before = at
            try:
                async for data in self._stream(key, at, end):
                    at += len(data)
                    yield data
            except Unavailable:
                # Each try must bring something, so this ends.
                if at == before:
                    raise
            else:
                return

    async def delete(self, key: Key) -> None:
        """Delete the object."""
        with translated():
            await self._bucket.client.delete_object(**self._bucket.at(checked(key)))

    async def walk(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Ask page by page; what is no object of ours is passed over."""
        if not (is_key(prefix) or is_key(f"{prefix}0")):
            return  # no key begins so, and some servers would refuse to look
        async for page in self._bucket.pages("list_objects_v2", prefix):
            for found in page.get("Contents", []):
                name = found["Key"].removeprefix(self._bucket.prefix)
                if is_key(name):
                    yield ListedObject(
                        key=Key(name),
                        size_bytes=SizeBytes(found["Size"]),
                        stored_at=found["LastModified"],
                    )

    async def sweep(self, older_than: timedelta) -> int:
        """Delete unfinished objects and abort uploads that nobody touched for so long.

        MinIO lists uploads by whole names only, so here it shows none; it aborts them
        itself after a day.
        """
        return await self._sweep_objects(older_than) + await self._sweep_uploads(older_than)

    async def _sweep_objects(self, older_than: timedelta) -> int:
        swept = 0
        async for page in self._bucket.pages("list_objects_v2", INCOMING):
            before = _answered_at(page) - older_than
            for found in page.get("Contents", []):
                if found["LastModified"] <= before:
                    with translated():
                        await self._bucket.client.delete_object(
                            Bucket=self._bucket.name, Key=found["Key"]
                        )
                    swept += 1
        return swept

    async def _sweep_uploads(self, older_than: timedelta) -> int:
        swept = 0
        # Below the whole prefix, for a large object is copied to its key in parts; what comes
        # over days is somebody else's to remove.
        spared = f"{self._bucket.prefix}{UNFINISHED}"
        async for page in self._bucket.pages("list_multipart_uploads", ""):
            before = _answered_at(page) - older_than
            for found in page.get("Uploads", []):
                if found["Initiated"] <= before and not found["Key"].startswith(spared):
                    swept += await self._abort_untouched(found, before)
        return swept

    async def _abort_untouched(self, found: Answer, before: datetime) -> bool:
        """Abort an upload unless it is gone, or parts of it still arrive."""
        upload = {
            "Bucket": self._bucket.name,
            "Key": found["Key"],
            "UploadId": found["UploadId"],
        }
        client = self._bucket.client
        with translated():
            try:
                async for page in client.get_paginator("list_parts").paginate(**upload):
                    if any(part["LastModified"] > before for part in page.get("Parts", [])):
                        return False
                await client.abort_multipart_upload(**upload)
            except ClientError as error:
                if code_of(error) == "NoSuchUpload":
                    return False
                raise
        return True

    async def _stream(self, key: Key, start: int, end: int | None) -> AsyncIterator[bytes]:
        answer = await self._get(key, start, end)
        if answer is None:
            return
        async for data in stream_of(answer["Body"]):
            yield data

    async def _get(self, key: Key, start: int, end: int | None) -> Answer | None:
        last = "" if end is None else end - 1
        wanted = {"Range": f"bytes={start}-{last}"} if start or end is not None else {}
        with translated(key):
            try:
                answer: Answer = await self._bucket.client.get_object(
                    **self._bucket.at(checked(key)), **wanted
                )
            except ClientError as error:
                # A range past the end holds nothing, as on disk.
                if code_of(error) == "InvalidRange":
                    return None
                raise
        return answer


def _answered_at(answer: Answer) -> datetime:
    """Tell when the server answered, by its own clock, which its objects' times are of."""
    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    # The header has whole seconds; rounded up, what was there is never younger than now.
    return date + timedelta(seconds=1)
