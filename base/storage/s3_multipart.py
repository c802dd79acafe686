"""S3's multipart uploads and server-side copies, for all that is larger than a part."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from base.errors import RefrainError
from base.storage.s3_bucket import Bucket, translated

#: A server copies at most 5 GiB in one request; more goes by parts of this size.
_COPY_BYTES = 1 << 30

#: The arguments that tell the client where an object lies.
Place = dict[str, str]


async def begin(bucket: Bucket, place: Place) -> str:
    """Begin a multipart upload; answer its id."""
    with translated():
        begun = await bucket.client.create_multipart_upload(**place)
    return str(begun["UploadId"])


async def complete(
    bucket: Bucket, place: Place, *, upload_id: str, parts: Iterable[tuple[int, str]]
) -> None:
    """Make an object of the parts, given as numbers and tags in rising order."""
    listed = [{"ETag": tag, "PartNumber": number} for number, tag in parts]
    with translated():
        await bucket.client.complete_multipart_upload(
            **place, UploadId=upload_id, MultipartUpload={"Parts": listed}
        )


async def copy(bucket: Bucket, source: Place, target: Place, *, size_bytes: int) -> None:
    """Let the server copy an object, in parts when it is larger than it copies at once."""
    if size_bytes <= _COPY_BYTES:
        with translated():
            await bucket.client.copy_object(**target, CopySource=source)
        return
    upload_id = await begin(bucket, target)
    try:
        parts = []
        for number, start in enumerate(range(0, size_bytes, _COPY_BYTES), 1):
            span = (start, min(start + _COPY_BYTES, size_bytes))
            tag = await copy_part(
                bucket, source, target, upload_id=upload_id, number=number, span=span
            )
            parts.append((number, tag))
        await complete(bucket, target, upload_id=upload_id, parts=parts)
    except BaseException:
        await abort(bucket, target, upload_id)
        raise


async def copy_part(  # noqa: PLR0913 - from where to where, and what of it
    bucket: Bucket,
    source: Place,
    target: Place,
    *,
    upload_id: str,
    number: int,
    span: tuple[int, int],
) -> str:
    """Let the server copy bytes of an object into a part; answer its tag."""
    with translated():
        copied = await bucket.client.upload_part_copy(
            **target,
            UploadId=upload_id,
            PartNumber=number,
            CopySource=source,
            CopySourceRange=f"bytes={span[0]}-{span[1] - 1}",
        )
    return str(copied["CopyPartResult"]["ETag"])


async def abort(bucket: Bucket, place: Place, upload_id: str) -> None:
    """End a multipart upload, as well as it can be done now."""
    with suppress(RefrainError), translated():
        await bucket.client.abort_multipart_upload(**place, UploadId=upload_id)
