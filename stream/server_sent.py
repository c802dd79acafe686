"""Server-sent events as text (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import re

#: What ends a line there; data never has one, since JSON escapes them.
_LINE_END = re.compile(r"[\r\n]")
#: A comment: keeps proxies from thinking that nobody is there.
STILL_HERE = ": still here\n\n"
_LONGEST_NUMBER = 18


def message(event: str, data: str, *, number: int | None = None) -> str:
    """Print one event; without a number it does not move where a client resumes.

    Raises:
        ValueError: there is a line end in it.

    """
    if _LINE_END.search(event + data):
        raise ValueError("an event is one line of data")
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {event}\ndata: {data}\n\n"


def retry(milliseconds: int) -> str:
    """Print how long a client waits before it comes back."""
    return f"retry: {milliseconds}\n\n"


def last_number(header: str) -> int | None:
    """Read the number of the last event that a client saw; nothing where it says none of ours."""
    is_number = header.isascii() and header.isdigit() and len(header) <= _LONGEST_NUMBER
    return int(header) if is_number else None
