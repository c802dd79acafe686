"""A server of a folder that does all right, or one thing wrong: what others got wrong."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@asynccontextmanager
async def served(folder: Path, *, wrong: str = "") -> AsyncIterator[str]:
    """Serve a folder; `wrong` names the one thing that is done wrong."""
    server = TestServer(_app(folder, wrong))
    await server.start_server()
    try:
        yield str(server.make_url("/"))
    finally:
        await server.close()


def _app(folder: Path, wrong: str) -> web.Application:
    async def answer(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if wrong == "redirects for ever":
            raise web.HTTPFound(f"/{name}")
        if wrong == "redirects to a file":
            raise web.HTTPFound("file:///etc/passwd")
        if wrong == "redirects" and name.endswith(".mp4") and "moved" not in request.query:
            raise web.HTTPFound(f"/{name}?moved=1")
        path = folder / name
        if not path.is_file():
            raise web.HTTPNotFound
        if name.endswith((".m3u8", ".mpd")):
            return _playlist(request, path.read_bytes(), wrong)
        return _media(request, path.read_bytes(), wrong)

    app = web.Application()
    app.router.add_get("/{name}", answer, allow_head=True)
    return app


def _playlist(request: web.Request, data: bytes, wrong: str) -> web.Response:
    headers = {"Content-Type": "application/vnd.apple.mpegurl"}
    accepts = "gzip" in request.headers.get("Accept-Encoding", "") or wrong == "always gzip"
    if accepts and wrong != "no gzip":
        data = gzip.compress(bytes(1 << 26)) if wrong == "a bomb" else gzip.compress(data)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=data, headers=headers)


def _media(request: web.Request, data: bytes, wrong: str) -> web.Response:
    tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    headers = {"Accept-Ranges": "bytes", "ETag": tag, "Content-Type": "audio/mp4"}
    if wrong == "weak tag":
        headers["ETag"] = f"W/{tag}"
    if wrong == "no tag":
        del headers["ETag"]
    if wrong == "no accept-ranges":
        del headers["Accept-Ranges"]
    if request.method == "HEAD" and wrong == "no head":
        return web.Response(status=405)
    if request.method == "HEAD" and wrong == "head of another length":
        return web.Response(headers={**headers, "Content-Length": "17"})
    condition = request.headers.get("If-Range", tag)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    is_current = condition == tag or wrong == "if-range ignored"
    if wrong == "if-range never" and "If-Range" in request.headers:
        is_current = False
    if wrong == "always gzip":
        return web.Response(body=gzip.compress(data), headers={"Content-Encoding": "gzip"})
    if asked is None or not is_current or wrong == "no ranges":
        return web.Response(body=data, headers=headers)
    return _part(data, asked, headers, wrong)


def _part(data: bytes, asked: re.Match[str], headers: dict[str, str], wrong: str) -> web.Response:
    size = len(data)
    if asked[1]:
        start, end = int(asked[1]), int(asked[2] or size - 1)
    else:
        start, end = max(0, size - int(asked[2])), size - 1
    if start >= size or (end >= size and wrong == "no clamping"):
        told = {} if wrong == "416 without a length" else {"Content-Range": f"bytes */{size}"}
        return web.Response(status=200 if wrong == "no 416" else 416, headers={**headers, **told})
    end = min(end, size - 1)
    if wrong != "no content-range":
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    if wrong == "content-range of another":
        headers["Content-Range"] = f"bytes {start}-{end + 1}/{size}"
    more = 5 if wrong == "over-reading" else 0
    body = bytes(end - start + 1) if wrong == "other bytes" else data[start : end + 1 + more]
    return web.Response(status=206, body=body, headers=headers)
