"""Words and codes from outside, as they may stand in a title, a credit or a row.

What cannot be shown in one line is dropped: controls, and the marks that turn the direction of
text around, by which a name could look like another.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

#: What joins letters in Persian, in the scripts of India, and in emoji; shows nothing by itself.
_JOINERS = frozenset("\u200c\u200d")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?![0-9])")
_MONTHS, _DAYS = range(1, 13), range(1, 32)
TITLE_LETTERS, NAME_LETTERS, PATH_LETTERS = 400, 200, 1000


def one_line(text: str | None, most: int = TITLE_LETTERS) -> str | None:
    """Answer what can be shown of a text, or None where nothing can; never raises."""
    if not text:
        return None
    # Composing takes long for a hostile text, so most of it goes first; it may grow threefold.
    shown = (c for c in text[: 4 * most] if c.isprintable() or c.isspace() or c in _JOINERS)
    line = unicodedata.normalize("NFC", " ".join("".join(shown).split()))
    return line[:most].strip(" \u200c\u200d") or None


def date_of(text: str | None) -> str | None:
    """Answer a year, a month or a day: `2026`, `2026-11`, `2026-11-24`."""
    found = _DATE.match((text or "").strip())
    if found is None or found[1] == "0000":
        return None
    year, month, day = found[1], found[2], found[3]
    if month is None or int(month) not in _MONTHS:
        return year
    return f"{year}-{month}-{day}" if day and int(day) in _DAYS else f"{year}-{month}"


def number_of(text: str | None) -> int | None:
    """Answer the number of a track or a disc: the first of `3`, `3/12` and `03 of 12`."""
    found = re.match(r"\s*0*([0-9]{1,3})(?![0-9])", text or "")
    return (int(found[1]) or None) if found else None


def most_common(words: Iterable[str | None]) -> str | None:
    """Answer the word that is said most often, the first of several; None is no word."""
    said = Counter(word for word in words if word).most_common(1)
    return said[0][0] if said else None
