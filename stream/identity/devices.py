"""What is told of where somebody signed in: enough to know it again, and no more."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

#: In this order: most browsers claim to be others as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z0-9._-]{1,40}")
_BLOCK_BITS = {4: 24, 6: 48}
_COUNTRY = re.compile(r"[A-Z]{2}")
#: What proxies say where they do not know (ISO 3166 leaves it to users).
_NOWHERE = frozenset({"XX", "T1"})


def device_of(user_agent: str) -> str:
    """Answer what somebody would call it, as `Firefox on Linux`."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    program = _PROGRAM.match(user_agent)
    return browser or (program[0] if program else "an unknown device")


def block_of(address: str) -> str:
    """Answer the network that an address is of: what one subscriber, or a few, have.

    `address` may be a household's network of IPv6 already.
    """
    try:
        one = ip_address(address.partition("/")[0])
    except ValueError:
        return address[:64]
    return str(ip_network(f"{one}/{_BLOCK_BITS[one.version]}", strict=False))


def country_in(header: str) -> str | None:
    """Answer the country that a proxy said, if it knows."""
    said = header.strip().upper()
    return said if _COUNTRY.fullmatch(said) and said not in _NOWHERE else None
