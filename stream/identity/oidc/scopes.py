"""What applications may ask for: scopes of ours and of OpenID Connect, and the words for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from catalog.permissions import SCOPES, Scope
from stream.identity.oidc.documents import REFRESH

OPENID, PROFILE, OFFLINE = "openid", "profile", "offline_access"
#: Core, 5.4 and 11: what an application may know, which opens nothing.
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        OPENID: "know that it is you, by a number",
        PROFILE: "know your name",
        "email": "know your e-mail address",
        OFFLINE: "act for you also while you are not there",
    }
)
#: What players of earlier systems ask for, and mean by it.
_MEANT: Mapping[str, frozenset[Scope]] = MappingProxyType(
    {
        "read_write": frozenset(
            {
                *(Scope.PLAY, Scope.LIBRARY_READ, Scope.LIBRARY_WRITE, Scope.WALLET_READ),
                *(Scope.WALLET_SPEND, Scope.ACCOUNT_READ, Scope.ACCOUNT_WRITE),
                *(Scope.MUSIC_READ, Scope.MUSIC_WRITE),
            }
        )
    }
)
_OFFICES = frozenset(
    {
        *(Scope.BOOKS_READ, Scope.BOOKS_KEEP, Scope.MODERATE, Scope.FLEET_READ),
        *(Scope.FLEET_RUN, Scope.AUDIT_READ),
    }
)
#: All that there is to ask for.
OFFERED: Sequence[str] = (*ABOUT, *Scope, *_MEANT)
#: What an application may ask for that nobody of the house has looked at.
OPEN_TO_ALL: Sequence[str] = tuple(one for one in OFFERED if one not in _OFFICES)


def granted(asked: str, registered: Collection[str]) -> list[str]:
    """Answer what a client gets of what it asks for; who it is, where it does not say.

    What nobody knows is passed over (Core, 3.1.2.1).
    """
    wanted = dict.fromkeys(asked.split() or (OPENID, PROFILE))
    return [one for one in wanted if one in registered and one in OFFERED]


def allowed(scopes: Iterable[str]) -> frozenset[Scope]:
    """Answer what a token with such scopes opens."""
    found: set[Scope] = set()
    for one in scopes:
        found |= _MEANT.get(one, frozenset({Scope(one)} if one in set(Scope) else ()))
    return frozenset(found)


def words_for(scopes: Collection[str], grant_types: Collection[str]) -> list[str]:
    """Say what an application may do: who gets new tokens by itself, acts all the time."""
    return words({*scopes, OFFLINE} if REFRESH in grant_types else scopes)


def words(scopes: Collection[str]) -> list[str]:
    """Say what an application may do, in an order that people can follow."""
    about = [said for name, said in ABOUT.items() if name in scopes]
    opens = allowed(scopes)
    return [*about, *(said for name, said in SCOPES.items() if name in opens)]
