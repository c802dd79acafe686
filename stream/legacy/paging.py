"""Pages by their number, as earlier clients turn them, and the documents that they are told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Document = Mapping[str, object]

_USUAL, _MOST, _FAR = 50, 100, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A page, from 1 on, of so many."""

    number: int = 1
    limit: int = _USUAL

    @property
    def offset(self) -> int:
        """How many come before."""
        return min((self.number - 1) * self.limit, _FAR)

    def pages(self, count: int) -> int:
        """Answer how many pages there are of so many things."""
        return -(-count // self.limit)


def turned(page: str, limit: str, *, most: int = _MOST) -> Turned:
    """Read which page is asked for; what is no number, or too much, is what comes nearest."""
    return Turned(
        number=max(1, _number(page, 1)), limit=min(max(1, _number(limit, min(_USUAL, most))), most)
    )


def flag(text: str) -> bool:
    """Read what is asked for or is not."""
    return text.lower() in {"true", "1"}


def listed(data: Sequence[object] | Document, *, count: int, page: Turned) -> Document:
    """Tell a page of a list: some clients read how many there are under one name, some another."""
    pages = page.pages(count)
    return {"data": data, "count": count, "pages": pages, "numberOfPages": pages}


def single(data: object) -> Document:
    """Tell of one thing."""
    return {"data": data}


def _number(text: str, default: int) -> int:
    if not text.isascii() or not text.isdigit():
        return default
    return int(text) if len(text) < len(str(_FAR)) else _FAR
