"""What people are called where programs speak to ListenBrainz, in addresses, too."""

from __future__ import annotations

from base.errors import Refused
from catalog.callers import Caller

#: What a part of an address cannot hold, as many programs write it there unchanged.
_UNFIT = frozenset("/?#%\\")


def name_of(who: Caller) -> str:
    """Answer what a program calls somebody: their name, or their number where it is unfit."""
    return str(who.id) if _UNFIT.intersection(who.name) or not who.name.strip() else who.name


def require_self(who: Caller, name: str) -> None:
    """Let people see what they listened to themselves, and nobody else.

    Raises:
        Refused: `user-unknown`, 404.

    """
    if name not in {name_of(who), who.name, str(who.id)}:
        sentence = "Here one sees one's own listens only: use the token of that account."
        raise Refused("user-unknown", sentence, status=404)
