"""Whether two fingerprints are of the same recording, whatever was done to it on the way.

Sounds of one recording, encoded at other settings, cut or amplified otherwise, differ in up to
15 of 100 bits; those of two recordings in more than 30. Which to compare at all among very many,
a few of their items tell: an item is the same in both often enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transcode.fingerprint import ITEM_S, Items

#: More differ between two recordings; the least that was measured of two is 0.34.
MOST_ERRORS = 0.15
#: How much must be alike: shorter sounds are alike by chance.
LEAST_OVERLAP_S = 10.0
#: How many terms stand for a recording, and how many of them two must share to be compared.
TERMS = 64
LEAST_SHARED = 3

_BITS = 32
#: The lowest bits change most.
_TERM_SHIFT = np.uint32(8)
#: What Chromaprint answers for silence; every track has some.
_SILENCE = np.uint32(627964279)
#: Spreads terms, so that which are taken depends on the term alone (Knuth, 6.4: golden ratio).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How two recordings lie on each other: `offset_s` later in the first, for `overlap_s`.

    `errors` is how many of their bits differ there, 0 to 1.
    """

    errors: float
    offset_s: float
    overlap_s: float


def terms_of(items: Items) -> tuple[int, ...]:
    """Answer what a recording is looked up by, numbers of 24 bits.

    They are the same ones whenever the items are there, wherever they stand.
    """
    terms = np.unique(items[items != _SILENCE] >> _TERM_SHIFT)
    order = np.argsort(terms.astype(np.uint64) * _SPREAD, kind="stable")
    return tuple(int(term) for term in terms[order[:TERMS]])


def match(one: Items, other: Items) -> Match | None:
    """Answer how two fingerprints are of the same recording, or None where they are not."""
    least = round(LEAST_OVERLAP_S / ITEM_S)
    if min(len(one), len(other)) < least:
        return None
    shifts = range(least - len(other), len(one) - least + 1)
    best = min((_compared(one, other, shift) for shift in shifts), key=lambda found: found.errors)
    return best if best.errors <= MOST_ERRORS else None


def _compared(one: Items, other: Items, shift: int) -> Match:
    """Lay the beginning of `other` on the item of `one` that is `shift` from its beginning."""
    here, there = one[max(0, shift) :], other[max(0, -shift) :]
    length = min(len(here), len(there))
    wrong = int(np.bitwise_count(here[:length] ^ there[:length]).sum())
    return Match(
        errors=wrong / (_BITS * length), offset_s=shift * ITEM_S, overlap_s=length * ITEM_S
    )
