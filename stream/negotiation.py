"""Which of several forms of one thing a client should get (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_RANGE = re.compile(r"\s*([a-z*]+)/([a-z0-9.+*-]+)\s*(?:;(.*))?", re.IGNORECASE)
_QUALITY = re.compile(
    r"(?:^|;)\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE
)
_MOST_RANGES = 50


def chosen(accept: str, offered: Sequence[str], *, said_by_all: str) -> str | None:
    """Answer the type of those offered, best first, that the client wants most, or None.

    Browsers name the newer forms that they know. A type of `*` says nothing of those, so it
    stands for the one that everybody knows.
    """
    weights = {one: _weight(accept, one, is_plain=one == said_by_all) for one in offered}
    best = max(offered, key=lambda one: weights[one], default=None)
    return best if best is not None and weights[best] > 0 else None


def _weight(accept: str, media_type: str, *, is_plain: bool) -> float:
    """Answer the weight of the range that fits a type best; those that fit all fit one only."""
    ranges = _ranges(accept) if accept.strip() else {"*/*": 1.0}
    family = media_type.partition("/")[0]
    wide = (f"{family}/*", "*/*") if is_plain else ()
    return next((ranges[one] for one in (media_type, *wide) if one in ranges), 0.0)


def _ranges(accept: str) -> Mapping[str, float]:
    found = {}
    for text in accept.split(",")[:_MOST_RANGES]:
        if (matched := _RANGE.fullmatch(text)) is not None:
            quality = _QUALITY.search(matched[3] or "")
            name = f"{matched[1]}/{matched[2]}".lower()
            found[name] = float(quality[1]) if quality else 1.0
    return found
