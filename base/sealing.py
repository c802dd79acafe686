"""What is kept or told in a form that only we can read: a JWE under a secret of ours.

Each purpose has a key of its own, so that nothing sealed for one is opened for another.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEAD = {"alg": "dir", "enc": "A256GCM"}


def seal(content: Mapping[str, Any], secret: bytes, *, purpose: bytes) -> str:
    """Seal a JSON object."""
    return jwe.encrypt_compact(_HEAD, json.dumps(content).encode(), _key(secret, purpose))


def unseal(sealed: str, secrets: Sequence[bytes], *, purpose: bytes) -> Mapping[str, Any] | None:
    """Open what one of our secrets sealed for a purpose; None where none of them did."""
    for secret in secrets:
        try:
            found = jwe.decrypt_compact(sealed, _key(secret, purpose))
        except (JoseError, ValueError):
            continue
        content: Mapping[str, Any] = json.loads(found.plaintext or b"{}")
        return content
    return None


def _key(secret: bytes, purpose: bytes) -> OctKey:
    # Our secrets are long and of chance; this one is for nothing else (RFC 5869, section 2.3).
    return OctKey.import_key(hmac.digest(secret, purpose + b"\x01", "sha256"))
