"""The table of ListenBrainz' interface: every route, and what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.listenbrainz import reading, submitting

_USER = "/1/user/{user}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A route of it, one that is open to whoever asks by itself who that is."""

    method: str
    path: str
    handler: Handler
    needs: Permission


def routes() -> Sequence[Spoken]:
    """Answer every one."""
    see, keep = Permission.LIBRARY_READ, Permission.LIBRARY_WRITE
    return [
        Spoken(
            method="GET",
            path="/1/validate-token",
            handler=submitting.get_validate,
            needs=Permission.SIGN_IN,
        ),
        Spoken(
            method="POST", path="/1/submit-listens", handler=submitting.post_listens, needs=keep
        ),
        Spoken(method="POST", path="/1/delete-listen", handler=submitting.post_delete, needs=keep),
        Spoken(method="GET", path=f"{_USER}/listens", handler=reading.get_listens, needs=see),
        Spoken(method="GET", path=f"{_USER}/listen-count", handler=reading.get_count, needs=see),
        Spoken(method="GET", path=f"{_USER}/playing-now", handler=reading.get_playing, needs=see),
    ]
