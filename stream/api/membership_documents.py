"""The documents of membership: classes, members, what they pay, and their shares.

Money is an integer in millionths of `currency`: `scale` says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from accounting.payments.manual import BY_HAND
from catalog.member_states import MemberEvent, MemberState
from catalog.membership import Admission, Right, Shown, Terms
from catalog.models.memberships import MemberCharge, Membership, MemberStep, ShareEntry
from catalog.models.payments import Payment
from catalog.payment_states import PaymentState
from catalog.share_register import Block, ShareKind

SCALE: Literal[6] = 6
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_MOST_SHARES = 1_000_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PRINTABLE)]
#: A member's number, or the id of a membership.
MemberName = Annotated[str, StringConstraints(pattern="^[0-9a-fA-F-]{1,36}$")]
#: Without NUL, which databases do not take.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClassDocument(BaseModel):
    """A class of members: dues of a year, what a share costs, and how many one holds at least."""

    id: str
    title: str
    dues: int
    share_value: int
    shares: int
    currency: str
    scale: Literal[6] = SCALE
    admission: Admission
    rights: list[Right]
    grace_days: int
    is_open: bool


class ClassList(BaseModel):
    """All classes, and by which providers dues can be paid."""

    items: list[ClassDocument]
    next: None = None
    providers: list[str]


class NewMembership(_Asked):
    """Apply to be a member; the name is the one that stands in the register."""

    class_id: str = Field(alias="class", min_length=1, max_length=20, pattern=_PRINTABLE)
    name: Name
    address: Annotated[Text, Field(max_length=500)] | None = None
    words: Annotated[Text, Field(max_length=2000)] | None = None


class EditMembership(_Asked):
    """Say what everybody may see of your membership."""

    shown: Shown


class NewCharge(_Asked):
    """Pay the dues of a year, new shares, or both."""

    dues: bool
    shares: int = Field(default=0, ge=0, le=_MOST_SHARES)
    provider: str = Field(min_length=1, max_length=20, pattern=_PRINTABLE)


class ChargeDocument(BaseModel):
    """What a member pays at once: at `checkout`, or by a transfer that names `reference`."""

    id: UUID
    dues: int
    shares: int
    share_value: int
    amount: int
    currency: str
    scale: Literal[6] = SCALE
    provider: str
    state: PaymentState
    checkout: str | None
    reference: str | None
    starts_on: date | None
    ends_on: date | None
    paid_at: datetime | None
    void_at: datetime | None


class StepDocument(BaseModel):
    """Something that happened to a membership."""

    event: MemberEvent
    at: datetime
    reason: str | None


class CertificateDocument(BaseModel):
    """Shares with consecutive numbers that a member holds."""

    first: int
    last: int
    count: int
    value: int
    currency: str
    scale: Literal[6] = SCALE
    since: datetime


class MembershipDocument(BaseModel):
    """A membership, with its shares, what was paid, and what happened to it."""

    id: UUID
    account: UUID
    number: int | None
    class_id: str = Field(serialization_alias="class")
    state: MemberState
    name: str
    address: str | None
    words: str | None
    applied_at: datetime
    admitted_at: datetime | None
    ended_at: datetime | None
    paid_through: date | None
    shown: Shown
    shares: list[CertificateDocument]
    charges: list[ChargeDocument]
    steps: list[StepDocument]


class MemberRow(BaseModel):
    """A membership in a list."""

    id: UUID
    account: UUID
    number: int | None
    class_id: str = Field(serialization_alias="class")
    state: MemberState
    name: str
    applied_at: datetime
    paid_through: date | None


class MemberList(BaseModel):
    """Memberships, the newest applications first."""

    items: list[MemberRow]
    next: str | None


class BadgeDocument(BaseModel):
    """What a member lets everybody see."""

    class_id: str = Field(serialization_alias="class")
    since: datetime | None


class Decision(_Asked):
    """Admit an applicant, or refuse them, with a reason."""

    admits: bool
    reason: Reason | None = None


class WhyExcluded(_Asked):
    """Why a member is excluded."""

    reason: Reason


class DuesFound(_Asked):
    """What arrived at the bank from a member; `bank_reference` is its number there."""

    dues: bool
    shares: int = Field(default=0, ge=0, le=_MOST_SHARES)
    amount: int = Field(gt=0, le=10**15)
    currency: str = Field(pattern="^[A-Z]{3}$")
    scale: Literal[6]
    bank_reference: str = Field(min_length=1, max_length=140, pattern=_PRINTABLE)
    arrived_at: AwareDatetime | None = None


class ShareTransfer(_Asked):
    """Shares that are another member's now."""

    member: MemberName
    to: MemberName
    count: int = Field(ge=1, le=_MOST_SHARES)
    reason: Reason | None = None


class ShareRedemption(_Asked):
    """Shares that were paid back; `bank_reference` is the number of the transfer."""

    member: MemberName
    count: int = Field(ge=1, le=_MOST_SHARES)
    bank_reference: str = Field(min_length=1, max_length=140, pattern=_PRINTABLE)
    reason: Reason | None = None


class VoterDocument(BaseModel):
    """A member with a vote; the number is theirs for good."""

    number: int
    account: UUID
    class_id: str = Field(alias="class")
    name: str
    since: datetime
    shares: int


class RollDocument(BaseModel):
    """All members with a vote at a time; `digest` is the SHA-256 of `number TAB class` lines."""

    at: datetime
    members: int
    classes: dict[str, int]
    digest: str
    roll: list[VoterDocument]


class EntryDocument(BaseModel):
    """A line of the register."""

    id: int
    kind: ShareKind
    first: int
    last: int
    from_membership: UUID | None
    to_membership: UUID | None
    value: int
    currency: str
    scale: Literal[6] = SCALE
    at: datetime
    reason: str | None
    transaction: int | None


class EntryList(BaseModel):
    """Lines of the register, in order."""

    items: list[EntryDocument]
    next: str | None = None


def class_document(terms: Terms) -> ClassDocument:
    """Answer a class as a document."""
    return ClassDocument(
        id=terms.class_id,
        title=terms.title,
        dues=terms.dues,
        share_value=terms.share_value,
        shares=terms.shares,
        currency=terms.currency,
        admission=terms.admission,
        rights=sorted(terms.rights),
        grace_days=terms.grace_days,
        is_open=terms.is_open,
    )


def charge_document(charge: MemberCharge, payment: Payment) -> ChargeDocument:
    """Answer a charge as a document."""
    return ChargeDocument(
        id=payment.id,
        dues=charge.dues,
        shares=charge.shares,
        share_value=charge.share_value,
        amount=charge.amount,
        currency=charge.currency,
        provider=payment.provider,
        state=PaymentState(payment.state),
        checkout=payment.checkout_url,
        reference=payment.provider_id if payment.provider == BY_HAND else None,
        starts_on=charge.starts_on,
        ends_on=charge.ends_on,
        paid_at=charge.paid_at,
        void_at=charge.void_at,
    )


def membership_document(
    row: Membership,
    *,
    shares: Iterable[Block],
    charges: Iterable[tuple[MemberCharge, Payment]],
    steps: Iterable[MemberStep],
) -> MembershipDocument:
    """Answer a membership as a document."""
    return MembershipDocument(
        id=row.id,
        account=row.account_id,
        number=row.number,
        class_id=row.class_id,
        state=MemberState(row.state),
        name=row.name,
        address=row.address,
        words=row.words,
        applied_at=row.applied_at,
        admitted_at=row.admitted_at,
        ended_at=row.ended_at,
        paid_through=row.paid_through,
        shown=Shown(row.shown),
        shares=[
            CertificateDocument(
                first=one.first,
                last=one.last,
                count=one.count,
                value=one.value,
                currency=one.currency,
                since=one.since,
            )
            for one in shares
        ],
        charges=[charge_document(*one) for one in charges],
        steps=[
            StepDocument(event=MemberEvent(one.event), at=one.at, reason=one.reason)
            for one in steps
        ],
    )


def row_document(row: Membership) -> MemberRow:
    """Answer a membership as a row of a list."""
    return MemberRow(
        id=row.id,
        account=row.account_id,
        number=row.number,
        class_id=row.class_id,
        state=MemberState(row.state),
        name=row.name,
        applied_at=row.applied_at,
        paid_through=row.paid_through,
    )


def entry_document(row: ShareEntry) -> EntryDocument:
    """Answer a line of the register as a document."""
    return EntryDocument(
        id=row.id,
        kind=ShareKind(row.kind),
        first=row.first,
        last=row.last,
        from_membership=row.from_id,
        to_membership=row.to_id,
        value=row.value,
        currency=row.currency,
        at=row.at,
        reason=row.reason,
        transaction=row.txn_id,
    )
