"""What somebody may who has not shown a second factor, where the house wants one of them.

Only who signed in by themselves, or let an application do so, is asked for one: a token of one's
own was made by somebody who was asked.
"""

from __future__ import annotations

from dataclasses import replace

from catalog.callers import Caller, Credential, CredentialKind
from catalog.roles import OFFICES, Role, SecondFactor

#: What shows more than a password does, as sessions note it.
APP, PAPER, PASSKEY = "totp", "recovery", "passkey"
SECOND = frozenset({APP, PAPER, PASSKEY})


def is_wanted(roles: frozenset[Role], rule: SecondFactor) -> bool:
    """Whether the house wants a second factor of who has these roles."""
    return bool(withheld(roles, rule))


def withheld(roles: frozenset[Role], rule: SecondFactor) -> frozenset[Role]:
    """Answer which roles rest until a second factor was shown."""
    match rule:
        case SecondFactor.NONE:
            return frozenset()
        case SecondFactor.OFFICES:
            return roles & OFFICES
        case SecondFactor.ALL:
            return roles


def standing(who: Caller, rule: SecondFactor) -> Caller:
    """Answer who somebody is by what they have shown: some of their roles may rest."""
    if has_shown_enough(who.credential):
        return who
    resting = withheld(who.roles, rule)
    return replace(who, roles=who.roles - resting, withheld=resting) if resting else who


def has_shown_enough(credential: Credential | None) -> bool:
    """Whether it is no sign-in, or one with a second factor."""
    if credential is None or credential.kind is CredentialKind.TOKEN:
        return True
    if credential.kind is CredentialKind.ACCESS and credential.authenticated_at is None:
        return True  # an application's own, for which nobody signed in
    return not SECOND.isdisjoint(credential.factors)
