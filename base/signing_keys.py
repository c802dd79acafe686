"""Keys by which we sign what others check: made, sealed for where they are kept, and opened.

They are RSA, because every client of OpenID Connect can check that (RS256). Sealed is a JWE under a
secret of ours, so that a database that got into other hands signs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from joserfc.jwk import RSAKey

from base.errors import Broken
from base.sealing import seal, unseal

ALGORITHM = "RS256"
_BITS = 2048
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
    public = {name: str(value) for name, value in key.as_dict(private=False).items()}
    sealed = seal(key.as_dict(private=True), secret, purpose=_PURPOSE)
    return Sealed(id=public["kid"], public=public, sealed=sealed)


def open_key(kept: Sealed, secrets: Sequence[bytes]) -> RSAKey:
    """Open a key by one of our secrets.

    Raises:
        Broken: none of them sealed it.

    """
    found = unseal(kept.sealed, secrets, purpose=_PURPOSE)
    if found is not None:
        return RSAKey.import_key(dict(found))
    raise Broken(
        "signing-key-sealed",
        "No secret of ours opens the key that signs: put the one from before into "
        "REFRAIN_TICKET_SECRETS_BEFORE.",
    )
