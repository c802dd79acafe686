"""What becomes of a message beside others: which is newer, and what was purged since.

Messages are ordered by when they say that they were made, as instants, and of one instant by their
number: so it comes to the same in whichever order they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.supplied_facts import Told


def latest(told: Iterable[Told | None]) -> Told | None:
    """Answer what was said last, if anything was."""
    return max((one for one in told if one is not None), default=None)


def is_current(mine: Told, said: Told) -> bool:
    """Whether what a message says holds: nothing newer was said.

    The message that was taken last is itself what holds: to take it again changes nothing.
    """
    return mine >= said
