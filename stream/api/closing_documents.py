"""An artist or a label that is closed or handed over, as documents, and what waits for that."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.account_list import AccountState
from catalog.roles import AccountKind, Capacity


class HandOver(BaseModel):
    """Let another member own an account from now on; you act for it no longer."""

    model_config = ConfigDict(extra="forbid")

    person: UUID


class CloseAccount(BaseModel):
    """Close an account, and say why: who looks for its music reads it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "The band has split up."}]}
    )

    reason: Annotated[str, Field(min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]


class Owed(BaseModel):
    """What is owed in a currency, in micro-units, and whether it is known where to pay it."""

    currency: str
    amount: int
    has_bank_details: bool


class ClosingDocument(BaseModel):
    """What closing an account comes to; what was bought stays bought, and what is owed, owed.

    Once it was asked for, who asked sees how far it is: `closing` until all of its music is
    withdrawn, of which `left` releases and tracks are out, and `closed` from `done_at` on.
    """

    account: UUID
    name: str
    releases: int
    tracks: int
    drafts: int
    members: int
    owed: list[Owed]
    state: AccountState
    left: int
    asked_at: datetime | None
    done_at: datetime | None


class HeirDocument(BaseModel):
    """A member whom an account could be handed over to."""

    person: UUID
    name: str
    capacity: Capacity


class AloneDocument(BaseModel):
    """An artist or a label that you alone own: hand it over, or close it."""

    account: UUID
    name: str
    kind: AccountKind
    members: list[HeirDocument]


class ObstacleDocument(BaseModel):
    """Why you cannot be forgotten yet, and what to do first."""

    code: str
    says: str
    accounts: list[AloneDocument]


class ObstacleList(BaseModel):
    """All that has to be done before you can be forgotten; nothing, if you can."""

    items: list[ObstacleDocument]
    next: None = None
