"""What somebody listens to elsewhere just now: short memory, until it must have ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from base.errors import Unavailable
from base.valkey import NAMESPACE, Valkey, reached
from catalog.listenbrainz import Submitted

#: Of whose length nothing is told, it is taken to last so long.
_USUAL, _LONGEST = timedelta(minutes=10), timedelta(hours=3)
_PATIENCE_S = 2.0


async def note_playing(valkey: Valkey, account_id: UUID, submitted: Submitted) -> None:
    """Remember what somebody listens to.

    Raises:
        Unavailable: it cannot be remembered.

    """
    listen = submitted.listen
    lasts = _USUAL
    if listen.duration_ms is not None:
        lasts = min(timedelta(milliseconds=listen.duration_ms), _LONGEST)
    told = {
        "track_name": listen.track,
        "artist_name": listen.artist,
        "release_name": listen.release,
        "additional_info": dict(submitted.info),
    }
    async with _soon():
        await valkey.set(_key(account_id), json.dumps(told), px=lasts)


async def playing_of(valkey: Valkey, account_id: UUID) -> Mapping[str, Any] | None:
    """Answer what somebody listens to, if they do.

    Raises:
        Unavailable: nobody knows.

    """
    async with _soon():
        found = await valkey.get(_key(account_id))
    if found is None:
        return None
    told: Mapping[str, Any] = json.loads(found)
    return told


@asynccontextmanager
async def _soon() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            with reached():
                yield
    except TimeoutError:
        raise Unavailable("valkey-unavailable", "What sounds is not known now.") from None


def _key(account_id: UUID) -> str:
    return f"{NAMESPACE}:listens-elsewhere:{account_id}"
