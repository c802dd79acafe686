"""A bucket that others fill: objects of any names, which are read, and answered beside.

Unlike our own storage nothing in here is addressed by its content: an object changes as its owner
likes, and is known again by its tag.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from base.errors import Refused
from base.storage.s3_bucket import Bucket, code_of, translated
from base.storage.s3_stream import stream_of

_CHANGED = frozenset({"PreconditionFailed", "412", "NoSuchKey", "404", "NotFound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignObject:
    """An object as a listing tells of it; `name` is below the prefix, and whatever it says."""

    name: str
    size_bytes: int
    stored_at: datetime
    tag: str


class ForeignBucket:
    """A prefix of a bucket of others, or of ours that others write into."""

    def __init__(self, bucket: Bucket) -> None:
        """Use an open bucket."""
        self._bucket = bucket

    async def walk(self, prefix: str) -> AsyncIterator[ForeignObject]:
        """Answer all objects below a prefix, which ends in `/`, page by page.

        Raises:
            Unavailable, Broken: as storages do.

        """
        whole = f"{self._bucket.prefix}{prefix}"
        async for page in self._bucket.pages("list_objects_v2", prefix):
            for found in page.get("Contents", []):
                yield ForeignObject(
                    name=found["Key"].removeprefix(whole),
                    size_bytes=found["Size"],
                    stored_at=found["LastModified"],
                    tag=found["ETag"],
                )

    async def read(self, name: str, *, tag: str) -> AsyncIterator[bytes]:
        """Answer the bytes of an object while it is the one of this tag.

        Raises:
            Refused: `object-changed`, 409: it is another, or gone.
            Unavailable, Broken: as storages do.

        """
        with translated():
            try:
                answer = await self._bucket.client.get_object(**self._bucket.at(name), IfMatch=tag)
            except ClientError as error:
                if code_of(error) in _CHANGED:
                    raise Refused(
                        "object-changed", f"The object {name!r} is another now.", status=409
                    ) from None
                raise
        async for data in stream_of(answer["Body"]):
            yield data

    async def put(self, name: str, content: bytes) -> None:
        """Put a small object there.

        Raises:
            Unavailable, Broken: as storages do.

        """
        with translated():
            await self._bucket.client.put_object(**self._bucket.at(name), Body=content)
