"""The least that answers a row by its key over HTTP: what our reads are measured against.

`python -m refrain.bare_read DATABASE` prints its address and serves `/{track}` until it is ended.
"""

from __future__ import annotations

import sys
from uuid import UUID

import asyncpg
import uvloop
from aiohttp import web

from refrain.bare import serve

_QUERY = "SELECT title, artist, state FROM tracks WHERE id = $1"


def bare_app(pool: asyncpg.Pool) -> web.Application:
    """Answer an application that reads a track by its id."""

    async def get(request: web.Request) -> web.Response:
        row = await pool.fetchrow(_QUERY, UUID(request.match_info["track"]))
        return web.json_response(dict(row or {}))

    app = web.Application()
    app.router.add_get("/{track}", get)
    return app


async def _serve(database: str) -> None:
    async with asyncpg.create_pool(database, min_size=4, max_size=12) as pool:
        await serve(bare_app(pool))


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
