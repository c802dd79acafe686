"""Where a deal holds: all of the world, some of it, or all but some.

Codes are those of ISO 3166-1 (two letters) and 3166-2 (`US-CA`), and `Worldwide`. What is said of a
country holds for its parts, unless they are named themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from base.places import countries, names

WORLDWIDE = "Worldwide"
_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
#: Kosovo has no code of ISO 3166-1, and this one everywhere.
_MORE = frozenset({"XK"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """A set of places: those in `codes`, or where `is_all_but` holds, all that are not.

    Of what is named, `excluded` are parts that do not belong to it all the same.
    """

    codes: frozenset[str] = frozenset()
    is_all_but: bool = False
    excluded: frozenset[str] = frozenset()

    def __contains__(self, place: str) -> bool:
        """Answer whether a country, or a part of one, belongs to it."""
        return not names(self.excluded, place) and names(self.codes, place) is not self.is_all_but

    @property
    def is_nowhere(self) -> bool:
        """Whether there is no place in it."""
        return not self.codes and not self.is_all_but

    def meets(self, other: Territories) -> bool:
        """Answer whether some place belongs to both."""
        if self.is_all_but and other.is_all_but:
            return True  # nobody excludes the whole world by its codes
        if self.is_all_but or other.is_all_but:
            some, most = (other, self) if self.is_all_but else (self, other)
            return any(one in most for one in some.codes)
        return any(one in other for one in self.codes) or any(one in self for one in other.codes)


EVERYWHERE = Territories(is_all_but=True)


def territories_of(named: Iterable[str], excluded: Iterable[str]) -> Territories:
    """Read what a deal names; nothing named and something excluded is the rest of the world.

    A deal that names no place holds everywhere: the schema of ERN 4 lets it.
    """
    some, but = frozenset(named), frozenset(excluded)
    if WORLDWIDE in some or not some:
        return Territories(codes=but - {WORLDWIDE}, is_all_but=WORLDWIDE not in but)
    # A part of an excluded country goes with it; what is excluded of nothing named, is nothing.
    codes = frozenset(one for one in some if not names(but, one))
    return Territories(codes=codes, excluded=frozenset(one for one in but if names(codes, one)))


def unclear_in(territories: Territories) -> list[str]:
    """Answer what is excluded by codes that are no country's, nor of a part of one.

    Nobody can say who is in there: groups of countries have numbers, and some are no more.
    """
    told = territories.codes if territories.is_all_but else territories.excluded
    known = countries() | _MORE
    return sorted(one for one in told if not _CODE.fullmatch(one) or one[:2] not in known)
