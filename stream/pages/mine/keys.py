"""What makes a form that moves money harmless to send twice: the key that it was shown with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from stream.idempotency import Keyed, bound

_LONGEST = 200


def form_key(request: web.Request, who: Caller, form: Mapping[str, str]) -> Keyed:
    """Answer the key of a form that was sent, as `Idempotency-Key` is of a request.

    Raises:
        Refused: `idempotency-key-missing`, 400.

    """
    said = form.get("key", "")
    if not 0 < len(said) <= _LONGEST:
        raise Refused("idempotency-key-missing", "This form is an old one: load the page again.")
    key = bound(said, caller_id=str(who.id), operation=f"{request.method} {request.path}")
    digest = hashlib.sha256(json.dumps(sorted(form.items())).encode()).digest()
    return Keyed(key=key, digest=digest)
