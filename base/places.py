"""Places as codes: countries (ISO 3166-1), parts of them (ISO 3166-2), and their time zones.

What is said of a country holds for its parts. Which time zones a country has, the IANA's database
says (`zone.tab`), as the package `tzdata` has it; of parts it knows nothing, and these have the
zones of their country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


def country_in(place: str) -> str:
    """Answer the country that a place is, or is a part of."""
    return place.partition("-")[0]


def is_part(place: str) -> bool:
    """Answer whether a place is a part of a country."""
    return "-" in place


def names(codes: Collection[str], place: str) -> bool:
    """Answer whether codes name a place, or the country that it is a part of."""
    return place in codes or country_in(place) in codes


@cache
def zones_of(place: str) -> tuple[ZoneInfo, ...]:
    """Answer the time zones of a country, or of the country that a place is a part of.

    None where the database knows no such country: nobody can say what time it is there.
    """
    return tuple(ZoneInfo(name) for name in _zones().get(country_in(place), ()))


@cache
def countries() -> frozenset[str]:
    """Answer the codes of all countries (ISO 3166-1), those too where nobody lives."""
    return frozenset(_lines("iso3166.tab"))


@cache
def _zones() -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(rows[1] for rows in told) for code, told in _lines("zone.tab").items()}


def _lines(name: str) -> Mapping[str, list[list[str]]]:
    """Read a table of the database: lines of cells after a country's code, and remarks."""
    found = defaultdict[str, list[list[str]]](list)
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, *cells = line.split("\t")
            found[code].append(cells)
    return found
