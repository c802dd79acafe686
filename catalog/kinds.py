"""What kinds of jobs there are, in which lanes they wait, and what they take."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Lane(StrEnum):
    """Queues that do not wait for one another."""

    #: Listeners wait for what is made here.
    FIRST = "first"
    LADDER = "ladder"
    #: Pieces of masters that are too long for one worker, and their joining.
    LONG = "long"
    ANALYSIS = "analysis"
    INTAKE = "intake"
    WEBHOOKS = "webhooks"
    #: What nobody waits for, with what is left over.
    BACKGROUND = "background"
    #: Has no rows: what is due is told by the plays themselves.
    SETTLEMENT = "settlement"
    HOUSEKEEPING = "housekeeping"


class Kind(StrEnum):
    """What is to be done."""

    EXAMINE = "examine"
    LADDER = "ladder"
    PIECE = "piece"
    JOIN = "join"
    REENCODE = "reencode"
    RECHECK = "recheck"
    UNPACK = "unpack"
    ARTWORK = "artwork"
    #: What a label's message says becomes of the catalogue.
    INGEST = "ingest"
    COMPARE = "compare"
    DELIVER = "deliver"
    #: A release comes out, for its time has come.
    RELEASE = "release"
    MAIL = "mail"
    TIDY = "tidy"
    FSCK = "fsck"
    RECONCILE = "reconcile"
    PROVE = "prove"
    #: All that is known of somebody, for them.
    EXPORT = "export"
    #: What is kept no longer: of people who want to be forgotten, and what is too old.
    FORGET = "forget"
    #: The music of an artist or a label that was closed goes, release by release.
    CLOSE = "close"
    #: Dues that run out.
    RENEW = "renew"
    ROLLUP = "rollup"
    NEIGHBOURS = "neighbours"
    WEIGH = "weigh"
    #: What somebody is told of the sales of a month: made, sent, and looked after.
    REPORT = "report"
    #: Whether a session comes to a listen, for who tells of them elsewhere.
    LISTEN = "listen"
    #: What somebody listened to is told to a service of theirs.
    SCROBBLE = "scrobble"
    #: Nothing: what a fleet itself takes is measured with it.
    NOTHING = "nothing"


LANES = {
    Kind.EXAMINE: Lane.FIRST,
    Kind.LADDER: Lane.LADDER,
    Kind.PIECE: Lane.LONG,
    Kind.JOIN: Lane.LONG,
    Kind.REENCODE: Lane.BACKGROUND,
    Kind.RECHECK: Lane.ANALYSIS,
    Kind.UNPACK: Lane.INTAKE,
    Kind.ARTWORK: Lane.INTAKE,
    Kind.INGEST: Lane.INTAKE,
    Kind.COMPARE: Lane.ANALYSIS,
    Kind.DELIVER: Lane.WEBHOOKS,
    Kind.RELEASE: Lane.FIRST,
    Kind.MAIL: Lane.WEBHOOKS,
    Kind.TIDY: Lane.HOUSEKEEPING,
    Kind.FSCK: Lane.HOUSEKEEPING,
    Kind.RECONCILE: Lane.HOUSEKEEPING,
    Kind.PROVE: Lane.HOUSEKEEPING,
    Kind.EXPORT: Lane.BACKGROUND,
    Kind.FORGET: Lane.HOUSEKEEPING,
    Kind.CLOSE: Lane.HOUSEKEEPING,
    Kind.RENEW: Lane.HOUSEKEEPING,
    Kind.ROLLUP: Lane.HOUSEKEEPING,
    Kind.NEIGHBOURS: Lane.HOUSEKEEPING,
    Kind.WEIGH: Lane.HOUSEKEEPING,
    Kind.REPORT: Lane.BACKGROUND,
    Kind.LISTEN: Lane.WEBHOOKS,
    Kind.SCROBBLE: Lane.WEBHOOKS,
    Kind.NOTHING: Lane.WEBHOOKS,
}
#: What a job takes of one core, in seconds: for itself, and for each second of music. Measured with
#: `refrain bench pipeline`; what is fair, and what waits, is told in these.
COSTS: Mapping[Kind, tuple[float, float]] = {
    Kind.EXAMINE: (0.5, 0.03),
    Kind.LADDER: (1.0, 0.2),
    Kind.PIECE: (0.5, 0.2),
    Kind.JOIN: (1.0, 0.03),
    Kind.REENCODE: (1.5, 0.23),
    Kind.RECHECK: (0.5, 0.05),
    Kind.UNPACK: (1.0, 0.0),
    Kind.ARTWORK: (1.0, 0.0),
    Kind.INGEST: (0.5, 0.0),
    Kind.COMPARE: (0.25, 0.0),
    Kind.DELIVER: (0.1, 0.0),
    Kind.RELEASE: (0.1, 0.0),
    Kind.MAIL: (0.1, 0.0),
    Kind.TIDY: (1.0, 0.0),
    Kind.FSCK: (10.0, 0.0),
    Kind.RECONCILE: (10.0, 0.0),
    Kind.PROVE: (2.0, 0.0),
    Kind.EXPORT: (1.0, 0.0),
    Kind.FORGET: (2.0, 0.0),
    Kind.CLOSE: (2.0, 0.0),
    Kind.RENEW: (1.0, 0.0),
    Kind.ROLLUP: (2.0, 0.0),
    Kind.NEIGHBOURS: (30.0, 0.0),
    Kind.WEIGH: (10.0, 0.0),
    Kind.REPORT: (2.0, 0.0),
    Kind.LISTEN: (0.1, 0.0),
    Kind.SCROBBLE: (0.1, 0.0),
    Kind.NOTHING: (0.0, 0.0),
}
#: How often a kind is tried, where that is not the setting: a server that listens to us may be
#: down for a night, and each wait is twice the one before.
ATTEMPTS = {Kind.DELIVER: 15, Kind.REPORT: 15}
