"""Who is at the other end of a connection, where proxies may stand between.

A proxy says for whom it asks in `X-Forwarded-For`, or in `Forwarded` (RFC 7239). Only what a
trusted one says is believed, and of that only what no stranger can have written: the chain is
read from its end, past the proxies that are trusted, to the first address that is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

#: Of IPv6 a household has a network of so many bits, and all addresses in it.
_HOUSEHOLD_BITS = 64
#: A chain of proxies is short; what is longer was not written by ours.
_LONGEST_CHAIN = 1_000
_MOST_REMEMBERED = 4_096
_FORWARDED_FOR = re.compile(r'(?:^|[;,\s])for="?([^";,]*)"?', re.IGNORECASE)
#: An address, with brackets if it has colons, and with a port or without.
_HOST = re.compile(
    r"\[([0-9a-f:.]+)\](?::[0-9]+)?|([0-9.]+)(?::[0-9]+)?|([0-9a-f:.]+)", re.IGNORECASE
)

_Address = IPv4Address | IPv6Address


class Clients:
    """Tells clients apart; `trusted` are networks of proxies, with spaces or commas between."""

    def __init__(self, trusted: str) -> None:
        """Raise ValueError where one of them is no network."""
        self._trusted = [ip_network(one) for one in re.split(r"[\s,]+", trusted) if one]
        # A player asks from one address for hours.
        self._trusts = lru_cache(_MOST_REMEMBERED)(self._is_trusted)
        self._found = lru_cache(_MOST_REMEMBERED)(self._find)

    def is_proxy(self, peer: str) -> bool:
        """Tell whether a peer is trusted to ask for others."""
        return self._trusts(peer)

    def of(self, peer: str, *, x_forwarded_for: str = "", forwarded: str = "") -> str:
        """Answer who asks: an address, or a household's network of IPv6.

        `X-Forwarded-For` goes first: who sets it lets a stranger's `Forwarded` through.
        """
        if not (x_forwarded_for or forwarded) or not self._trusts(peer):
            return self._found(peer, ())
        if x_forwarded_for:
            said = x_forwarded_for[-_LONGEST_CHAIN:].split(",")
        else:
            said = _FORWARDED_FOR.findall(forwarded[-_LONGEST_CHAIN:])
        return self._found(peer, tuple(said))

    def _find(self, peer: str, chain: Sequence[str]) -> str:
        nearest = peer
        for said in reversed(chain):
            address = _address(said)
            if address is None:
                break
            nearest = str(address)
            if not self._trusts(nearest):
                break
        return _household(nearest)

    def _is_trusted(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._trusted)


def _address(text: str) -> _Address | None:
    host = _HOST.fullmatch(text.strip())
    try:
        address = ip_address(next(filter(None, host.groups()))) if host else None
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _household(text: str) -> str:
    address = _address(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), _HOUSEHOLD_BITS), strict=False))
    return str(address) if address is not None else text
