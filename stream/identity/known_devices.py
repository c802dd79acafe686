"""A device on which somebody signed in before is known again by a cookie that only we can write.

Nothing is kept of it: the cookie names the account in a form that tells it to nobody, and a number
of its own. Guesses from elsewhere never slow it down (OWASP, device cookies).
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

COOKIE = "refrain_device"
#: No seal of another kind is one of these, nor the other way round.
_PURPOSE = b"refrain known device 1\0"
_NUMBER_BYTES = 12


def device_cookie(account_id: UUID, secret: bytes) -> str:
    """Answer a cookie for a device on which an account signed in."""
    number = secrets.token_urlsafe(_NUMBER_BYTES)
    return f"{number}.{_seal(account_id, number, secret)}"


def device_in(cookie: str, account_id: UUID, sealed_by: Sequence[bytes]) -> str | None:
    """Answer the number of a device on which this account signed in; None where it never did."""
    number, _, seal = cookie.partition(".")
    right = [_seal(account_id, number, secret) for secret in sealed_by]
    return (
        number if any(hmac.compare_digest(seal.encode(), one.encode()) for one in right) else None
    )


def _seal(account_id: UUID, number: str, secret: bytes) -> str:
    said = _PURPOSE + account_id.bytes + number.encode(errors="replace")
    return urlsafe_b64encode(hmac.digest(secret, said, sha256)).decode().rstrip("=")
