"""What it takes to own a recording, or why there is nothing to buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from accounting.deals import DealModel, Dealt
from base.errors import Refused


class Nothing(StrEnum):
    """Why a track is not sold to somebody."""

    OWN = "own"
    OWNED = "owned"
    FREE = "free"
    NO_DEAL = "no-deal"
    NOT_FOR_SALE = "not-for-sale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A track that somebody asks for."""

    track_id: UUID
    recording_id: UUID
    owner_id: UUID
    #: Whether everybody may hear it.
    is_audible: bool
    #: Nobody pays for it, as its owner wants.
    is_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a listener still has to pay for an article, in milli-credits; nothing, and why.

    `plays` is how many steps were paid for so far, of `steps`.
    """

    article: Article
    dealt: Dealt
    plays: int
    steps: int
    next_price: int
    remainder: int
    nothing: Nothing | None = None


class Standing(Protocol):
    """How far a listener is on the way to owning a recording."""

    @property
    def plays(self) -> int:
        """How many steps were paid for."""

    @property
    def owned_at(self) -> datetime | None:
        """Since when it is theirs."""


def quoted(
    article: Article,
    *,
    listener_id: UUID,
    dealt: Dealt,
    standing: Standing,
    prices: Sequence[int],
) -> Quote:
    """Answer what a listener has to pay to own an article."""
    plays = standing.plays
    nothing = _nothing(article, listener_id, dealt, is_owned=standing.owned_at is not None)
    left = () if nothing else prices[plays:]
    return Quote(
        article=article,
        dealt=dealt,
        plays=plays,
        steps=len(prices),
        next_price=left[0] if left else 0,
        remainder=sum(left),
        nothing=nothing if left or nothing else Nothing.OWNED,
    )


def _nothing(
    article: Article, listener_id: UUID, dealt: Dealt, *, is_owned: bool
) -> Nothing | None:
    if article.owner_id == listener_id:
        return Nothing.OWN
    if is_owned:
        return Nothing.OWNED
    if not article.is_audible:
        return Nothing.NOT_FOR_SALE
    if dealt.model is DealModel.UNAVAILABLE:
        return Nothing.NO_DEAL
    is_free = article.is_free or dealt.model is DealModel.FREE
    return Nothing.FREE if is_free else None


_SENTENCES = {
    Nothing.OWN: "It is your own: you hear it for nothing.",
    Nothing.OWNED: "You own it: it plays for nothing, and nothing is left to pay.",
    Nothing.FREE: "It is free: it plays for nothing, and nothing is left to pay.",
    Nothing.NO_DEAL: "It may not be sold where you are.",
    Nothing.NOT_FOR_SALE: "It is not for sale now.",
}


def nothing_to_buy(why: Nothing) -> Refused:
    """Say why there is nothing to buy."""
    return Refused("nothing-to-buy", _SENTENCES[why], status=409)


class InsufficientCredit(Refused):
    """There is less to spend than it takes, `of` what counts for it; all in milli-credits.

    Of the balance only `spendable` may be spent on it, and `held` waits for plays that are heard.
    """

    def __init__(
        self,
        *,
        price: int,
        balance: int,
        spendable: int | None = None,
        held: int = 0,
        of: str = "to spend on it",
    ) -> None:
        """Say how much there is."""
        spendable = balance if spendable is None else spendable
        super().__init__(
            "insufficient-credit",
            f"It costs {price} milli-credits, and there are {max(0, spendable - held)} {of}: "
            "please add some first.",
            status=402,
            figures={"price": price, "balance": balance, "spendable": spendable, "held": held},
        )
        self.price = price
        self.balance = balance
