"""Lengths of time and numbers of bytes, in the units that suit them."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

#: What lengths of time are told in, the longest first, as CLDR calls them.
_SPANS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_MOST_UNITS = 2
_SIZES = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000
#: From so much on, what stands behind the point says nothing.
_ROUND_FROM = 10


def span_in(locale: Locale, seconds: float) -> str:
    """Write how long something lasts, in its two longest units: 1 hr 5 min."""
    left, said = max(0, round(seconds)), list[tuple[int, str]]()
    for unit, length_s in _SPANS:
        count, left = divmod(left, length_s)
        if (count or said) and len(said) < _MOST_UNITS:
            said.append((count, unit))
    told = [one for one in said if one[0]] or [(0, "second")]
    return " ".join(
        format_unit(count, f"duration-{unit}", length="short", locale=locale)
        for count, unit in told
    )


def size_in(locale: Locale, count: float) -> str:
    """Write so many bytes in the largest unit of which they are one."""
    value, unit = float(count), 0
    while value >= _THOUSAND and unit < len(_SIZES) - 1:
        value, unit = value / _THOUSAND, unit + 1
    form = "#,##0" if unit == 0 or value >= _ROUND_FROM else "#,##0.0"
    return f"{format_decimal(value, form, locale=locale)}\N{NO-BREAK SPACE}{_SIZES[unit]}"
