"""Who we are to passkeys: each is bound to a name (WebAuthn level 3, section 5.1.2)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_LOCAL = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """The name that passkeys are bound to, and the origin of the pages that may use them."""

    id: str
    origin: str


def party_of(origin: str) -> RelyingParty | None:
    """Answer who we are at an address; None where browsers let no passkey be used.

    They want a name, and TLS but on the machine itself, whose own name is another for its number.
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    with suppress(ValueError):  # a name
        host = _LOCAL if ip_address(host).is_loopback else ""
    if not host or (parts.scheme != "https" and host != _LOCAL):
        return None
    port = "" if parts.port is None else f":{parts.port}"
    return RelyingParty(id=host, origin=f"{parts.scheme}://{host}{port}")
