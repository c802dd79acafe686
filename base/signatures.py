"""How a webhook's message is signed: Standard Webhooks 1.0, `v1`."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

_PREFIX = "whsec_"


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Answer the header `webhook-signature` of a message; the time is in seconds."""
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
