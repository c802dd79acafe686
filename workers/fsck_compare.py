"""What rows refer to beside what is stored: which objects are lost, cut off, or needed by nobody.

Decides from values, and knows neither database nor storage. What is found here is a suspicion:
both sides change while they are read, so whoever acts looks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from catalog.reference import Reference

#: What is younger may be on its way to a row: nobody is asked about it.
YOUNG = timedelta(hours=24)
#: Digits of a digest that place it among all.
_DIGITS = 8


class Listed(Protocol):
    """An object as a listing tells of it."""

    @property
    def key(self) -> str:
        """What it is called."""

    @property
    def size_bytes(self) -> int:
        """How large it is."""

    @property
    def stored_at(self) -> datetime:
        """Since when it is there."""


class Case(StrEnum):
    """How an object and the rows stand to each other."""

    WHOLE = "whole"
    LOST = "lost"
    RESIZED = "resized"
    UNNEEDED = "unneeded"
    YOUNG = "young"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One object: its case, who refers to it, and its size; None where it is not there."""

    case: Case
    key: str
    references: Sequence[Reference] = ()
    size_bytes: int | None = None


def compare(
    references: Iterable[Reference], objects: Iterable[Listed], *, now: datetime
) -> Iterator[Compared]:
    """Answer the case of every object, and of every row's that is missing, each once."""
    wanted: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        wanted[reference.key].append(reference)
    for one in objects:
        mine = wanted.pop(one.key, [])
        case = _case(one, mine, now=now)
        yield Compared(case=case, key=one.key, references=mine, size_bytes=one.size_bytes)
    for key, missed in sorted(wanted.items()):
        yield Compared(case=Case.LOST, key=key, references=missed)


def _case(one: Listed, references: Sequence[Reference], *, now: datetime) -> Case:
    if not references:
        return Case.YOUNG if now - one.stored_at < YOUNG else Case.UNNEEDED
    told = {each.size_bytes for each in references} - {None}
    return Case.WHOLE if told <= {one.size_bytes} else Case.RESIZED


def group_of(key: str) -> str:
    """Answer what keys have in common that are compared together: `renditions/ab/`.

    In the order of keys each group is together; what has no such place is one by itself.
    """
    kind, *rest = key.split("/", 2)
    return f"{kind}/{rest[0]}/" if len(rest) > 1 else key


def kind_of(key: str) -> str:
    """Answer what an object is, as its key says: `masters`, `renditions` and so on."""
    kind, _, rest = key.partition("/")
    return kind if rest else "other"


def is_sampled(digest: str, *, share: float, turn: int) -> bool:
    """Tell whether content is looked into this time; after 1 / `share` turns all was.

    Digests are spread evenly: each turn takes the next stretch of them.
    """
    place = int(digest[:_DIGITS], 16) / (1 << 4 * _DIGITS)
    begins = turn * share % 1.0
    return (place - begins) % 1.0 < share


def is_orphan(*, is_referred_to: bool, held_until: datetime | None) -> bool:
    """Tell whether an object that nobody seemed to need is needed by nobody, and so seen to.

    One that is held is looked after: when its hold has run out, it goes unless a row needs it.
    """
    return not is_referred_to and held_until is None
