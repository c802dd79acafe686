"""The documents of the books themselves: our own money on its way, and what is put right."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from accounting.payments.amounts import Money
from catalog.models.payments import Adjustment, Payment

SCALE: Literal[6] = 6
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_CURRENCY = r"^[A-Z]{3}$"
_MOST = 10**15


class _Moved(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reference: str = Field(min_length=1, max_length=140, pattern=_PRINTABLE)
    amount: int = Field(gt=0, le=_MOST)
    currency: str = Field(pattern=_CURRENCY)
    scale: Literal[6]
    day: date

    @property
    def money(self) -> Money:
        """What moved."""
        return Money(micros=self.amount, currency=self.currency)


class NewSettlement(_Moved):
    """A provider's payout that arrived at the bank; `fee` is what it kept of it besides."""

    provider: str = Field(pattern=r"^[a-z]{1,20}$")
    fee: int = Field(default=0, ge=0, le=_MOST)


class NewVatPayment(_Moved):
    """Tax of a country that was paid from the bank."""

    country: str = Field(pattern=r"^[A-Z]{2}$")


class Booked(BaseModel):
    """The transaction that says so."""

    transaction: int


class AdjustmentLine(BaseModel):
    """An amount for an account, as `psp:stripe`; debits are positive."""

    model_config = ConfigDict(extra="forbid")

    account: str = Field(min_length=1, max_length=120)
    amount: Annotated[int, Field(ge=-_MOST, le=_MOST)]
    currency: str = Field(pattern=_CURRENCY)


class NewAdjustment(BaseModel):
    """What shall be put right, and why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, pattern=_PRINTABLE)
    entries: Annotated[list[AdjustmentLine], Field(min_length=2, max_length=50)]
    scale: Literal[6]
    day: date


class AdjustmentDocument(BaseModel):
    """What was proposed; it is booked when there is a `transaction`."""

    id: UUID
    reason: str
    entries: list[AdjustmentLine]
    scale: Literal[6] = SCALE
    occurred_at: datetime
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    transaction: int | None


class AdjustmentList(BaseModel):
    """The last adjustments, the newest first."""

    adjustments: list[AdjustmentDocument]


class CountryDiffers(BaseModel):
    """A top-up of a listener who says `country`, by a card or an account of `told`."""

    topup: UUID
    account: UUID
    country: str
    told: str
    paid_at: datetime | None
    paid: int
    currency: str
    scale: Literal[6] = SCALE


class DifferingCountries(BaseModel):
    """Top-ups whose evidence of the country differs, the newest first."""

    topups: list[CountryDiffers]


def adjustment_document(row: Adjustment) -> AdjustmentDocument:
    """Tell how an adjustment stands."""
    return AdjustmentDocument(
        id=row.id,
        reason=row.reason,
        entries=[AdjustmentLine.model_validate(one) for one in row.entries],
        occurred_at=row.occurred_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        transaction=row.txn_id,
    )


def country_differs(payment: Payment) -> CountryDiffers:
    """Tell of a top-up whose evidence differs."""
    return CountryDiffers(
        topup=payment.id,
        account=payment.listener_id,
        country=payment.country,
        told=payment.country_told or "",
        paid_at=payment.paid_at,
        paid=payment.paid,
        currency=payment.currency,
    )
