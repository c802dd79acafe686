"""Parts that clients put onto S3 themselves, at addresses that we sign."""

from __future__ import annotations

from dataclasses import replace

from base.storage.kept import Kept, Piece
from base.storage.s3_bucket import Bucket, translated
from base.storage.s3_multipart import Place, begin
from base.storage.s3_unfinished import WHOLE, own_part


class S3Direct:
    """The multipart uploads of unfinished objects below one prefix of a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        """Use an open bucket."""
        self._bucket = bucket

    async def open(self, kept: Kept) -> Kept:
        """Begin a multipart upload; see the port."""
        upload_id = await begin(self._bucket, self._place(kept))
        return replace(kept, upload_id=upload_id)

    async def sign(self, kept: Kept, number: int, *, lifetime_s: int) -> str:
        """Sign the PUT of a part; nothing is asked of the server."""
        part = {**self._place(kept), "UploadId": kept.upload_id, "PartNumber": number}
        with translated():
            address: str = await self._bucket.client.generate_presigned_url(
                "upload_part", Params=part, ExpiresIn=lifetime_s
            )
        return address

    async def parts(self, kept: Kept) -> tuple[Piece, ...]:
        """Ask page by page."""
        pages = self._bucket.client.get_paginator("list_parts").paginate(
            **self._place(kept), UploadId=kept.upload_id
        )
        with translated():
            return tuple(
                [
                    Piece(number=part["PartNumber"], size_bytes=part["Size"], tag=part["ETag"])
                    async for page in pages
                    for part in page.get("Parts", [])
                ]
            )

    def _place(self, kept: Kept) -> Place:
        return own_part(self._bucket, kept).at(WHOLE)
