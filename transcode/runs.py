"""How long something stays true, told while it goes on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Runs(NamedTuple):
    """Lengths of the runs that ended, in order, and of the one that goes on (0: none does).

    `starts` are of those that ended, in the mask; what was open before it began before 0.
    """

    ended: NDArray[np.intp]
    open: int
    starts: NDArray[np.intp]


def runs(mask: NDArray[np.bool_], *, before: int = 0) -> Runs:
    """Find the runs of True in a mask that continues one whose open run was `before` long."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    bounds = np.concatenate([[0], edges, [len(mask)]])
    # Every other stretch is True; a leading one that is False ends what was open.
    if len(mask) and mask[0]:
        bounds[0] = -before
    else:
        bounds = np.concatenate([[-before], bounds])
    true, starts = np.diff(bounds)[::2], bounds[:-1:2]
    goes_on = bool(mask[-1]) if len(mask) else before > 0
    ended = true[:-1] if goes_on else true
    return Runs(
        ended=ended[ended > 0],
        open=int(true[-1]) if goes_on else 0,
        starts=starts[: len(ended)][ended > 0],
    )
