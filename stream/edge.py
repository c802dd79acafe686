"""Addresses that an edge checks by itself, and under which it keeps one object for all listeners.

    /edge/{ticket}/{until}/{seal}/{tag}/{name}

What an edge strips is the listener's: the ticket, until when the address is good, in seconds of
Unix time, and the seal over both and the rest. What is left names the object and its content, and
is the same for everybody. The seal is what nginx's secure_link computes, which is MD5 with the
secret at its end; whoever could forge it would need a second preimage of MD5.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from base.errors import Refused
from stream.objects import Served

#: Addresses change once in so many seconds, so that a playlist that is read again names the same.
_STEP_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What we and an edge know: a secret, and where it is asked."""

    secret: str = field(repr=False)
    url: str
    lifetime: timedelta

    def address(self, ticket: str, name: str, served: Served, now: datetime) -> str:
        """Answer the address of an object, good for as long as it plays and a lifetime more."""
        ends_s = (now + self.lifetime).timestamp() + served.timing.seconds
        until = str((int(ends_s) // _STEP_S + 1) * _STEP_S)
        said = f"/{tag_of(served)}/{name}"
        return f"{self.url}/edge/{ticket}/{until}/{self._seal(until, ticket, said)}{said}"

    def require_good(self, ticket: str, until: str, seal: str, said: str, *, now: datetime) -> None:
        """Let an address pass that is ours and good; `said` is what follows the seal.

        Raises:
            Refused: `address-invalid`, 403, or `address-expired`, 410.

        """
        if not hmac.compare_digest(seal, self._seal(until, ticket, said)):
            raise Refused(
                "address-invalid", "This address is not one that we gave out.", status=403
            )
        if int(until) < now.timestamp():
            raise Refused(
                "address-expired",
                "This address has expired; please start the track again.",
                status=410,
            )

    def _seal(self, until: str, ticket: str, said: str) -> str:
        text = f"{until} {ticket} {said} {self.secret}"
        digest = hashlib.md5(text.encode()).digest()  # noqa: S324 - what nginx can check
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def tag_of(served: Served) -> str:
    """Answer what names an object's content in a path."""
    return served.resource.etag.strip('"')
