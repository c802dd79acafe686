"""The lines and attribute lists that HLS playlists are made of (RFC 8216bis, 4.1 and 4.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from base.errors import Broken

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)(?:,|$)')
#: Bounds on digits: a number of a playlist is read in no time, whoever wrote it.
_NUMBER = re.compile(r"[0-9]{1,18}")
#: What would end a quoted string or a line (4.2), and with it the tag it stands in.
_UNQUOTABLE = re.compile(r'["\x00-\x1f\x7f]')


def quotable(text: str) -> str:
    """Answer a text that may stand between quotes, or alone on a line.

    Raises:
        Broken: `bad-playlist`: it may not.

    """
    if not text or text.startswith("#") or _UNQUOTABLE.search(text):
        raise bad(f"{text!r} cannot stand in one")
    return text


def lines_of(text: str) -> Sequence[str]:
    """Answer the lines of a playlist, whatever machine wrote them.

    Raises:
        Broken: `bad-playlist`: it does not begin as one.

    """
    lines = [stripped for line in text.split("\n") if (stripped := line.removesuffix("\r"))]
    if not lines or lines[0] != "#EXTM3U":
        raise bad("it does not begin as one")
    return lines


def attributes_of(line: str) -> dict[str, str]:
    """Answer the attributes of a tag."""
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(line.partition(":")[2])}


def is_number(text: str) -> bool:
    """Whether it is a decimal integer of a sane length."""
    return _NUMBER.fullmatch(text) is not None


def bad(why: str) -> Broken:
    """Say that a text is no playlist of ours."""
    return Broken("bad-playlist", f"The text is no playlist of ours: {why}.")
