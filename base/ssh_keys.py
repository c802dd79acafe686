"""A key by which we show who we are to servers of SFTP: made, sealed for where it is kept, opened.

Sealed is a JWE under a secret of ours, so that a database that got into other hands opens no door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncssh

from base.errors import Broken
from base.sealing import seal, unseal

_KIND, _COMMENT = "ssh-ed25519", "refrain-reports"
_PURPOSE = b"refrain: ssh keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKey:
    """A key as it is kept: its fingerprint, what everybody may know, and the rest, sealed."""

    id: str
    public: str
    sealed: str = field(repr=False)


def make_ssh_key(secret: bytes) -> SealedKey:
    """Make a key, in a moment."""
    key = asyncssh.generate_private_key(_KIND, comment=_COMMENT)
    return SealedKey(
        id=key.get_fingerprint(),
        public=key.export_public_key().decode().strip(),
        sealed=seal({"private": key.export_private_key().decode()}, secret, purpose=_PURPOSE),
    )


def open_ssh_key(kept: SealedKey, secrets: Sequence[bytes]) -> asyncssh.SSHKey:
    """Open a key by one of our secrets.

    Raises:
        Broken: `ssh-key-sealed`: none of them sealed it.

    """
    found = unseal(kept.sealed, secrets, purpose=_PURPOSE)
    if found is not None:
        return asyncssh.import_private_key(found["private"])
    raise Broken(
        "ssh-key-sealed",
        "No secret of ours opens the key that we show to servers: put the one from before into "
        "REFRAIN_TICKET_SECRETS_BEFORE.",
    )
