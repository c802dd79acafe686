"""What may become of a master that is to be, is or was the one of a track."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class VersionState(StrEnum):
    """Where a master of a track stands that is to be, is or was the one that is heard."""

    WAITING = "waiting"
    READY = "ready"
    CURRENT = "current"
    FORMER = "former"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class VersionEvent(StrEnum):
    """What can happen to a master of a track."""

    MAKE = "make"
    USE = "use"
    REPLACE = "replace"
    REJECT = "reject"
    CANCEL = "cancel"


VERSION_MOVES: Mapping[tuple[VersionState, VersionEvent], VersionState] = {
    # All that is made of it was made, and it is not like the one before: its owner says so twice.
    (VersionState.WAITING, VersionEvent.MAKE): VersionState.READY,
    (VersionState.WAITING, VersionEvent.USE): VersionState.CURRENT,
    (VersionState.WAITING, VersionEvent.REJECT): VersionState.REJECTED,
    (VersionState.WAITING, VersionEvent.CANCEL): VersionState.CANCELLED,
    (VersionState.READY, VersionEvent.USE): VersionState.CURRENT,
    (VersionState.READY, VersionEvent.CANCEL): VersionState.CANCELLED,
    (VersionState.CURRENT, VersionEvent.REPLACE): VersionState.FORMER,
    (VersionState.FORMER, VersionEvent.USE): VersionState.CURRENT,
    (VersionState.FORMER, VersionEvent.CANCEL): VersionState.CANCELLED,
}
