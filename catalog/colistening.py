"""What the same people hear: for each recording the nearest others, counted in bounded memory.

Two recordings are as near as the cosine of who hears them: how many hear both, over the geometric
mean of how many hear each; less where few hear both, since chance makes neighbours of those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]

#: So many neighbours each has, and so many people are looked at for one that everybody hears.
NEAREST, MOST_LISTENERS = 20, 5_000
#: With so many people in common a cosine counts for half.
_HALF_AT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Who hears what, one entry for each: by number, in the order of `listeners`."""

    listeners: Numbers
    recordings: Numbers
    #: Whether they own it.
    owned: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A recording near another: how near, who hears both, and how many of them own the other."""

    recording: int
    score: float
    together: int
    owners: int


def neighbours(heard: Heard, *, least: int) -> Iterator[tuple[int, list[Near]]]:
    """Answer the neighbours of each recording that has some, the nearest first.

    Those that fewer than `least` people have in common are no neighbours.
    """
    if not heard.recordings.size:
        return
    counts = np.bincount(heard.recordings)
    baskets = _starts(heard.listeners)
    by_recording = np.argsort(heard.recordings, kind="stable")
    ends = np.cumsum(counts)
    for recording in np.flatnonzero(counts >= least):
        mine = by_recording[ends[recording] - counts[recording] : ends[recording]]
        found = _near(int(recording), _sampled(mine), heard, counts, baskets, least=least)
        if found:
            yield int(recording), found


def _near(  # noqa: PLR0913 - all that is known of who hears what
    recording: int,
    mine: NDArray[np.intp],
    heard: Heard,
    counts: NDArray[np.intp],
    baskets: NDArray[np.intp],
    *,
    least: int,
) -> list[Near]:
    who = heard.listeners[mine]
    sizes = baskets[who + 1] - baskets[who]
    others, inverse = np.unique(heard.recordings[_ranges(baskets[who], sizes)], return_inverse=True)
    together = np.bincount(inverse)
    owners = np.bincount(inverse, weights=np.repeat(heard.owned[mine], sizes))
    cosine = together / mine.size * np.sqrt(counts[recording] / counts[others])
    score = cosine * together / (together + _HALF_AT)
    fit = np.flatnonzero((together >= least) & (others != recording))
    best = fit[np.lexsort((others[fit], -score[fit]))][:NEAREST]
    return [
        Near(
            recording=int(others[at]),
            score=float(min(1.0, score[at])),
            together=int(together[at]),
            owners=int(owners[at]),
        )
        for at in best
    ]


def _starts(listeners: Numbers) -> NDArray[np.intp]:
    """Answer where what each listener hears begins, and at last where all of it ends."""
    return np.concatenate(([0], np.cumsum(np.bincount(listeners))))


def _sampled(mine: NDArray[np.intp]) -> NDArray[np.intp]:
    if mine.size <= MOST_LISTENERS:
        return mine
    return mine[np.linspace(0, mine.size - 1, MOST_LISTENERS).astype(np.intp)]


def _ranges(starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Answer the numbers of all of several ranges, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) - np.repeat(before, sizes) + np.repeat(starts, sizes)


def as_numbers(values: Sequence[int]) -> Numbers:
    """Answer numbers as an array."""
    return np.asarray(values, dtype=np.int32)
