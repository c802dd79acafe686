"""The table of permissions as docs/permissions.md shows it."""

from __future__ import annotations

from catalog.permissions import RULES, Permission, Rule
from catalog.roles import Role


def table() -> str:
    """Draw it, a line for each permission."""
    head = "| permission | one may | who | scope | for an artist or label, as |\n"
    return f"{head}|---|---|---|---|---|\n" + "".join(
        _line(permission, rule) for permission, rule in RULES.items()
    )


def _line(permission: Permission, rule: Rule) -> str:
    if rule.is_open:
        who, scope, capacity = "anyone", "", ""
    else:
        everybody = Role.LISTENER in rule.roles
        who = "every account" if everybody else ", ".join(r for r in Role if r in rule.roles)
        scope = "none does" if rule.scope is None else f"`{rule.scope}`"
        capacity = "nobody" if rule.capacity is None else rule.capacity
    return f"| `{permission}` | {rule.words} | {who} | {scope} | {capacity} |\n"
