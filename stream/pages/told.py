"""Sentences that come with their values in them, found again by what is fixed in them.

A form is that of a sentence: `%(name)s` is a place for a value. What fits a form is found in one
pass, as names of files are by their stars, so that nobody makes a long sentence of one that costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands before, between and behind the places of a sentence, and what is said for it."""

    names: Sequence[str]
    fixed: Sequence[str]
    said: str

    @classmethod
    def of(cls, sentence: str, said: str) -> Self | None:
        """Read a sentence with places, `%%` for a percent sign; None if it has no place."""
        parts = _PLACE.split(sentence)
        fixed = [part.replace("%%", "%") for part in parts[::2]]
        return cls(names=parts[1::2], fixed=fixed, said=said) if parts[1:] else None

    @property
    def fixed_letters(self) -> int:
        """How much of it is fixed: the more, the less else fits it."""
        return sum(len(part) for part in self.fixed)

    def values_in(self, sentence: str) -> dict[str, str] | None:
        """Answer what stands in the places, as little in each as can be; None if none fits."""
        first, *between, last = self.fixed
        at, end = len(first), len(sentence) - len(last)
        if at > end or not sentence.startswith(first) or not sentence.endswith(last):
            return None
        values = []
        for part in between:
            found = sentence.find(part, at, end)
            if found < 0:
                return None
            values.append(sentence[at:found])
            at = found + len(part)
        return dict(zip(self.names, [*values, sentence[at:end]], strict=True))


def forms_of(said: Mapping[str, str]) -> Iterator[Form]:
    """Answer the forms of sentences that have places, those first that have most that is fixed."""
    found = (Form.of(sentence, translated) for sentence, translated in said.items() if translated)
    yield from sorted((one for one in found if one), key=lambda one: -one.fixed_letters)
