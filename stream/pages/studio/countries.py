"""Countries, as people of a language call them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

_LETTERS = 2


@cache
def countries(language: str) -> Mapping[str, str]:
    """Answer the names of all countries by their codes (ISO 3166-1), in the order of the names."""
    names = Locale.parse(language).territories
    found = {
        code: str(name)
        for code, name in names.items()
        if len(code) == _LETTERS and code.isalpha() and code not in _NONE
    }
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


#: Codes of CLDR that are no country's.
_NONE = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def country_name(code: str | None, language: str, *, elsewhere: str = "") -> str:
    """Answer what a country is called; the code where it has no name."""
    return elsewhere if code is None else countries(language).get(code, code)
