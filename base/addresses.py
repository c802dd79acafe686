"""Which addresses are the public's: our machines must not be asked questions through us.

Names are looked at when they are resolved; numbers never are.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from base.errors import Refused

_PARTS, _BYTE = 4, 0xFF
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def require_public(address: str) -> None:
    """Refuse the number of a machine on a private network, or of this one, or of many at once.

    What of IPv6 stands for a number of IPv4 (mapped, NAT64, 6to4, Teredo) is taken for that one.

    Raises:
        Refused: `private-address`, 422.

    """
    number = ipaddress.ip_address(address)
    meant = _meant(number)
    for one in meant or (number,):
        if not one.is_global or one.is_multicast:
            raise _private(address)


def require_public_host(url: str) -> None:
    """Refuse a URL that says by itself that it leads to no public machine, as `require_public`.

    Also by a number in another form (`127.1`, `0x7f000001`), which is never asked of a resolver. A
    name has to be in ASCII (`xn--…`): clients of HTTP take wide digits for plain ones, and pass
    over what nobody sees (UTS 46), so that what looks like a name is a number to them.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    if not host.isascii() or host == "localhost" or host.endswith(".localhost"):
        raise _private(host)
    try:
        require_public(host)
    except ValueError:
        number = _old_form(host)
        if number is not None:
            require_public(number)


def _meant(
    number: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> tuple[ipaddress.IPv4Address, ...]:
    """Answer which numbers of IPv4 packets to one of IPv6 end up at."""
    if isinstance(number, ipaddress.IPv4Address):
        return ()
    found = [number.ipv4_mapped, number.sixtofour, *(number.teredo or ())]
    if number in _NAT64:
        found.append(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    return tuple(one for one in found if one is not None)


def _old_form(host: str) -> str | None:
    """Answer the number that a system takes a host for, as inet_aton reads it."""
    parts = host.split(".")
    try:
        *first, last = map(_part, parts)
    except ValueError:
        return None
    if len(parts) > _PARTS or any(one > _BYTE for one in first):
        return None
    rest = _PARTS - len(first)
    if last >= 1 << 8 * rest:
        return None
    number = int.from_bytes(first) << 8 * rest | last
    return str(ipaddress.IPv4Address(number))


def _part(text: str) -> int:
    """Read one part of a number: in hexadecimal, octal, or decimal."""
    if not text.isascii() or not text.isalnum():
        raise ValueError(text)
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8 if text[0] == "0" and len(text) > 1 else 10)


def server_of(url: str) -> str:
    """Answer what of a URL may stand in a log: no name, no password, and no path or query."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _private(address: str) -> Refused:
    return Refused(
        "private-address",
        f"{address} is no public address, and nothing is sent to others.",
        status=422,
    )
