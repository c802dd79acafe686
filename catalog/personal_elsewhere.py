"""What is known of somebody's listening elsewhere, as a part of an export of their own data."""

from __future__ import annotations

from catalog.models.scrobbling import HeardElsewhere, Scrobble, ScrobbleLink
from catalog.personal_queries import Export, below, theirs

#: What is exported of it.
ELSEWHERE: tuple[Export, ...] = (
    Export(
        name="accounts_elsewhere",
        says="Services that are told what you listen to, without what opens your accounts there.",
        query=theirs(ScrobbleLink, ScrobbleLink.account_id, but=("sealed", "asked")),
    ),
    Export(
        name="told_elsewhere",
        says="What they were told, or will be.",
        query=below(Scrobble, Scrobble.link_id, ScrobbleLink.id, ScrobbleLink.account_id),
    ),
    Export(
        name="heard_elsewhere",
        says="What you listened to elsewhere, as your programs told.",
        query=theirs(HeardElsewhere, HeardElsewhere.account_id),
    ),
)
