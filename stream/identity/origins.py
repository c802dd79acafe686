"""Whether a request comes from a page of ours: a cookie is sent along with a stranger's form, too.

Browsers say where a request comes from in `Sec-Fetch-Site`, and in `Origin` where the connection is
not trustworthy by their measure; what says neither is no browser that we know, and has no business
with a cookie.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from base.errors import Refused
from stream.keys import TOOLS

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: Of a page of ours, or typed in by hand.
_OURS = frozenset({"same-origin", "none"})


def is_ours(*, fetch_site: str, origin: str, hosts: frozenset[str]) -> bool:
    """Tell by the two headers; `hosts` are ours, each with its port if it has one."""
    if fetch_site:
        return fetch_site in _OURS
    return urlsplit(origin).netloc in hosts if origin else False


def require_same_origin(request: web.Request) -> None:
    """Refuse what a page of somebody else had a browser ask.

    Raises:
        Refused: `other-origin`, 403.

    """
    if request.method in _SAFE:
        return
    public = urlsplit(request.app[TOOLS].settings.public_url).netloc
    hosts = frozenset(one for one in (public, request.host) if one)
    if not is_ours(
        fetch_site=request.headers.get("Sec-Fetch-Site", ""),
        origin=request.headers.get("Origin", ""),
        hosts=hosts,
    ):
        raise Refused(
            "other-origin",
            "This came from another site, and was not done. Open the page here and try again; "
            "programs send a token in the header Authorization instead of a cookie.",
            status=403,
        )
