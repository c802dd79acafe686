"""Addresses of files with one's own data: good for some minutes, and for whoever has them."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from base.errors import Refused

#: So long a file can be begun to be fetched.
GOOD_FOR = timedelta(minutes=15)
#: Nothing else that is sealed with the same secret is such an address.
_PURPOSE = b"refrain personal export 1\0"


def link_of(export_id: UUID, *, now: datetime, secret: bytes) -> str:
    """Answer the path of a file."""
    until = int((now + GOOD_FOR).timestamp())
    return f"/api/v1/exports/{export_id}/{until}/{_seal(export_id, until, secret)}"


def require_good(
    export_id: UUID, *, until: int, seal: str, now: datetime, secrets: Sequence[bytes]
) -> None:
    """Let an address pass that is ours and good.

    Raises:
        Refused: `address-invalid`, 403, or `address-expired`, 410.

    """
    if not any(hmac.compare_digest(seal, _seal(export_id, until, one)) for one in secrets):
        raise Refused("address-invalid", "This address is not one that we gave out.", status=403)
    if until < now.timestamp():
        raise Refused(
            "address-expired",
            "This address has expired: sign in, and take the file from the page of your data.",
            status=410,
        )


def _seal(export_id: UUID, until: int, secret: bytes) -> str:
    body = _PURPOSE + export_id.bytes + until.to_bytes(8)
    seal = hmac.digest(secret, body, "sha256")
    return base64.urlsafe_b64encode(seal).rstrip(b"=").decode()
