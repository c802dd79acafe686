"""What partners delivered, as documents: deliveries, messages, files, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from catalog.delivery_list import Counted
from catalog.ern_states import DeliveryState, MessageState
from catalog.findings import Severity
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile
from catalog.partners import PartnerState
from stream.api.paging import Paged

#: A DPID, as DDEX gives them out.
Dpid = Annotated[str, Field(pattern=r"^PADPIDA[A-Za-z0-9]{1,33}$", examples=["PADPIDA2020010101X"])]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Keys = Annotated[list[Annotated[str, Field(max_length=4_000)]], Field(max_length=20)]
Rule = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z-]*$")]
Severities = Annotated[dict[Rule, Severity], Field(max_length=100)]
Prefix = Annotated[str, Field(max_length=200)]
_EXAMPLE: dict[str, JsonValue] = {
    "dpid": "PADPIDA2020010101X",
    "name": "A Label",
    "account": "0b8f1c1e-7f0e-4f8e-9a61-0d3c1f3b2a11",
    "severities": {"grid-check": "note"},
}


class NewPartner(BaseModel):
    """Say who delivers: by which DPID, whose music it is, by which keys of SSH, and from where."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    dpid: Dpid
    name: Name
    account: UUID
    state: PartnerState = PartnerState.ACTIVE
    severities: Severities = Field(default_factory=dict)
    keys: Keys = Field(default_factory=list)
    prefix: Prefix | None = None


class EditPartner(BaseModel):
    """Say anew what is otherwise of a partner; what is not told stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "paused"}]})

    name: Name | None = None
    account: UUID | None = None
    state: PartnerState | None = None
    severities: Severities | None = None
    keys: Keys | None = None
    prefix: Prefix | None = None


class PartnerDocument(BaseModel):
    """A partner: `severities` are the rules that weigh otherwise than the house has them."""

    dpid: str
    name: str
    account: str
    state: PartnerState
    severities: dict[str, Severity]
    keys: list[str]
    prefix: str | None
    created_at: datetime
    changed_at: datetime


class PartnerList(BaseModel):
    """All partners that who asks may see, by their names."""

    partners: list[PartnerDocument]


class FindingDocument(BaseModel):
    """One thing that is wrong: DDEX's word for it, our rule, and where in the message it is."""

    rule: str
    status: str
    severity: Severity
    text: str
    line: int | None
    path: str


class OddDocument(BaseModel):
    """One thing that is odd about a delivery; `about` names a file."""

    code: str
    severity: Severity
    text: str
    about: str


class DeliveryDocument(BaseModel):
    """A folder that a partner delivered; `is_unlisted` where nothing listed what belongs to it."""

    id: str
    partner: str
    partner_name: str
    way: str
    layout: str
    name: str
    state: DeliveryState
    is_unlisted: bool
    findings: list[OddDocument]
    seen_at: datetime
    completed_at: datetime | None
    ended_at: datetime | None


class DeliveryList(BaseModel):
    """Deliveries, the newest first, and the cursor of those that follow."""

    deliveries: list[DeliveryDocument]
    next: str | None


class MessageFacts(BaseModel):
    """A message, and what became of it; what its bytes do not tell is null."""

    id: str
    partner: str
    partner_name: str
    delivery: str
    path: str
    sha256: str
    size_bytes: int
    kind: str | None
    version: str | None
    message_id: str | None
    told_at: datetime | None
    is_test: bool
    title: str | None
    state: MessageState
    errors: int
    warnings: int
    received_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None


class MessageDocument(MessageFacts):
    """A message with all that was found in it; `before` is the one that was taken before it."""

    findings: list[FindingDocument]
    before: str | None
    #: What it became in the catalogue, where that is there.
    release: str | None
    is_answered: bool


class MessageList(BaseModel):
    """Messages, the newest first, and the cursor of those that follow."""

    messages: list[MessageFacts]
    next: str | None


class FileDocument(BaseModel):
    """A file of a delivery, and what its bytes come to by each algorithm."""

    id: str
    path: str
    size_bytes: int
    sha256: str
    digests: dict[str, str]
    received_at: datetime


class FileList(BaseModel):
    """Files of a delivery by their paths, and the cursor of those that follow."""

    files: list[FileDocument]
    next: str | None


class PartnerCounts(BaseModel):
    """How much there is of a partner, by state; `unanswered` answers did not go out yet."""

    partner: str
    name: str
    deliveries: dict[str, int]
    messages: dict[str, int]
    unanswered: int
    last_at: datetime | None


class CountsDocument(BaseModel):
    """How much there is, of each partner that who asks may see."""

    partners: list[PartnerCounts]


class ChangeDocument(BaseModel):
    """One thing that is otherwise: null was not there, or is not any more."""

    about: str
    names: list[str]
    what: str
    old: str | None
    new: str | None


class ToldDocument(BaseModel):
    """A message in a few words, as it says itself."""

    kind: str
    version: str
    id: str
    sender: str
    created_at: datetime
    title: str | None
    recordings: int
    deals: int


class ChangesDocument(BaseModel):
    """What a message says otherwise than one before it; not `is_whole` where it was too much."""

    old: ToldDocument
    new: ToldDocument
    is_whole: bool
    changes: list[ChangeDocument]


class JudgementDocument(BaseModel):
    """What is to be said of a message: whether it could be taken, and all that was found."""

    acceptable: bool
    message: ToldDocument | None
    findings: list[FindingDocument]


class DeliveriesQuery(Paged):
    """Which deliveries: those that agree in all that is told."""

    partner: Dpid | None = None
    state: DeliveryState | None = None


class MessagesQuery(Paged):
    """Which messages: those that agree in all that is told."""

    partner: Dpid | None = None
    delivery: UUID | None = None
    state: MessageState | None = None


class FilesQuery(Paged):
    """Which part of the files of a delivery."""


def partner_document(row: Partner) -> PartnerDocument:
    """Print a partner."""
    return PartnerDocument(
        dpid=row.dpid,
        name=row.name,
        account=str(row.account_id),
        state=PartnerState(row.state),
        severities={rule: Severity(one) for rule, one in row.severities.items()},
        keys=row.keys,
        prefix=row.prefix,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def delivery_document(row: Delivery, partner: Partner) -> DeliveryDocument:
    """Print a delivery."""
    return DeliveryDocument(
        id=str(row.id),
        partner=partner.dpid,
        partner_name=partner.name,
        way=row.way,
        layout=row.layout,
        name=row.name,
        state=DeliveryState(row.state),
        is_unlisted=row.is_unlisted,
        findings=[OddDocument(**one) for one in row.findings],
        seen_at=row.seen_at,
        completed_at=row.completed_at,
        ended_at=row.ended_at,
    )


def message_facts(row: ErnMessage, partner: Partner) -> MessageFacts:
    """Print a message for a list."""
    return MessageFacts(**_facts(row, partner))


def message_document(
    row: ErnMessage, partner: Partner, *, before: UUID | None, release: UUID | None
) -> MessageDocument:
    """Print a message with all that is known of it."""
    return MessageDocument(
        **_facts(row, partner),
        findings=[FindingDocument(**one) for one in row.findings],
        before=str(before) if before else None,
        release=str(release) if release else None,
        is_answered=row.acknowledgement_key is not None,
    )


def file_document(row: SuppliedFile) -> FileDocument:
    """Print a file of a delivery."""
    return FileDocument(
        id=str(row.id),
        path=row.path,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        digests=row.digests,
        received_at=row.received_at,
    )


def counts_document(found: Sequence[Counted]) -> CountsDocument:
    """Print how much there is."""
    return CountsDocument(
        partners=[
            PartnerCounts(
                partner=one.partner.dpid,
                name=one.partner.name,
                deliveries=one.deliveries,
                messages=one.messages,
                unanswered=one.unanswered,
                last_at=one.last_at,
            )
            for one in found
        ]
    )


def _facts(row: ErnMessage, partner: Partner) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "partner": partner.dpid,
        "partner_name": partner.name,
        "delivery": str(row.delivery_id),
        "path": row.path,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "kind": row.kind,
        "version": row.version,
        "message_id": row.message_id,
        "told_at": row.told_at,
        "is_test": row.is_test,
        "title": row.title,
        "state": MessageState(row.state),
        "errors": _number(row, Severity.ERROR),
        "warnings": _number(row, Severity.WARNING),
        "received_at": row.received_at,
        "ended_at": row.ended_at,
        "acknowledged_at": row.acknowledged_at,
    }


def _number(row: ErnMessage, severity: Severity) -> int:
    return sum(one["severity"] == severity for one in row.findings)
