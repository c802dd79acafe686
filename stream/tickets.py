"""Tickets: authorisation in the path of a media URL, where players cannot lose it.

A ticket names a play session and proves that we gave it out. When it ends is decided
by the session's activity, so that no URL expires in the middle of a track or on a seek
after a pause; what it pays for is one play, and so no session is active for ever.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from base.errors import Refused

_SEAL_BYTES = 16
_ID_BYTES = 16
#: Distinguishes our seals from anything else that may be signed with the same secret.
_PURPOSE = b"refrain media ticket 1\0"


def seal(session_id: UUID, secret: bytes) -> str:
    """Answer the ticket of a session: 43 characters that may stand in a path."""
    data = session_id.bytes + _sign(session_id.bytes, secret)
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def open_ticket(text: str, secrets: Sequence[bytes]) -> UUID:
    """Answer the session that a ticket names; any of `secrets` may have sealed it.

    Raises:
        Refused: `ticket-invalid`, 403.

    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _invalid() from None
    body, given = data[:_ID_BYTES], data[_ID_BYTES:]
    canonical = base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text
    if len(given) != _SEAL_BYTES or not canonical:
        raise _invalid()
    if not any(hmac.compare_digest(given, _sign(body, secret)) for secret in secrets):
        raise _invalid()
    return UUID(bytes=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a ticket lasts: after its session was active, and after it was opened at most."""

    lifetime: timedelta
    age: timedelta

    def end(self, *, opened_at: datetime, active_at: datetime) -> datetime:
        """Answer when a ticket ends, unless its session is active until then."""
        return min(active_at + self.lifetime, opened_at + self.age)


def require_fresh(ends_at: datetime, now: datetime) -> None:
    """Let a ticket pass until it ends.

    Raises:
        Refused: `ticket-expired`, 410.

    """
    if now > ends_at:
        raise Refused(
            "ticket-expired", "This address has expired; please start the track again.", status=410
        )


def _sign(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, _PURPOSE + body, hashlib.sha256).digest()[:_SEAL_BYTES]


def _invalid() -> Refused:
    return Refused("ticket-invalid", "This address is not one that we gave out.", status=403)
