"""How long an upload is: what was said, what came, and whether they agree."""

from __future__ import annotations

from dataclasses import replace

from catalog.uploads import Upload
from ingest.asking import Body
from ingest.refusals import OffsetMismatch, incomplete, length_changed, too_large, too_much


def begun(upload: Upload, body: Body, *, limit_bytes: int) -> Upload:
    """Answer the upload as it stands when `body` begins, its length with it if said now.

    Raises:
        OffsetMismatch: these are not the bytes that come next.
        Refused: `length-changed`, `too-large`, `too-much`.

    """
    if body.at != upload.offset_bytes:
        raise OffsetMismatch(upload.offset_bytes, body.at)
    length = upload.length_bytes
    if body.length_bytes is not None:
        if length not in (None, body.length_bytes):
            raise length_changed(upload.length_bytes or 0)
        length = body.length_bytes
        if length < upload.offset_bytes:
            raise too_much(length)
    sized = replace(upload, length_bytes=length)
    if length is not None and length > limit_bytes:
        raise too_large(limit_bytes)
    require_room(sized, body.at + (body.size_bytes or 0), limit_bytes=limit_bytes)
    return sized


def require_room(upload: Upload, end: int, *, limit_bytes: int) -> None:
    """Let an upload grow to `end`.

    Raises:
        Refused: `too-large`, `too-much`.

    """
    if upload.length_bytes is None and end > limit_bytes:
        raise too_large(limit_bytes)
    if upload.length_bytes is not None and end > upload.length_bytes:
        raise too_much(upload.length_bytes)


def ended(upload: Upload, body: Body) -> tuple[Upload, bool]:
    """Answer the upload after all of `body`, and whether it is complete.

    Raises:
        Refused: `incomplete-upload`: it was said to be complete, and is not.

    """
    if body.ends is None:
        return upload, upload.is_complete
    if body.ends and upload.length_bytes is None:
        return replace(upload, length_bytes=upload.offset_bytes), True
    if body.ends and not upload.is_complete:
        raise incomplete(upload.offset_bytes, upload.length_bytes or 0)
    return upload, body.ends
