"""Files that come in a form (RFC 7578), bit by bit: none is ever held as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, ClientPayloadError, web

from base.errors import Refused

_PART_BYTES = 1 << 18


async def first_file(request: web.Request, none: Refused) -> AsyncIterator[bytes]:
    """Answer the bytes of the first file of a form.

    Raises:
        Refused: `none`, where there is no file; `incomplete-upload`, the connection was lost.

    """
    if not request.content_type.startswith("multipart/"):
        raise none
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                while chunk := await part.read_chunk(_PART_BYTES):
                    yield bytes(chunk)
                return
    except (ClientPayloadError, ConnectionError) as error:
        raise Refused(
            "incomplete-upload", "The upload was cut off; please send the rest."
        ) from error
    raise none
