"""Secrets of invitations: one that was asked for under a key is the same when it is asked again.

Of a secret only a digest is kept: it is made of the key, under the secret of the house.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from catalog.invitations import new_secret, secret_of
from stream.idempotency import Keyed

#: No ticket of media, and no code of a gift, is one of these.
_PURPOSE = b"refrain invitation 1\0"


def secret_for(asked: Keyed | None, house_secret: bytes) -> str:
    """Answer what the link of an invitation is known by; another each time, without a key."""
    if asked is None:
        return new_secret()
    made = hmac.digest(house_secret, _PURPOSE + asked.key.encode(), "sha256")
    return secret_of(urlsafe_b64encode(made[:24]).decode())
