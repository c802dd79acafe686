"""Who keeps the books from a terminal: known by their token, so that two people need two."""

from __future__ import annotations

from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.people import caller_of
from catalog.permissions import Permission


async def treasurer(tools: Tools, token: str) -> Caller:
    """Answer whose token it is.

    Raises:
        Refused: `sign-in-first`, 401: nobody's who keeps the books.

    """
    async with tools.database.read() as session:
        found = await caller_of(session, token, now=tools.clock())
    if found is None or not found.may(Permission.BOOKS_KEEP):
        raise Refused(
            "sign-in-first",
            "Give the token of a treasurer, with --token or REFRAIN_TOKEN.",
            status=401,
        )
    return found
