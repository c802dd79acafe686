"""Why somebody may not do something, and what they can do about it, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import RULES, Permission, Scope, capacity_may, roles_may, scopes_may
from catalog.roles import Capacity, Role

#: How one comes by a role that is missing.
_BY_ONESELF = "Become an artist at /studio/join."
_BY_OTHERS = "An operator can grant the role."


class ScopeTooNarrow(Refused):
    """The owner of a token may, and the token may not: it lacks a `scope`, if any would do."""

    def __init__(self, sentence: str, scope: Scope | None) -> None:
        """Keep the scope, which the answer names for programs as well (RFC 6750, 3.1)."""
        super().__init__("scope-too-narrow", sentence, status=403)
        self.scope = scope


def require(caller: Caller, permission: Permission) -> None:
    """See that a caller may do something.

    Raises:
        Refused: `second-factor-needed`, `not-allowed`, `scope-too-narrow` or `not-as-member`, 403.

    """
    if lacks_factor(caller, permission):
        raise _lacks_factor(permission)
    if not roles_may(caller.roles_for(permission), permission):
        raise _lacks_role(caller, permission)
    require_scope(caller.scopes, permission)
    if caller.acting is not None and not capacity_may(caller.acting.capacity, permission):
        raise _not_as_member(caller, caller.acting.capacity, permission)


def lacks_factor(caller: Caller, permission: Permission) -> bool:
    """Whether nothing is missing but a second factor, which the house wants of them."""
    roles = caller.roles_for(permission)
    return not roles_may(roles, permission) and roles_may(caller.withheld, permission)


def require_scope(scopes: frozenset[Scope] | None, permission: Permission) -> None:
    """See that what a caller is known by allows something.

    Raises:
        ScopeTooNarrow: 403.

    """
    if scopes_may(scopes, permission):
        return
    rule = RULES[permission]
    if rule.scope is None:
        sentence = f"No token with scopes may {rule.words}; please sign in yourself."
    else:
        sentence = (
            f"This token may not {rule.words}: it lacks the scope “{rule.scope}”. "
            "Make one that has it, or ask for it where the token came from."
        )
    raise ScopeTooNarrow(sentence, rule.scope)


def _lacks_role(caller: Caller, permission: Permission) -> Refused:
    rule = RULES[permission]
    needed, how = _either(rule.roles), _BY_ONESELF if Role.ARTIST in rule.roles else _BY_OTHERS
    return Refused(
        "not-allowed",
        f"To {rule.words} one must be {needed}; you are {_all(caller.roles)}. {how}",
        status=403,
    )


def _lacks_factor(permission: Permission) -> Refused:
    return Refused(
        "second-factor-needed",
        f"To {RULES[permission].words} you must show more than a password. Set up an app for codes "
        "or a passkey at /account/security; if you have one, sign in again.",
        status=403,
    )


def _not_as_member(caller: Caller, capacity: Capacity, permission: Permission) -> Refused:
    rule = RULES[permission]
    if rule.capacity is None:
        advice = "That you do for yourself only: leave Refrain-Acting-For out."
    else:
        advice = f"Ask an owner to make you {_a(rule.capacity)}."
    return Refused(
        "not-as-member",
        f"As {_a(capacity)} of {caller.name} you may not {rule.words}. {advice}",
        status=403,
    )


def _either(roles: Iterable[Role]) -> str:
    return " or ".join(_a(one) for one in Role if one in set(roles))


def _all(roles: Iterable[Role]) -> str:
    known = {*roles, Role.LISTENER}
    return " and ".join(_a(one) for one in Role if one in known)


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
