"""The content of a request as it comes, and the interim responses that may be said meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import ClientPayloadError, HttpVersion11, web

from base.errors import Refused

_READ_BYTES = 1 << 18
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


async def wait_to_invite(request: web.Request) -> None:
    """Say nothing yet to who asks before sending (Expect: 100-continue): `chunks` does.

    So who would be refused is refused before 900 MB are sent.
    """
    if request.headers.get("Expect", "").lower() != "100-continue":
        raise web.HTTPExpectationFailed


async def chunks(request: web.Request) -> AsyncIterator[bytes]:
    """Invite the content, and answer it as it comes.

    Raises:
        Refused: `incomplete-upload`; the connection was lost.

    """
    if "Expect" in request.headers:
        await say_meanwhile(request, _CONTINUE)
    try:
        async for chunk in request.content.iter_chunked(_READ_BYTES):
            yield chunk
    except (ClientPayloadError, ConnectionError) as error:
        raise Refused(
            "incomplete-upload", "The upload was cut off; please send the rest."
        ) from error


async def pass_over(request: web.Request, *, most_bytes: int, seconds: float) -> None:
    """Let go by what came along and nobody needs, so that its client hears the answer.

    Who waits to be invited is not; who sends too much, or falls silent, is not waited for.
    """
    if "Expect" in request.headers:
        return
    with suppress(ClientPayloadError, ConnectionError, TimeoutError):
        while most_bytes > 0:
            async with asyncio.timeout(seconds):
                data = await request.content.read(_READ_BYTES)
            if not data:
                return
            most_bytes -= len(data)


async def say_meanwhile(request: web.Request, interim: bytes) -> None:
    """Send an interim response (1xx) to who can read one; before the final one is begun."""
    if request.version < HttpVersion11:
        return
    with suppress(ConnectionError):  # who reads the content will see it, too
        await request.writer.write(interim)
        # What was said meanwhile is no part of the answer, and not counted as such.
        request.writer.output_size = 0
