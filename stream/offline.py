"""What a player heard while it was offline, sealed with the key that its session was given.

The key is made of the session and our secret, so nothing is kept of it. Whoever has not opened the
session cannot seal for it, and what is sealed speaks of this session alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from base.errors import Refused

_PURPOSE = b"refrain offline key 1\0"
_PREFIX = "v1="
#: Clocks go at slightly different speeds, and what is heard last is sent at once.
_SLACK = timedelta(seconds=2)
#: What was heard longer ago is no longer taken.
_LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineBeat:
    """A heartbeat that was kept: `at_s` is since the session opened, by the player's own clock."""

    at_s: float
    position_s: float
    elapsed_s: float


def key_of(session_id: UUID, secret: bytes) -> str:
    """Answer the key of a session, in hexadecimal digits."""
    return hmac.digest(secret, _PURPOSE + session_id.bytes, "sha256").hex()


def sealed(body: bytes, key: str) -> str:
    """Answer the seal of a body: HMAC-SHA256 with the key's bytes, in hexadecimal digits."""
    return _PREFIX + hmac.new(bytes.fromhex(key), body, hashlib.sha256).hexdigest()


def require_sealed(body: bytes, seal: str, *, session_id: UUID, secrets: Sequence[bytes]) -> None:
    """Let a body pass that was sealed with the key of the session, of any of our secrets.

    Raises:
        Refused: `seal-invalid`, 403.

    """
    ours = [sealed(body, key_of(session_id, secret)) for secret in secrets]
    if not seal.isascii() or not any(hmac.compare_digest(one, seal) for one in ours):
        raise Refused("seal-invalid", "This report was not sealed by its player.", status=403)


def require_possible(beats: Sequence[OfflineBeat], *, opened_at: datetime, now: datetime) -> None:
    """Let pass what can have happened since the session opened, in its order.

    Raises:
        Refused: `offline-too-late`, 410; `offline-impossible`, 409.

    """
    if now - opened_at > _LONGEST:
        raise Refused("offline-too-late", "This was heard too long ago to be counted.", status=410)
    times = [one.at_s for one in beats]
    is_later = times[-1] > (now - opened_at + _SLACK).total_seconds()
    if is_later or times != sorted(times):
        raise Refused(
            "offline-impossible",
            "The report says more than can have happened since the play was opened.",
            status=409,
        )
