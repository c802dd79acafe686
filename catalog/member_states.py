"""What may become of a membership; `catalog.states` says how a table is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class MemberState(StrEnum):
    """Where a membership stands."""

    APPLIED = "applied"
    MEMBER = "member"
    #: Dues ran out: who pays them is a member again.
    LAPSED = "lapsed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RESIGNED = "resigned"
    EXCLUDED = "excluded"


class MemberEvent(StrEnum):
    """What can happen to a membership."""

    ADMIT = "admit"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RENEW = "renew"
    RESIGN = "resign"
    EXCLUDE = "exclude"


MEMBER_MOVES: Mapping[tuple[MemberState, MemberEvent], MemberState] = {
    (MemberState.APPLIED, MemberEvent.ADMIT): MemberState.MEMBER,
    (MemberState.APPLIED, MemberEvent.REFUSE): MemberState.REFUSED,
    (MemberState.APPLIED, MemberEvent.WITHDRAW): MemberState.WITHDRAWN,
    (MemberState.MEMBER, MemberEvent.LAPSE): MemberState.LAPSED,
    # Ahead of time as well.
    (MemberState.MEMBER, MemberEvent.RENEW): MemberState.MEMBER,
    (MemberState.LAPSED, MemberEvent.RENEW): MemberState.MEMBER,
    (MemberState.MEMBER, MemberEvent.RESIGN): MemberState.RESIGNED,
    (MemberState.LAPSED, MemberEvent.RESIGN): MemberState.RESIGNED,
    (MemberState.MEMBER, MemberEvent.EXCLUDE): MemberState.EXCLUDED,
    (MemberState.LAPSED, MemberEvent.EXCLUDE): MemberState.EXCLUDED,
}
#: Those that an account has at most one of.
GOES_ON = frozenset({MemberState.APPLIED, MemberState.MEMBER, MemberState.LAPSED})
ADMITTED = frozenset({MemberState.MEMBER, MemberState.LAPSED})
