"""What lanes, kinds, states and causes are called, and what to do about each cause."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalog.kinds import Kind, Lane
from catalog.states import Cause, JobState, Outcome
from stream.pages.language import N_

#: What each lane is there for.
LANES: Mapping[str, str] = MappingProxyType(
    {
        Lane.FIRST: N_("Makes new music playable: listeners wait for it"),
        Lane.LADDER: N_("Makes all other qualities"),
        Lane.LONG: N_("Pieces of long masters, and their joining"),
        Lane.ANALYSIS: N_("Comparisons, and checks of results"),
        Lane.INTAKE: N_("Archives and covers"),
        Lane.WEBHOOKS: N_("Tells others: mail and webhooks"),
        Lane.BACKGROUND: N_("What nobody waits for"),
        Lane.SETTLEMENT: N_("Counts and settles plays"),
        Lane.HOUSEKEEPING: N_("Tidies up, and takes back what fell silent"),
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        Kind.EXAMINE: N_("Examine a master"),
        Kind.LADDER: N_("Make all qualities"),
        Kind.PIECE: N_("Make a piece"),
        Kind.JOIN: N_("Join the pieces"),
        Kind.REENCODE: N_("Make a quality anew"),
        Kind.RECHECK: N_("Check a result again"),
        Kind.UNPACK: N_("Unpack an archive"),
        Kind.ARTWORK: N_("Make sizes of a cover"),
        Kind.COMPARE: N_("Compare music"),
        Kind.DELIVER: N_("Tell a webhook"),
        Kind.RELEASE: N_("Bring a release out"),
        Kind.MAIL: N_("Send a mail"),
        Kind.TIDY: N_("Tidy up"),
        Kind.FSCK: N_("Check the store"),
        Kind.RECONCILE: N_("Reconcile the books"),
        Kind.PROVE: N_("Prove the books"),
        Kind.EXPORT: N_("Put somebody's data together"),
        Kind.FORGET: N_("Forget what is kept no longer"),
        Kind.CLOSE: N_("Close an artist or a label"),
        Kind.RENEW: N_("Renew dues"),
        Kind.ROLLUP: N_("Sum up plays"),
        Kind.NEIGHBOURS: N_("Find what is heard together"),
        Kind.WEIGH: N_("Weigh plays"),
        Kind.REPORT: N_("Report sales"),
        Kind.LISTEN: N_("Look whether a play is a listen"),
        Kind.SCROBBLE: N_("Tell listens elsewhere"),
        Kind.NOTHING: N_("Nothing, to measure the fleet"),
    }
)
#: Of a job: its word, and the kind of its badge.
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        JobState.WAITING: (N_("waits"), ""),
        JobState.LEASED: (N_("under way"), "accent"),
        JobState.DONE: (N_("done"), "good"),
        JobState.QUARANTINED: (N_("set aside"), "wrong"),
        JobState.CANCELLED: (N_("cancelled"), "warn"),
    }
)
OUTCOMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Outcome.DONE: (N_("done"), "good"),
        Outcome.FAILED: (N_("failed"), "wrong"),
        Outcome.EXPIRED: (N_("fell silent"), "wrong"),
        Outcome.GIVEN_BACK: (N_("given back"), ""),
        Outcome.CANCELLED: (N_("cancelled"), "warn"),
    }
)
#: Of a cause: its word, and what to do.
CAUSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Cause.BAD_INPUT: (
            N_("bad input"),
            N_("The file cannot be read. Nothing here helps: its artist has to send another."),
        ),
        Cause.UNAVAILABLE: (
            N_("storage, database or network away"),
            N_("See that the storage and the database answer, then retry."),
        ),
        Cause.OUT_OF_MEMORY: (
            N_("out of memory"),
            N_("It wants more memory than one may have. Retry it on a larger machine."),
        ),
        Cause.CRASH: (
            N_("a program crashed"),
            N_("What it said last is below. Retry once; if it crashes again, leave it aside."),
        ),
        Cause.TIMEOUT: (
            N_("took too long"),
            N_("It computed for longer than one may, or got nowhere. Retry on a faster machine."),
        ),
        Cause.WORKER_LOST: (
            N_("worker lost"),
            N_("Its worker fell silent. Look at the machine, then retry."),
        ),
        Cause.BAD_RESULT: (
            N_("bad result"),
            N_("What was made did not pass the checks. Retry it by another worker."),
        ),
        Cause.FAULT: (
            N_("a fault of ours"),
            N_("An error of the software: keep what it said for whoever mends it, then retry."),
        ),
    }
)
