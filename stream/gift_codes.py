"""Codes of gifts: whoever has one may take the gift up, and nothing is kept of it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from uuid import UUID

from base.errors import Refused
from stream.tickets import open_ticket, seal

#: No ticket of media is a code, nor the other way round.
_PURPOSE = b"refrain gift code 1\0"


def code_of(gift_id: UUID, secret: bytes) -> str:
    """Answer the code of a gift: 43 characters that may stand in an address."""
    return seal(gift_id, _derived(secret))


def gift_in(code: str, secrets: Sequence[bytes]) -> UUID:
    """Answer the gift of a code; any of `secrets` may have made it.

    Raises:
        Refused: `gift-unknown`, 404.

    """
    try:
        return open_ticket(code, [_derived(secret) for secret in secrets])
    except Refused as refused:
        raise Refused("gift-unknown", "There is no such gift.", status=404) from refused


def _derived(secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE, "sha256")
