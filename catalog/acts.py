"""The acts of an office that are written down, and how one of them reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Act(StrEnum):
    """What somebody did that others must be able to ask about."""

    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    TOKEN_MADE = "token.made"  # noqa: S105 - an act
    TOKEN_ENDED = "token.ended"  # noqa: S105 - an act
    ACCOUNT_MADE = "account.made"
    ACCOUNT_ERASED = "account.erased"
    CLIENT_ADDED = "client.added"
    CLIENT_CHANGED = "client.changed"
    CLIENT_REMOVED = "client.removed"
    FACTORS_TAKEN = "factors.taken"
    SIGN_INS_ENDED = "sign-ins.ended"
    MEMBER_INVITED = "member.invited"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    MEMBER_REMOVED = "member.removed"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    PLAY_RELEASED = "hold.released"
    PLAY_REJECTED = "hold.rejected"
    PLAY_REVERSED = "play.reversed"
    WALLET_FROZEN = "wallet.frozen"
    WALLET_FREED = "wallet.freed"
    RUN_PLANNED = "payout-run.planned"
    RUN_APPROVED = "payout-run.approved"
    RUN_CANCELLED = "payout-run.cancelled"
    RUN_SETTLED = "payout-run.settled"
    RUN_EXPORTED = "payout-run.exported"
    PAYOUT_SETTLED = "payout.settled"
    PAYOUT_RETURNED = "payout.returned"
    PAYEE_HELD = "payee.held"
    PAYEE_FREED = "payee.freed"
    TERMS_SET = "terms.set"
    TRACK_REMOVED = "track.removed"
    TRACK_REINSTATED = "track.reinstated"
    RELEASE_REMOVED = "release.removed"
    REVIEW_RULED = "review.ruled"
    VERSION_APPROVED = "version.approved"
    VERSION_RETURNED = "version.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An act as it was written down: nobody did what was done at a terminal."""

    id: int
    at: datetime
    act: str
    account_id: UUID | None
    person_id: UUID | None
    credential_id: UUID | None
    subject: str
    facts: Mapping[str, object]
