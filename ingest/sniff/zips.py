"""Names that are seen at the beginning of a ZIP (APPNOTE 4.3.7), none of them trusted."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.sniff.fields import number

_LOCAL = b"PK\x03\x04"
_LOCAL_BYTES = 30
#: An album has fewer; more are not needed to know what it is.
_MOST_MEMBERS = 1000
_TOLD_LATER = 0x08
_UTF_8 = 0x800


def members_of(data: bytes) -> Iterator[str]:
    """Answer the names of files in local headers, as far as there are bytes; folders are none."""
    at = 0
    for _ in range(_MOST_MEMBERS):
        name_size = number("<H", data, at + 26)
        if data[at : at + 4] != _LOCAL or name_size is None or at + _LOCAL_BYTES > len(data):
            return
        name = data[at + _LOCAL_BYTES : at + _LOCAL_BYTES + name_size]
        flags = number("<H", data, at + 6) or 0
        if len(name) == name_size and not name.endswith(b"/"):
            yield name.decode("utf-8" if flags & _UTF_8 else "cp437", errors="replace")
        at = _next(data, at, flags)


def _next(data: bytes, at: int, flags: int) -> int:
    """Answer where the next header is: where the sizes say, or the next that looks like one."""
    size = number("<I", data, at + 18) or 0
    body = at + _LOCAL_BYTES + sum(number("<H", data, at + place) or 0 for place in (26, 28))
    if not flags & _TOLD_LATER or size:
        return body + size
    found = data.find(_LOCAL, body)
    return len(data) if found < 0 else found
