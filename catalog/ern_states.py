"""Where a message of a partner is, and where a delivery is, and by which steps they get there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class MessageState(StrEnum):
    """What became of a message."""

    #: It is kept, and its job waits.
    RECEIVED = "received"
    #: It is taken as far as it goes; files that it names are still to come.
    WAITING = "waiting"
    #: The catalogue says what it says.
    TAKEN = "taken"
    #: A later one was taken before; nothing of it is done.
    SUPERSEDED = "superseded"
    #: It was judged and nothing more, as it says that it is a test.
    TESTED = "tested"
    #: Nothing of it is done: what it says cannot be taken.
    REFUSED = "refused"
    #: Another message came under the same number before.
    CONFLICT = "conflict"


class DeliveryState(StrEnum):
    """What became of a delivery."""

    RECEIVING = "receiving"
    COMPLETE = "complete"
    DONE = "done"
    FAILED = "failed"


class DeliveryEvent(StrEnum):
    """What happens to a delivery."""

    #: All that its sender says belongs to it is stored, and its messages are jobs.
    COMPLETE = "complete"
    #: Each of its messages has ended, and was answered.
    END = "end"
    #: It is more than is taken at once.
    FAIL = "fail"


DELIVERY_MOVES: Mapping[tuple[DeliveryState, DeliveryEvent], DeliveryState] = {
    (DeliveryState.RECEIVING, DeliveryEvent.COMPLETE): DeliveryState.COMPLETE,
    (DeliveryState.RECEIVING, DeliveryEvent.FAIL): DeliveryState.FAILED,
    (DeliveryState.FAILED, DeliveryEvent.FAIL): DeliveryState.FAILED,
    # Its sender took away what was too much.
    (DeliveryState.FAILED, DeliveryEvent.COMPLETE): DeliveryState.COMPLETE,
    (DeliveryState.COMPLETE, DeliveryEvent.END): DeliveryState.DONE,
    # A message came late.
    (DeliveryState.COMPLETE, DeliveryEvent.COMPLETE): DeliveryState.COMPLETE,
    (DeliveryState.DONE, DeliveryEvent.COMPLETE): DeliveryState.COMPLETE,
}
