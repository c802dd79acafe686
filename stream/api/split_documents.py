"""The documents of shares: what is taken and what is answered. Amounts are in micro-units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from catalog.models.rights import PayeeKind, SheetKind
from catalog.states import ClaimState, SheetState
from stream.api.amounts import Amount
from stream.api.asking import Sparse

Id = Annotated[str, Field(max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ShareState = Literal["accepted", "declined", "waiting", "unclaimed"]
Ppm = Annotated[int, Field(ge=0, le=1_000_000)]


class MemberFacts(BaseModel):
    """Who belongs to a group, and what part of its share is put to them, in millionths."""

    model_config = ConfigDict(extra="forbid")

    payee: UUID
    ppm: Ppm


class PayeeDocument(BaseModel):
    """Somebody whom income goes to; nobody speaks for one that is not `spoken_for`."""

    id: str
    kind: PayeeKind
    name: str
    country: str | None
    spoken_for: bool
    members: list[MemberFacts] = []


class PayeeList(BaseModel):
    """Whom you speak for, yourself first; and whom you made, for whom nobody speaks yet."""

    payees: list[PayeeDocument]
    made: list[PayeeDocument]


class NewPayee(BaseModel):
    """Make a label, a group, or somebody who has no account; `mine`: you speak for it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "label", "name": "Our Own"}]}
    )

    kind: Literal[PayeeKind.LABEL, PayeeKind.GROUP, PayeeKind.MEMBER]
    name: Name
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    mine: bool = True


class WriteMembers(BaseModel):
    """Say who a group is: parts in millionths, 1 000 000 in all; none is a group that is paid."""

    model_config = ConfigDict(extra="forbid")

    members: list[MemberFacts] = Field(max_length=50)


class WantedShare(BaseModel):
    """A share in millionths; `payee` null is somebody whom nobody knows."""

    model_config = ConfigDict(extra="forbid")

    payee: Id | None
    ppm: Ppm


class NewSplit(BaseModel):
    """Propose who shares a track, or all of your music that has no shares of its own.

    From `valid_from` on, or as soon as it is agreed.
    """

    model_config = ConfigDict(extra="forbid")

    track: Id | None
    shares: list[WantedShare] = Field(min_length=1, max_length=200)
    valid_from: AwareDatetime | None = None


class NewContract(BaseModel):
    """Propose what a label takes of what an artist's music earns, before it is divided.

    As the artist, or as the label with the `artist` named.
    """

    model_config = ConfigDict(extra="forbid")

    label: Id
    artist: Id | None = None
    track: Id | None = None
    ppm: Ppm
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class ShareFacts(BaseModel):
    """A share: `asked` must be accepted before the sheet holds; `through` is a group."""

    payee: str | None
    name: str
    ppm: int
    through: str | None
    asked: bool
    state: ShareState
    yours: bool


class SheetDocument(BaseModel):
    """A sheet of shares; it holds since `in_force_from`, if it is agreed.

    `waits` is what has been earned by your shares of it that you have not accepted.
    """

    id: str
    kind: SheetKind
    state: SheetState
    owner: str
    owner_name: str
    recording: str | None
    title: str | None
    valid_from: datetime
    valid_until: datetime | None
    in_force_from: datetime | None
    proposed_at: datetime
    proposed_by: str
    shares: list[ShareFacts]
    may_answer: bool
    waits: list[Amount]


class SheetList(BaseModel):
    """Sheets, what was said last first; those that wait for you the oldest first."""

    sheets: list[SheetDocument]


class Answer(BaseModel):
    """What you say to a sheet, for all whom you speak for."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["accept", "decline"]


class NewClaim(BaseModel):
    """Say that a payee is you, or that what a track earned for nobody who is known is a payee's."""

    model_config = ConfigDict(extra="forbid")

    payee: Id
    track: Id | None = None
    words: str = Field(min_length=1, max_length=2000)


class ClaimDocument(BaseModel):
    """A claim, and what was decided; `unclaimed` is what its recording has earned for nobody."""

    id: str
    state: ClaimState
    payee: str
    payee_name: str
    recording: str | None
    words: str
    made_at: datetime
    decided_at: datetime | None
    reason: str | None
    unclaimed: list[Amount]


class SplitQuery(Sparse):
    """Of which track; of all, unless told."""

    track: str | None = Field(default=None, max_length=64)


class ClaimList(BaseModel):
    """Your claims, the newest first; to treasurers all that are open, the oldest first."""

    claims: list[ClaimDocument]
    next: str | None


class Decision(BaseModel):
    """What is decided about a claim; why, where it is denied."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "deny"]
    reason: str = Field(default="", max_length=1000)


class NewAdvance(BaseModel):
    """Say that a payee shall get an advance, in millionths of a currency.

    Another treasurer approves it, and the next payout pays it. It is paid back from what they
    earn, or earn with `tracks`; of that at most `recoup_ppm`.
    """

    model_config = ConfigDict(extra="forbid")

    payee: Id
    amount: int = Field(gt=0, le=10**15)
    currency: str = Field(pattern="^[A-Z]{3}$")
    recoup_ppm: int = Field(default=1_000_000, gt=0, le=1_000_000)
    tracks: list[Id] = Field(default=[], max_length=200)
    note: str = Field(default="", max_length=1000)


class AdvanceDocument(BaseModel):
    """An advance, and what of it is not paid back yet; one that is `proposed` is not given."""

    id: str
    payee: str
    state: Literal["proposed", "approved"]
    granted_at: datetime
    granted_by: str
    approved_at: datetime | None
    advance: Amount
    left: Amount
    recoup_ppm: int
    recordings: list[str]
    note: str


class AdvanceList(BaseModel):
    """Your advances, the oldest first; to treasurers everyone's."""

    advances: list[AdvanceDocument]
