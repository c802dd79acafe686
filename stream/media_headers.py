"""What every answer with media says besides what its ranges say."""

from __future__ import annotations

#: An object never changes and its address is one listener's: their cache may keep it.
OBJECT_CACHE = "private, max-age=21600, immutable"
#: A playlist grows while the track is not complete.
LIST_CACHE = "private, max-age=10"
GROWING_CACHE = "private, max-age=1"

#: Players on any page may ask, in any way that media is asked for, and read all of the answer.
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Range, ETag, Retry-After, Server-Timing"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Range, If-Range, If-None-Match, If-Modified-Since"
    ),
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}
OBJECT = {"Cache-Control": OBJECT_CACHE, **CROSS_ORIGIN}
#: Whoever knows such an address may have the object, and its name holds its content.
EDGE_OBJECT = {"Cache-Control": "public, max-age=31536000, immutable", **CROSS_ORIGIN}
