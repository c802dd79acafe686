"""What may become of a report of sales; `catalog.states` says how a table is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands."""

    #: Its month is closed, and it is to be made.
    DUE = "due"
    #: It can be fetched; it is to be sent, where its recipient has a place for it.
    MADE = "made"
    SENT = "sent"
    #: Who got it has taken it.
    ACKNOWLEDGED = "acknowledged"
    #: Who got it says that something is wrong with it.
    REFUSED = "refused"
    #: It could not be made, or not be sent: somebody has to look into it.
    FAILED = "failed"


class ReportEvent(StrEnum):
    """What can happen to a report."""

    MAKE = "make"
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"
    FAIL = "fail"
    #: Somebody wants it to be made, or sent, once more.
    REMAKE = "remake"
    RESEND = "resend"


REPORT_MOVES: Mapping[tuple[ReportState, ReportEvent], ReportState] = {
    (ReportState.DUE, ReportEvent.MAKE): ReportState.MADE,
    (ReportState.DUE, ReportEvent.FAIL): ReportState.FAILED,
    (ReportState.MADE, ReportEvent.SEND): ReportState.SENT,
    (ReportState.MADE, ReportEvent.FAIL): ReportState.FAILED,
    (ReportState.SENT, ReportEvent.ACKNOWLEDGE): ReportState.ACKNOWLEDGED,
    (ReportState.SENT, ReportEvent.REFUSE): ReportState.REFUSED,
    # The semaphore went first, and what is wrong was said after it.
    (ReportState.ACKNOWLEDGED, ReportEvent.REFUSE): ReportState.REFUSED,
    (ReportState.FAILED, ReportEvent.REMAKE): ReportState.DUE,
    (ReportState.FAILED, ReportEvent.RESEND): ReportState.MADE,
    # It was lost where it went: the same bytes once more, under the same number.
    (ReportState.MADE, ReportEvent.RESEND): ReportState.MADE,
    (ReportState.SENT, ReportEvent.RESEND): ReportState.MADE,
    (ReportState.ACKNOWLEDGED, ReportEvent.RESEND): ReportState.MADE,
    (ReportState.REFUSED, ReportEvent.RESEND): ReportState.MADE,
}
