"""What the application keeps for those who sign in, each under a typed key."""

from __future__ import annotations

from aiohttp import web

from stream.identity.hashing import Hashing
from stream.identity.tries import Tries

HASHING = web.AppKey("hashing", Hashing)
TRIES = web.AppKey("tries", Tries)
