"""The least that takes a file by PUT, has it on disk and gives it: what ours is measured against.

`python -m refrain.bare FOLDER` prints its address and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvloop
from aiohttp import web

_READ_BYTES = 1 << 18


def bare_app(folder: Path) -> web.Application:
    """Answer an application that writes what comes into a folder, and hashes nothing."""

    async def put(request: web.Request) -> web.Response:
        path = folder / Path(request.match_info["name"]).name
        with path.open("wb") as file:
            async for chunk in request.content.iter_chunked(_READ_BYTES):
                file.write(chunk)
        return web.Response(status=201)

    app = web.Application()
    app.router.add_put("/{name}", put)
    app.router.add_static("/files", folder)
    return app


async def serve(app: web.Application) -> None:
    """Serve on a free port, and say which."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(bare_app(Path(sys.argv[1]))))
