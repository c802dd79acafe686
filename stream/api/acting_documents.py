"""Who acts for whom, as documents: members, invitations, and accounts that have them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from catalog.roles import AccountKind, Capacity, InvitationState

Name = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$"
    ),
]


class NewAccount(BaseModel):
    """Make the account of an artist or a label; whoever makes it is its owner."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "The Band", "kind": "artist"}]}
    )

    name: Name
    kind: Literal[AccountKind.ARTIST, AccountKind.LABEL]


class MembershipDocument(BaseModel):
    """An account that one acts for: `account` goes into the header Refrain-Acting-For."""

    account: str
    name: str
    kind: AccountKind
    capacity: Capacity
    since: datetime


class MembershipList(BaseModel):
    """All accounts that one acts for, by their names."""

    items: list[MembershipDocument]
    next: str | None = None


class ActFor(BaseModel):
    """For whom one acts in the pages from now on; for nobody but oneself without one."""

    model_config = ConfigDict(extra="forbid")

    account: str | None = Field(max_length=36)


class MemberDocument(BaseModel):
    """A person who acts for the account."""

    person: str
    name: str
    capacity: Capacity
    since: datetime


class MemberList(BaseModel):
    """All who act for the account, who did so first at the head."""

    items: list[MemberDocument]
    next: str | None = None


class EditMember(BaseModel):
    """Let a member act as something else."""

    model_config = ConfigDict(extra="forbid")

    capacity: Capacity


class NewInvitation(BaseModel):
    """Invite somebody: who has the mail address, or whoever you give the link."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"capacity": "editor", "email": "ada@example.org"}]},
    )

    capacity: Capacity
    email: str | None = Field(default=None, max_length=254)


class InvitationDocument(BaseModel):
    """An invitation, and what became of it."""

    id: str
    account: str
    account_name: str
    invited_by: str
    capacity: Capacity
    email: str | None
    state: InvitationState
    invited_at: datetime
    expires_at: datetime


class InvitationMade(InvitationDocument):
    """The same with the link, which is told this once."""

    link: str


class InvitationList(BaseModel):
    """The last invitations of the account, the newest first."""

    items: list[InvitationDocument]
    next: str | None = None
