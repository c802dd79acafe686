"""What the application keeps, each under a typed key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from accounting.payments.providers import Providers
from accounting.proofs import Tiles
from accounting.seen import Seen
from base.tools import Tools
from catalog.callers import Caller
from catalog.permissions import Permission
from ingest.desk import Desk
from stream.edge import Edge
from stream.evidence import Deliveries
from stream.feed import Feed
from stream.grants import Grants
from stream.hot import Hot
from stream.moments import Moments
from stream.offload import Offload
from stream.presence import Presence
from stream.traffic import Traffic

TOOLS = web.AppKey("tools", Tools)
PROVIDERS: web.AppKey[Providers] = web.AppKey("providers")
DESK = web.AppKey("desk", Desk)
SECRETS = web.AppKey("secrets", Sequence[bytes])
GRANTS = web.AppKey("grants", Grants)
HOT = web.AppKey("hot", Hot)
MOMENTS = web.AppKey("moments", Moments)
TRAFFIC = web.AppKey("traffic", Traffic)
DELIVERIES = web.AppKey("deliveries", Deliveries)
PRESENCE = web.AppKey("presence", Presence)
EDGE: web.AppKey[Edge | None] = web.AppKey("edge")
OFFLOAD: web.AppKey[Offload | None] = web.AppKey("offload")
FEED = web.AppKey("feed", Feed)
#: Tiles of days of the books, as proofs need them.
TILES = web.AppKey("tiles", Tiles)
ASSETS = web.AppKey("assets", Mapping[str, str])
#: The address under which people reach the house, for links in mails.
ORIGIN = web.AppKey("origin", str)
#: Tells a sentence to whoever asks: in their language, if we have it, and which it is by now.
TELL: web.AppKey[Callable[[web.Request, str], tuple[str, str]]] = web.AppKey("tell")

#: Of one request: who asks, what they need, and the id that its log lines and its job carry.
CALLER = web.RequestKey("caller", Caller)
#: What pages say of who asks, as far as that was read.
SEEN = web.RequestKey("seen", Seen)
#: What the route needs that was asked for.
NEEDED = web.RequestKey("needed", Permission)
REQUEST_ID = web.RequestKey("request_id", str)
#: The code of what a page refused, which it shows in its own way.
REFUSED_WITH = web.RequestKey("refused_with", str)
