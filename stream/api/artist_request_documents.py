"""Becoming an artist, as documents."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from catalog.states import ClaimState
from stream.api.acting_documents import Name


class NewArtistRequest(BaseModel):
    """Ask to be an artist: the name on your music, and that you agree to what that means.

    The page `/studio/join` says what it means.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Ada Rivers", "agrees": True}]}
    )

    name: Name
    agrees: Literal[True]


class ArtistRequestDocument(BaseModel):
    """What was asked for: `open` waits for a moderator, `approved` is an artist."""

    id: str
    name: str
    state: ClaimState
    made_at: datetime
    decided_at: datetime | None
    reason: str | None


class WaitingArtist(ArtistRequestDocument):
    """Whose it is, besides."""

    account: str


class ArtistRequestList(BaseModel):
    """Who waits to be an artist, the longest first."""

    items: list[WaitingArtist]
    next: str | None
