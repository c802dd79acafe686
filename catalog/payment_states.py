"""What may become of a top-up; `catalog.states` says how a table is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PaymentState(StrEnum):
    """Where a top-up stands."""

    NEW = "new"
    OPEN = "open"
    FAILED = "failed"
    PAID = "paid"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    LOST = "lost"


class RefundState(StrEnum):
    """Where money on its way back stands; what was refused or failed is credit again."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"


class PaymentEvent(StrEnum):
    """What can happen to a top-up."""

    OFFER = "offer"
    FAIL = "fail"
    PAY = "pay"
    REFUND = "refund"
    RESTORE = "restore"
    DISPUTE = "dispute"
    WIN = "win"
    LOSE = "lose"


PAYMENT_MOVES: Mapping[tuple[PaymentState, PaymentEvent], PaymentState] = {
    (PaymentState.NEW, PaymentEvent.OFFER): PaymentState.OPEN,
    # Its provider was quicker to tell than we to write down that it was asked.
    (PaymentState.NEW, PaymentEvent.PAY): PaymentState.PAID,
    (PaymentState.NEW, PaymentEvent.FAIL): PaymentState.FAILED,
    (PaymentState.OPEN, PaymentEvent.PAY): PaymentState.PAID,
    (PaymentState.OPEN, PaymentEvent.FAIL): PaymentState.FAILED,
    # A transfer that arrives late is money all the same.
    (PaymentState.FAILED, PaymentEvent.PAY): PaymentState.PAID,
    (PaymentState.PAID, PaymentEvent.REFUND): PaymentState.REFUNDED,
    # What was sent back did not get there.
    (PaymentState.REFUNDED, PaymentEvent.RESTORE): PaymentState.PAID,
    (PaymentState.PAID, PaymentEvent.DISPUTE): PaymentState.DISPUTED,
    # Who got the money back may dispute the payment as well.
    (PaymentState.REFUNDED, PaymentEvent.DISPUTE): PaymentState.DISPUTED,
    (PaymentState.DISPUTED, PaymentEvent.WIN): PaymentState.PAID,
    (PaymentState.DISPUTED, PaymentEvent.LOSE): PaymentState.LOST,
    (PaymentState.LOST, PaymentEvent.WIN): PaymentState.PAID,
}
