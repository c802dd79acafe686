"""The least that answers a row by its key over HTTP: what our reads are measured against.

`python -m refrain.bare_read DATABASE` prints its address and serves `/{track}` until it is ended.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

import asyncpg
import uvloop
from aiohttp import web

_QUERY = "SELECT title, artist, state FROM tracks WHERE id = $1"


def bare_app(pool: asyncpg.Pool) -> web.Application:
    """Answer an application that reads a track by its id."""

    async def get(request: web.Request) -> web.Response:
        row = await pool.fetchrow(_QUERY, UUID(request.match_info["track"]))
        return web.json_response(dict(row or {}))

    app = web.Application()
    app.router.add_get("/{track}", get)
    return app


async def serve(database: str) -> None:
    """Serve on a free port, and say which."""
    async with asyncpg.create_pool(database, min_size=4, max_size=12) as pool:
        runner = web.AppRunner(bare_app(pool), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
