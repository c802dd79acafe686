"""What goes wrong, as earlier clients read it: `{"status", "message"}`, with few statuses.

`code` is ours, beside: what else the house calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

#: They know that they have to sign in, may not, find nothing, have to wait, or else are wrong.
_KEPT = frozenset(
    {
        *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_NOTHING_THERE = frozenset({HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED})


def status_of(status: int) -> int:
    """Answer the status that says most nearly what a status of ours says."""
    if status in _KEPT:
        return status
    if status in _NOTHING_THERE:
        return HTTPStatus.NOT_FOUND
    is_theirs = status < HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.BAD_REQUEST if is_theirs else HTTPStatus.INTERNAL_SERVER_ERROR


def fault(status: int, code: str, message: str) -> Mapping[str, str | int]:
    """Say what went wrong."""
    return {"status": status_of(status), "message": message, "code": code}
