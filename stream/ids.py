"""Ids as they are said: in an address, or in a document."""

from __future__ import annotations

from uuid import UUID

from base.errors import Refused


def id_in(text: str, unknown: Refused) -> UUID:
    """Read an id.

    Raises:
        Refused: `unknown`: what is no id is nobody's.

    """
    try:
        return UUID(text)
    except ValueError:
        raise unknown from None
