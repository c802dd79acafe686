"""Which addresses are the public's: our machines must not be asked questions through us.

Names are looked at when they are resolved; numbers never are.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from base.errors import Refused


def require_public(address: str) -> None:
    """Refuse the number of a machine on a private network, or of this one.

    Raises:
        Refused: `private-address`, 422.

    """
    number = ipaddress.ip_address(address)
    if isinstance(number, ipaddress.IPv6Address):
        number = number.ipv4_mapped or number
    if not number.is_global:
        raise _private(address)


def require_public_host(url: str) -> None:
    """Refuse a URL that says by itself that it leads to no public machine, as `require_public`."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        raise _private(host)
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return
    require_public(str(number))


def server_of(url: str) -> str:
    """Answer what of a URL may stand in a log: no name, no password, and no path or query."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _private(address: str) -> Refused:
    return Refused(
        "private-address",
        f"{address} is no public address, and nothing is sent to others.",
        status=422,
    )
