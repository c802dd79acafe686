"""What is bought, given and given back, as documents; prices in milli-credits."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from accounting.purchase_rows import Bought
from accounting.quoting import Nothing

#: A line without control characters: it is shown in lists and statements.
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


#: What a body may be about.
_SUBJECTS = ("track", "recording", "release", "play", "purchase")


class OneOf(BaseModel):
    """A body that is about one thing."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        names = [name for name in _SUBJECTS if name in type(self).model_fields]
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"say which {' or '.join(names)}, and one of them")
        return self


class NewPurchase(OneOf):
    """Buy a track outright, or what of a release is not owned yet."""

    track: str | None = Field(default=None, max_length=64)
    release: str | None = Field(default=None, max_length=64)


class PurchaseFacts(BaseModel):
    """A recording that is somebody's now: the steps that were left, and what they came to."""

    id: str
    track: str
    recording: str
    first_step: int
    last_step: int
    price: int
    bought_at: datetime
    transaction: int


class Purchased(BaseModel):
    """All that was bought at once, and what is left in the wallet."""

    purchases: list[PurchaseFacts]
    price: int
    balance: int


class PriceDocument(BaseModel):
    """What a track costs who asks: the next play, and all that is left until it is owned.

    `nothing` says why nothing is to be bought. The balance is what can be spent.
    """

    track: str
    plays: int
    steps: int
    next_price: int
    remainder: int
    nothing: Nothing | None
    territory: str | None
    balance: int


class NewRefund(OneOf):
    """Give a play or a purchase back, and say why."""

    play: str | None = Field(default=None, max_length=64)
    purchase: str | None = Field(default=None, max_length=64)
    reason: str = Field(min_length=3, max_length=200, pattern=PRINTABLE)


class RefundDocument(BaseModel):
    """What was given back, by which transaction; whoever paid has the credit again."""

    transaction: int
    reverses: int
    recording: str
    first_step: int
    last_step: int


class NewGift(BaseModel):
    """Give a track to whoever has its code; or credit to a listener, by the number of theirs."""

    model_config = ConfigDict(extra="forbid")

    track: str | None = Field(default=None, max_length=64)
    listener: str | None = Field(default=None, max_length=64)
    millicredits: int | None = Field(default=None, ge=1, le=1_000_000_000)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        is_credit = self.listener is not None and self.millicredits is not None
        has_any = self.listener is not None or self.millicredits is not None
        if (self.track is None) != is_credit or (self.track is not None and has_any):
            raise ValueError("give a track, or millicredits to a listener")
        return self


class GiftDocument(BaseModel):
    """A gift; `code` is what its giver hands on. One of credit has neither code nor end."""

    id: str
    track: str | None
    code: str | None
    made_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    accepted: bool


class GiftList(BaseModel):
    """What somebody gave, the newest first."""

    gifts: list[GiftDocument]


class CreditGiven(BaseModel):
    """Credit that went to a listener."""

    transaction: int
    balance: int


def purchase_facts(one: Bought) -> PurchaseFacts:
    """Tell of a purchase."""
    return PurchaseFacts(
        id=str(one.id),
        track=str(one.track_id),
        recording=str(one.recording_id),
        first_step=one.first_step,
        last_step=one.last_step,
        price=one.price_millicredits,
        bought_at=one.bought_at,
        transaction=one.txn_id,
    )
