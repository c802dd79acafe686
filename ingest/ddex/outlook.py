"""What is to become of a label's release: whether it may be had now, or when; no clock, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounting.deal_changes import next_change, next_had
from accounting.deals import Deal, is_had_somewhere
from catalog.states import ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Whether any track may be heard anywhere now, from when on, and when that may change."""

    is_had: bool
    had_from: datetime | None = None
    changes_at: datetime | None = None


class Step(StrEnum):
    """What is done to a release."""

    NOTHING = "nothing"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    RECALL = "recall"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"


def outlook_of(tracks: Iterable[Sequence[Deal]], *, now: datetime) -> Outlook:
    """Answer what the deals of each track of a release let expect."""
    distinct = {frozenset(one.id for one in deals): deals for deals in tracks if deals}
    every = distinct.values()
    changes = (next_change(deals, after=now) for deals in every)
    changes_at = min((one for one in changes if one is not None), default=None)
    if any(is_had_somewhere(deals, at=now) for deals in every):
        return Outlook(is_had=True, changes_at=changes_at)
    later = (next_had(deals, after=now) for deals in every)
    had_from = min((one for one in later if one is not None), default=None)
    return Outlook(is_had=False, had_from=had_from, changes_at=changes_at)


#: What is done in a state to what may be had now, will be, and never will.
_STEPS = {
    ReleaseState.DRAFT: (Step.PUBLISH, Step.SCHEDULE, Step.NOTHING),
    ReleaseState.SCHEDULED: (Step.PUBLISH, Step.SCHEDULE, Step.RECALL),
    ReleaseState.PUBLISHED: (Step.NOTHING, Step.WITHDRAW, Step.WITHDRAW),
    ReleaseState.WITHDRAWN: (Step.REINSTATE, Step.NOTHING, Step.NOTHING),
    # Somebody looks at it, and decides.
    ReleaseState.SUBMITTED: (Step.NOTHING, Step.NOTHING, Step.NOTHING),
    ReleaseState.IN_REVIEW: (Step.NOTHING, Step.NOTHING, Step.NOTHING),
}


def step_for(state: ReleaseState, outlook: Outlook) -> Step:
    """Answer what is to be done to a release in a state."""
    now, later, never = _STEPS[state]
    if outlook.is_had:
        return now
    return later if outlook.had_from is not None else never
