"""Who sees to what is another's: an office lets them, and what they change is an act of it."""

from __future__ import annotations

from catalog.audit import by_office
from catalog.callers import Caller
from catalog.permissions import Permission


def oversees(caller: Caller, permission: Permission) -> bool:
    """Whether an office lets somebody see to what is not theirs; whose it is was asked before.

    Where they may, what the request changes is done by that office, and is written down so.
    """
    if not caller.may(permission):
        return False
    by_office()
    return True
