"""Keys by which we sign what others check: made, sealed for where they are kept, and opened.

They are RSA, because every client of OpenID Connect can check that (RS256). Sealed is a JWE under a
secret of ours, so that a database that got into other hands signs nothing.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from base.errors import Broken

ALGORITHM = "RS256"
_BITS = 2048
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_PURPOSE = b"refrain: signing keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A key as it is kept: its name, what everybody may know, and the rest, sealed."""

    id: str
    public: Mapping[str, str]
    sealed: str = field(repr=False)


def make_key(secret: bytes) -> Sealed:
    """Make a key; it takes the tenth of a second."""
    key = RSAKey.generate_key(_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    text = json.dumps(key.as_dict(private=True)).encode()
    public = {name: str(value) for name, value in key.as_dict(private=False).items()}
    sealed = jwe.encrypt_compact(_SEALED, text, _sealing(secret))
    return Sealed(id=public["kid"], public=public, sealed=sealed)


def open_key(kept: Sealed, secrets: Sequence[bytes]) -> RSAKey:
    """Open a key by one of our secrets.

    Raises:
        Broken: none of them sealed it.

    """
    for secret in secrets:
        try:
            found = jwe.decrypt_compact(kept.sealed, _sealing(secret))
        except JoseError:
            continue
        return RSAKey.import_key(json.loads(found.plaintext or b"{}"))
    raise Broken(
        "signing-key-sealed",
        "No secret of ours opens the key that signs: put the one from before into "
        "REFRAIN_TICKET_SECRETS_BEFORE.",
    )


def _sealing(secret: bytes) -> OctKey:
    # Our secrets are long and of chance; this one is for nothing else (RFC 5869, section 2.3).
    return OctKey.import_key(hmac.digest(secret, _PURPOSE + b"\x01", "sha256"))
