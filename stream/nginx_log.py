"""What nginx wrote down of the media it sent, a JSON object a line (docs/origin.md has the format).

Whatever else stands in the log says nothing of music, and is passed over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_OK, _PARTIAL = 200, 206
#: Of ours, and of an edge, where what stands between ticket and name is for its cache.
_ADDRESS = re.compile(
    r"(?:/media/([A-Za-z0-9_-]+)|/edge/([A-Za-z0-9_-]+)/[0-9]+/[A-Za-z0-9_-]+/[a-z0-9-]+)"
    r"/([a-z0-9-]+(?:\.[0-9]{1,6})?\.mp4)(?:\?.*)?"
)
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/[0-9*]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Bytes of an object that a ticket's session was sent."""

    ticket: str
    name: str
    start: int
    length: int


def parse_line(line: bytes) -> Sent | None:
    """Read a line; nothing where no music was sent.

    Of several ranges in one answer nginx does not say which: they count for nothing.
    """
    try:
        found = json.loads(line)
        uri, status, sent = str(found["uri"]), int(found["status"]), int(found["bytes"])
        content_range = str(found.get("range") or "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    address = _ADDRESS.fullmatch(uri)
    span = _span(status, content_range)
    if address is None or span is None:
        return None
    start, most = span
    length = sent if most is None else min(sent, most)
    if length <= 0:
        return None
    return Sent(ticket=address[1] or address[2], name=address[3], start=start, length=length)


def _span(status: int, content_range: str) -> tuple[int, int | None] | None:
    """Answer where what was sent begins, and how much it can have been."""
    if status == _OK:
        return 0, None
    found = _RANGE.fullmatch(content_range)
    if status != _PARTIAL or found is None:
        return None
    return int(found[1]), int(found[2]) - int(found[1]) + 1
