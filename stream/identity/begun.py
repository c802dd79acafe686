"""What was begun and is not finished yet: told to the browser in a form that only we can read.

So nothing is kept of those who never finish.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from aiohttp import web

from base.errors import Refused
from base.sealing import seal, unseal
from stream.keys import SECRETS, TOOLS

#: How long one may take to finish.
PATIENCE = timedelta(minutes=10)


class Begun(StrEnum):
    """What is not finished yet."""

    SIGN_IN = "sign-in"
    APP = "app"
    PASSKEY = "passkey"
    PASSKEY_SIGN_IN = "passkey sign-in"


def begin(request: web.Request, what: Begun, **content: str) -> str:
    """Answer what is said again when it is finished."""
    until = (request.app[TOOLS].clock() + PATIENCE).timestamp()
    return seal({**content, "until": until}, request.app[SECRETS][0], purpose=_purpose(what))


def resume(request: web.Request, what: Begun, said: str) -> Mapping[str, Any]:
    """Answer what was begun.

    Raises:
        Refused: `begun-too-long-ago`, 410.

    """
    found = unseal(said, request.app[SECRETS], purpose=_purpose(what))
    if found is None or found["until"] <= request.app[TOOLS].clock().timestamp():
        raise Refused(
            "begun-too-long-ago",
            f"This was begun more than {PATIENCE.seconds // 60} minutes ago, or not by us. "
            "Please begin again.",
            status=410,
        )
    return found


def _purpose(what: Begun) -> bytes:
    return f"refrain: begun {what}".encode()
