"""The page of accounts: found by name, address, number, role, kind or state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from base.errors import Refused
from catalog.account_list import AccountState, Asked, Listed, listed
from catalog.roles import AccountKind, Role
from stream.api.accounts import PLACE
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.office.showing import office_page

HERE = "/office/accounts"
_ON_PAGE, _LONGEST, _SHORTEST = 30, 254, 2
_ASKED = ("q", "role", "kind", "state")
#: What roles are called.
ROLES: Mapping[str, str] = {
    Role.LISTENER: N_("listener"),
    Role.ARTIST: N_("artist"),
    Role.LABEL: N_("label"),
    Role.COLLABORATOR: N_("collaborator"),
    Role.TREASURER: N_("treasurer"),
    Role.MODERATOR: N_("moderator"),
    Role.OPERATOR: N_("operator"),
}
KINDS: Mapping[str, str] = {
    AccountKind.PERSON: N_("person"),
    AccountKind.ARTIST: N_("artist"),
    AccountKind.LABEL: N_("label"),
}
#: Of an account: its word, and the kind of its badge.
STATES: Mapping[str, tuple[str, str]] = {
    AccountState.ACTIVE: (N_("active"), "good"),
    AccountState.CLOSING: (N_("closing"), "warn"),
    AccountState.CLOSED: (N_("closed"), ""),
    AccountState.ERASED: (N_("forgotten"), ""),
}
_CHOICES: Mapping[str, frozenset[str]] = {
    "role": frozenset(Role),
    "kind": frozenset(AccountKind),
    "state": frozenset(AccountState),
}


async def get_accounts_page(request: web.Request) -> web.Response:
    """Show accounts, the newest first, as far as they are asked for."""
    said = {name: request.query.get(name, "").strip()[:_LONGEST] for name in _ASKED}
    found: list[Listed] = []
    following, refused = None, None
    try:
        which, after = _which(said), PLACE.after(request.query.get("cursor"))
        async with request.app[TOOLS].database.read() as session:
            rows = await listed(session, which, after=after, limit=_ON_PAGE + 1)
        part = PLACE.page(rows, limit=_ON_PAGE, place=lambda one: (one.created_at, one.id))
        found, following = list(part.items), part.next
    except Refused as error:
        refused = error
    query = {name: value for name, value in said.items() if value}
    context: dict[str, Any] = {
        "accounts": found,
        "asked": said,
        "is_asked": bool(query),
        "path": f"{HERE}?{urlencode(query)}" if query else HERE,
        "next": following,
        "roles": ROLES,
        "kinds": KINDS,
        "states": STATES,
    }
    return await office_page(request, "office/accounts.html", context, refused=refused)


def _which(said: Mapping[str, str]) -> Asked:
    for name, choices in _CHOICES.items():
        if said[name] and said[name] not in choices:
            raise Refused("bad-form", "Choose one of what is offered.", status=422)
    q = said["q"]
    if q and (len(q) < _SHORTEST or not q.isprintable()):
        raise Refused("bad-form", "Tell at least two letters of the name.", status=422)
    return Asked(
        q=q or None,
        role=Role(said["role"]) if said["role"] else None,
        kind=AccountKind(said["kind"]) if said["kind"] else None,
        state=AccountState(said["state"]) if said["state"] else None,
    )
