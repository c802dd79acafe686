"""Months of the books as documents: what is told of them, and what is asked."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from accounting.statement_forms import SCALE
from stream.api.asking import Instant, MonthName, Sparse

#: A line without control characters: payees read it.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


class SectionSum(BaseModel):
    """What came to all payees, or went, for one reason."""

    reason: str
    currency: str
    number: int
    amount: int


class MonthOutlook(BaseModel):
    """What a month would come to if it were closed now; amounts are micro-units."""

    month: str
    starts_at: datetime
    ends_at: datetime
    over: bool
    payees: int
    scale: int = SCALE
    sums: list[SectionSum]


class MonthClosed(BaseModel):
    """A month that is closed; `digest` is of all that was frozen."""

    month: str
    closed_at: datetime
    #: Whose account closed it, if a person did.
    closed_by: str | None
    statements: int
    digest: str


class WhyRestated(BaseModel):
    """Why statements are told anew, in a sentence for payees; of one payee alone, if named."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=1000, pattern=_PRINTABLE)
    payee: str | None = Field(default=None, max_length=80)


class Restated(BaseModel):
    """A statement of a later version, and what it differs by."""

    payee: str
    currency: str
    version: int
    change: int


class RestatedList(BaseModel):
    """Whose statements were told anew."""

    scale: int = SCALE
    statements: list[Restated]


class MonthQuery(Sparse):
    """Of which month; the current one unless told."""

    month: MonthName | None = None


class InstantQuery(Sparse):
    """As of which instant; now unless told."""

    before: Instant | None = None


class AccountTotal(BaseModel):
    """What accounts of a kind come to; what is owed or earned is positive."""

    account: str
    currency: str
    amount: int
    credits: int


class Totals(BaseModel):
    """What accounts come to, in micro-units and millionths of a credit."""

    scale: int = SCALE
    totals: list[AccountTotal]


class DeferredCredit(BaseModel):
    """Credit that was paid for and not spent, since so many days at least."""

    days: int
    currency: str
    lots: int
    credits: int
    amount: int


class DeferredList(BaseModel):
    """Credit that was paid for and not spent, by how long it has waited."""

    scale: int = SCALE
    deferred: list[DeferredCredit]
