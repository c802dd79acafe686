"""What may become what: one table a subject, and a picture drawn from it.

An event that the table does not name for a state is a fault of ours and raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from base.errors import Broken


class TrackState(StrEnum):
    """Where a track stands on its way to the listeners."""

    RECEIVED = "received"
    EXAMINING = "examining"
    PLAYABLE = "playable"
    COMPLETE = "complete"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class TrackEvent(StrEnum):
    """What can happen to a track."""

    EXAMINE = "examine"
    PUBLISH = "publish"
    FINISH = "finish"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    REMOVE = "remove"


TRACK_MOVES: Mapping[tuple[TrackState, TrackEvent], TrackState] = {
    (TrackState.RECEIVED, TrackEvent.EXAMINE): TrackState.EXAMINING,
    # Nobody could even begin: the job was given up.
    (TrackState.RECEIVED, TrackEvent.REJECT): TrackState.REJECTED,
    # A worker died in the middle and another begins again.
    (TrackState.EXAMINING, TrackEvent.EXAMINE): TrackState.EXAMINING,
    (TrackState.EXAMINING, TrackEvent.PUBLISH): TrackState.PLAYABLE,
    (TrackState.EXAMINING, TrackEvent.REJECT): TrackState.REJECTED,
    # It can be heard while it is examined: the worker may still die, more may still be published,
    # and damage may still be found where nobody has been yet.
    (TrackState.PLAYABLE, TrackEvent.EXAMINE): TrackState.PLAYABLE,
    (TrackState.PLAYABLE, TrackEvent.PUBLISH): TrackState.PLAYABLE,
    (TrackState.PLAYABLE, TrackEvent.REJECT): TrackState.REJECTED,
    (TrackState.PLAYABLE, TrackEvent.FINISH): TrackState.COMPLETE,
    (TrackState.PLAYABLE, TrackEvent.WITHDRAW): TrackState.WITHDRAWN,
    (TrackState.COMPLETE, TrackEvent.WITHDRAW): TrackState.WITHDRAWN,
    # Taken down in the middle of it: the work goes on, and nobody hears of it.
    (TrackState.WITHDRAWN, TrackEvent.EXAMINE): TrackState.WITHDRAWN,
    (TrackState.WITHDRAWN, TrackEvent.PUBLISH): TrackState.WITHDRAWN,
    (TrackState.WITHDRAWN, TrackEvent.REJECT): TrackState.REJECTED,
    # Its job is replayed: what can be heard stays so, what was rejected gets another chance.
    (TrackState.COMPLETE, TrackEvent.EXAMINE): TrackState.COMPLETE,
    (TrackState.COMPLETE, TrackEvent.PUBLISH): TrackState.COMPLETE,
    (TrackState.REJECTED, TrackEvent.EXAMINE): TrackState.EXAMINING,
    # Whether the ladder was completed meanwhile, the one who reinstates finds out, and finishes.
    (TrackState.WITHDRAWN, TrackEvent.REINSTATE): TrackState.PLAYABLE,
    # Its row stays, for the plays that were paid; its objects go, unless others need them.
    (TrackState.RECEIVED, TrackEvent.REMOVE): TrackState.REMOVED,
    (TrackState.EXAMINING, TrackEvent.REMOVE): TrackState.REMOVED,
    (TrackState.PLAYABLE, TrackEvent.REMOVE): TrackState.REMOVED,
    (TrackState.COMPLETE, TrackEvent.REMOVE): TrackState.REMOVED,
    (TrackState.REJECTED, TrackEvent.REMOVE): TrackState.REMOVED,
    (TrackState.WITHDRAWN, TrackEvent.REMOVE): TrackState.REMOVED,
}


class JobState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


class JobEvent(StrEnum):
    """What can happen to a piece of work."""

    LEASE = "lease"
    FINISH = "finish"
    FAIL = "fail"
    EXPIRE = "expire"
    GIVE_UP = "give up"
    SET_ASIDE = "set aside"
    CANCEL = "cancel"
    REPLAY = "replay"


JOB_MOVES: Mapping[tuple[JobState, JobEvent], JobState] = {
    (JobState.WAITING, JobEvent.LEASE): JobState.LEASED,
    (JobState.LEASED, JobEvent.FINISH): JobState.DONE,
    (JobState.LEASED, JobEvent.FAIL): JobState.WAITING,
    (JobState.LEASED, JobEvent.EXPIRE): JobState.WAITING,
    (JobState.LEASED, JobEvent.GIVE_UP): JobState.QUARANTINED,
    # An operator looks into it first.
    (JobState.WAITING, JobEvent.SET_ASIDE): JobState.QUARANTINED,
    (JobState.LEASED, JobEvent.SET_ASIDE): JobState.QUARANTINED,
    (JobState.WAITING, JobEvent.CANCEL): JobState.CANCELLED,
    (JobState.LEASED, JobEvent.CANCEL): JobState.CANCELLED,
    (JobState.QUARANTINED, JobEvent.CANCEL): JobState.CANCELLED,
    # The cause was mended, or what was made of it shall be made again.
    (JobState.QUARANTINED, JobEvent.REPLAY): JobState.WAITING,
    (JobState.CANCELLED, JobEvent.REPLAY): JobState.WAITING,
    (JobState.DONE, JobEvent.REPLAY): JobState.WAITING,
}


class Outcome(StrEnum):
    """How one attempt at a piece of work ended."""

    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"
    GIVEN_BACK = "given-back"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """Why an attempt failed: what to look at, and whether trying again can help."""

    BAD_INPUT = "bad-input"
    #: Storage, database or network: it may pass.
    UNAVAILABLE = "unavailable"
    OUT_OF_MEMORY = "out-of-memory"
    #: A child, or the worker, was ended by a signal that nobody sent on purpose.
    CRASH = "crash"
    #: A child computed for too long, or got nowhere.
    TIMEOUT = "timeout"
    #: The worker fell silent, and nobody knows why.
    WORKER_LOST = "worker-lost"
    #: What was made did not pass the checks.
    BAD_RESULT = "bad-result"
    #: An error of ours.
    FAULT = "fault"


class PlayState(StrEnum):
    """What is known of a play session."""

    OPEN = "open"
    QUALIFIED = "qualified"
    HELD = "held"
    SETTLED = "settled"
    REJECTED = "rejected"


class PlayEvent(StrEnum):
    """What can happen to a play session."""

    QUALIFY = "qualify"
    HOLD = "hold"
    RELEASE = "release"
    SETTLE = "settle"
    REJECT = "reject"


PLAY_MOVES: Mapping[tuple[PlayState, PlayEvent], PlayState] = {
    (PlayState.OPEN, PlayEvent.QUALIFY): PlayState.QUALIFIED,
    (PlayState.OPEN, PlayEvent.REJECT): PlayState.REJECTED,
    (PlayState.QUALIFIED, PlayEvent.SETTLE): PlayState.SETTLED,
    (PlayState.QUALIFIED, PlayEvent.REJECT): PlayState.REJECTED,
    # It could not be settled, which is ours to mend; then it is tried again. Or it is suspicious,
    # and a person decides.
    (PlayState.QUALIFIED, PlayEvent.HOLD): PlayState.HELD,
    (PlayState.HELD, PlayEvent.RELEASE): PlayState.QUALIFIED,
    (PlayState.HELD, PlayEvent.REJECT): PlayState.REJECTED,
}


class ReleaseState(StrEnum):
    """Where a release stands: nobody but its owner hears what is not out yet."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


#: States before a release is out.
HIDDEN = (
    ReleaseState.DRAFT,
    ReleaseState.SUBMITTED,
    ReleaseState.IN_REVIEW,
    ReleaseState.SCHEDULED,
)


class ReleaseEvent(StrEnum):
    """What can happen to a release."""

    SUBMIT = "submit"
    TAKE_UP = "take up"
    RECALL = "recall"
    RETURN = "return"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"


RELEASE_MOVES: Mapping[tuple[ReleaseState, ReleaseEvent], ReleaseState] = {
    (ReleaseState.DRAFT, ReleaseEvent.SUBMIT): ReleaseState.SUBMITTED,
    (ReleaseState.DRAFT, ReleaseEvent.SCHEDULE): ReleaseState.SCHEDULED,
    (ReleaseState.DRAFT, ReleaseEvent.PUBLISH): ReleaseState.PUBLISHED,
    (ReleaseState.SUBMITTED, ReleaseEvent.TAKE_UP): ReleaseState.IN_REVIEW,
    # Its owner wants to change it after all: until it is out, it is theirs.
    (ReleaseState.SUBMITTED, ReleaseEvent.RECALL): ReleaseState.DRAFT,
    (ReleaseState.IN_REVIEW, ReleaseEvent.RECALL): ReleaseState.DRAFT,
    (ReleaseState.SCHEDULED, ReleaseEvent.RECALL): ReleaseState.DRAFT,
    # Something is not as it should be, and whoever looked at it says what.
    (ReleaseState.IN_REVIEW, ReleaseEvent.RETURN): ReleaseState.DRAFT,
    (ReleaseState.IN_REVIEW, ReleaseEvent.SCHEDULE): ReleaseState.SCHEDULED,
    (ReleaseState.IN_REVIEW, ReleaseEvent.PUBLISH): ReleaseState.PUBLISHED,
    (ReleaseState.SCHEDULED, ReleaseEvent.PUBLISH): ReleaseState.PUBLISHED,
    # It was time, and something was not there any more.
    (ReleaseState.SCHEDULED, ReleaseEvent.RETURN): ReleaseState.DRAFT,
    (ReleaseState.PUBLISHED, ReleaseEvent.WITHDRAW): ReleaseState.WITHDRAWN,
    # Its owner did before: now it is not theirs to put back.
    (ReleaseState.WITHDRAWN, ReleaseEvent.WITHDRAW): ReleaseState.WITHDRAWN,
    (ReleaseState.WITHDRAWN, ReleaseEvent.REINSTATE): ReleaseState.PUBLISHED,
}


class SheetState(StrEnum):
    """Whether new shares are agreed."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    REPLACED = "replaced"


class SheetEvent(StrEnum):
    """What can happen to new shares."""

    AGREE = "agree"
    DECLINE = "decline"
    REPLACE = "replace"


SHEET_MOVES: Mapping[tuple[SheetState, SheetEvent], SheetState] = {
    (SheetState.PROPOSED, SheetEvent.AGREE): SheetState.AGREED,
    (SheetState.PROPOSED, SheetEvent.DECLINE): SheetState.DECLINED,
    # Others were proposed instead, or others hold now than those whose payees were asked.
    (SheetState.PROPOSED, SheetEvent.REPLACE): SheetState.REPLACED,
}


class ClaimState(StrEnum):
    """Whether something is somebody's who says so."""

    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"


class ClaimEvent(StrEnum):
    """What can be decided of it."""

    APPROVE = "approve"
    DENY = "deny"


CLAIM_MOVES: Mapping[tuple[ClaimState, ClaimEvent], ClaimState] = {
    (ClaimState.OPEN, ClaimEvent.APPROVE): ClaimState.APPROVED,
    (ClaimState.OPEN, ClaimEvent.DENY): ClaimState.DENIED,
}


class ArchiveState(StrEnum):
    """Whether the files of an archive have become tracks."""

    RECEIVED = "received"
    UNPACKED = "unpacked"
    REJECTED = "rejected"


class ArchiveEvent(StrEnum):
    """What can happen to an archive."""

    UNPACK = "unpack"
    REJECT = "reject"


ARCHIVE_MOVES: Mapping[tuple[ArchiveState, ArchiveEvent], ArchiveState] = {
    (ArchiveState.RECEIVED, ArchiveEvent.UNPACK): ArchiveState.UNPACKED,
    (ArchiveState.RECEIVED, ArchiveEvent.REJECT): ArchiveState.REJECTED,
}


class ArtworkState(StrEnum):
    """Whether a picture can be shown."""

    RECEIVED = "received"
    READY = "ready"
    REJECTED = "rejected"


class ArtworkEvent(StrEnum):
    """What can happen to a picture."""

    MAKE = "make"
    REJECT = "reject"
    TRY_AGAIN = "try again"


ARTWORK_MOVES: Mapping[tuple[ArtworkState, ArtworkEvent], ArtworkState] = {
    (ArtworkState.RECEIVED, ArtworkEvent.MAKE): ArtworkState.READY,
    (ArtworkState.RECEIVED, ArtworkEvent.REJECT): ArtworkState.REJECTED,
    # Its job is replayed.
    (ArtworkState.REJECTED, ArtworkEvent.MAKE): ArtworkState.READY,
    (ArtworkState.REJECTED, ArtworkEvent.REJECT): ArtworkState.REJECTED,
    # It was sent again: what it wanted of time or memory may be there now.
    (ArtworkState.REJECTED, ArtworkEvent.TRY_AGAIN): ArtworkState.RECEIVED,
}


class UploadState(StrEnum):
    """Where a file stands on its way in."""

    OPEN = "open"
    WHOLE = "whole"
    FINISHING = "finishing"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    TERMINATED = "terminated"


class UploadEvent(StrEnum):
    """What can happen to an upload."""

    FILL = "fill"
    SET_ASIDE = "set aside"
    ACCEPT = "accept"
    REFUSE = "refuse"
    EXPIRE = "expire"
    TERMINATE = "terminate"


UPLOAD_MOVES: Mapping[tuple[UploadState, UploadEvent], UploadState] = {
    (UploadState.OPEN, UploadEvent.FILL): UploadState.FINISHING,
    # All of a partial upload is there; it waits for the others that it is joined with.
    (UploadState.OPEN, UploadEvent.SET_ASIDE): UploadState.WHOLE,
    # Its owner sent the same bytes before, and told us their digest.
    (UploadState.OPEN, UploadEvent.ACCEPT): UploadState.ACCEPTED,
    # Its first bytes already tell that nothing can come of it.
    (UploadState.OPEN, UploadEvent.REFUSE): UploadState.REFUSED,
    (UploadState.OPEN, UploadEvent.EXPIRE): UploadState.EXPIRED,
    (UploadState.OPEN, UploadEvent.TERMINATE): UploadState.TERMINATED,
    (UploadState.WHOLE, UploadEvent.EXPIRE): UploadState.EXPIRED,
    (UploadState.WHOLE, UploadEvent.TERMINATE): UploadState.TERMINATED,
    (UploadState.FINISHING, UploadEvent.ACCEPT): UploadState.ACCEPTED,
    (UploadState.FINISHING, UploadEvent.REFUSE): UploadState.REFUSED,
    # Storage was out of order for as long as an upload is kept.
    (UploadState.FINISHING, UploadEvent.EXPIRE): UploadState.EXPIRED,
    (UploadState.FINISHING, UploadEvent.TERMINATE): UploadState.TERMINATED,
    (UploadState.REFUSED, UploadEvent.TERMINATE): UploadState.TERMINATED,
    # Its client needs the address no more; what became of its bytes is nobody's to end here.
    (UploadState.ACCEPTED, UploadEvent.TERMINATE): UploadState.TERMINATED,
}

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def next_state(moves: Mapping[tuple[S, E], S], state: S, event: E) -> S:
    """Answer the state that `event` leads to.

    Raises:
        Broken: the table does not allow `event` in `state`.

    """
    try:
        return moves[state, event]
    except KeyError:
        raise Broken("illegal-move", f"{event!s} cannot happen to what is {state!s}.") from None


def diagram(moves: Mapping[tuple[S, E], S]) -> str:
    """Draw the table as a Mermaid state diagram, for the docs."""
    arrows = [f"    {state} --> {after}: {event}" for (state, event), after in moves.items()]
    return "\n".join(["stateDiagram-v2", *arrows])
