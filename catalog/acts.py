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
    TOPUP_TERMS_SET = "topup-terms.set"
    PRICE_SET = "price.set"
    VAT_SET = "vat.set"
    CLASS_SET = "membership-class.set"
    TRACK_REMOVED = "track.removed"
    TRACK_REINSTATED = "track.reinstated"
    RELEASE_REMOVED = "release.removed"
    REVIEW_RULED = "review.ruled"
    VERSION_APPROVED = "version.approved"
    VERSION_RETURNED = "version.returned"
    RELEASE_REVIEWED = "release.reviewed"
    JOB_RETRIED = "job.retried"
    JOB_CANCELLED = "job.cancelled"
    JOB_SET_ASIDE = "job.set-aside"
    JOB_RANKED = "job.ranked"
    PARTNER_ADDED = "partner.added"
    PARTNER_CHANGED = "partner.changed"
    DELIVERY_SENT = "delivery.sent"
    DELIVERY_RETRIED = "delivery.retried"
    MESSAGE_RETRIED = "message.retried"
    MESSAGE_ANSWERED = "message.answered"
    MONTH_CLOSED = "month.closed"
    MONTH_RESTATED = "month.restated"
    ADJUSTMENT_PROPOSED = "adjustment.proposed"
    ADJUSTMENT_APPROVED = "adjustment.approved"
    SETTLEMENT_BOOKED = "settlement.booked"
    VAT_PAID = "vat.paid"
    STATEMENT_TAKEN = "bank-statement.taken"
    TRANSFER_CONFIRMED = "transfer.confirmed"
    TOPUP_REFUNDED = "topup.refunded"
    REFUND_TRANSFERRED = "refund.transferred"
    PURCHASE_REFUNDED = "purchase.refunded"
    CREDIT_GIVEN = "credit.given"
    ADVANCE_PROPOSED = "advance.proposed"
    ADVANCE_APPROVED = "advance.approved"
    CLAIM_DECIDED = "claim.decided"
    ARTIST_DECIDED = "artist.decided"
    MEMBERSHIP_DECIDED = "membership.decided"
    MEMBERSHIP_EXCLUDED = "membership.excluded"
    SHARES_TRANSFERRED = "shares.transferred"
    SHARES_REDEEMED = "shares.redeemed"
    ACCOUNT_CLOSED = "account.closed"
    RECIPIENT_ADDED = "report-recipient.added"
    RECIPIENT_CHANGED = "report-recipient.changed"
    REPORT_ASKED = "report.asked"
    REPORT_SENT_AGAIN = "report.sent-again"
    HOUSE_RESTORED = "house.restored"
    MONEY_RESUMED = "money.resumed"
    LINK_MADE = "link.made"
    KEYS_FORGOTTEN = "signing-keys.forgotten"
    #: What no use case notes: that it was asked for, and what it was answered.
    OFFICE_USED = "office.used"


#: The outcome of what was done; of what was refused it is the code.
DONE = "done"


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
    network: str | None
    request_id: str | None
    outcome: str
