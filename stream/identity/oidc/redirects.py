"""Addresses that an application may have people sent back to: which may be named, which match.

They match letter by letter (RFC 9700, section 2.1); only of an application on the same machine the
port may be another each time (RFC 8252, section 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_LONGEST = 2_000
#: Printable, and nothing that ends an attribute, a header or a header's part.
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]{1,5})?(?=/|\?|$)(.*)")
_WEB = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?(?:/.*|\?.*)?", re.IGNORECASE)
#: A private-use scheme is the name of a domain of its owner, turned round: RFC 8252, section 7.1.
_PRIVATE = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:[^\\]*", re.IGNORECASE)


def is_fit(uri: str) -> bool:
    """Tell whether people may be sent to such an address at all."""
    if len(uri) > _LONGEST or "#" in uri or not _PLAIN.fullmatch(uri):
        return False
    return any(kind.fullmatch(uri) for kind in (_LOOPBACK, _WEB, _PRIVATE))


def is_assured(uri: str) -> bool:
    """Tell whether only the application itself hears what is sent there (RFC 8252, section 8.6)."""
    return uri.lower().startswith("https://")


def matches(registered: Collection[str], asked: str) -> bool:
    """Tell whether an address is one of those that were registered."""
    if asked in registered:
        return is_fit(asked)
    found = _without_port(asked)
    return found is not None and any(_without_port(one) == found for one in registered)


def origin_of(uri: str) -> str:
    """Answer what a policy of a page calls an address: its origin, or its scheme."""
    parts = urlsplit(uri)
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def shown(uri: str) -> str:
    """Answer what people are told of an address: where it leads."""
    parts = urlsplit(uri)
    if _LOOPBACK.fullmatch(uri):
        return "a program on this machine"
    # Of a scheme of its own, what looks like a host is whatever the application wrote there.
    if parts.scheme == "https" and parts.hostname:
        return parts.hostname
    return f"an app on this device ({parts.scheme})"


def _without_port(uri: str) -> tuple[str, str] | None:
    if not is_fit(uri):
        return None
    found = _LOOPBACK.fullmatch(uri)
    return None if found is None else (found[1], found[2])
