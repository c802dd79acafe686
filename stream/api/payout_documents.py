"""Payouts as documents: what payees see of theirs, and treasurers of all.

Amounts are whole millionths of the currency beside them; an IBAN is shown masked everywhere but
in the file that goes to the bank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from accounting.bank_accounts import masked
from accounting.bank_details import details_with
from accounting.payees import Payee, payees_named
from accounting.payout_rows import payouts_in
from accounting.payouts import SENTENCES, Why, payee_id_of
from accounting.transfers import Result
from base.database import Session
from catalog.models.payouts import BankDetails, Payout, PayoutRun
from catalog.payout_states import PayoutState

SCALE = 6


class EnterDetails(BaseModel):
    """Say where to send what a payee is owed: the caller, or one that they speak for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    holder: str = Field(max_length=200)
    iban: str = Field(max_length=60)
    bic: str = Field(default="", max_length=20)
    payee: str = Field(default="", max_length=40)


class ReturnPayout(BaseModel):
    """Say that a transfer came back: why, by a code of ISO 20022, and what the bank took for it."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(pattern="^[A-Z0-9]{4}$")
    fee_cents: int = Field(default=0, ge=0, le=100_000)


class DetailsDocument(BaseModel):
    """Bank details, as far as they are shown."""

    holder: str
    iban: str
    bic: str | None
    entered_at: datetime
    #: From when on they are paid to.
    usable_from: datetime


class DetailsHistory(BaseModel):
    """All bank details that a payee has entered, those in force first."""

    payee: str
    sentence: str
    bank_details: list[DetailsDocument]


class Reason(BaseModel):
    """Why nothing is paid."""

    code: str
    sentence: str


class PayoutDocument(BaseModel):
    """What a payee gets in a run, and where it is."""

    payout: str
    run: str
    payee: str
    holder: str
    iban: str
    currency: str
    scale: int = SCALE
    amount: int
    #: What goes to the reserve, and what comes back from it, beside it.
    held: int
    released: int
    state: str
    booked_at: datetime | None
    settled_at: datetime | None
    returned_at: datetime | None
    #: Who says that it came back, where nobody else has said so yet.
    return_said_by: str | None
    reason: str | None


class StandingDocument(BaseModel):
    """What a payee is owed in a currency, as far as months are closed, and when it is paid."""

    payee: str
    currency: str
    scale: int = SCALE
    payable: int
    reserve: int
    threshold: int
    waits: list[Reason]


class OwnPayouts(BaseModel):
    """How the caller's payees stand, and what they were paid, the newest first."""

    standings: list[StandingDocument]
    payouts: list[PayoutDocument]


class WaitingDocument(BaseModel):
    """A payee whom a run leaves out, and all reasons."""

    payee: str
    name: str
    currency: str
    payable: int
    why: list[str]


class RunDocument(BaseModel):
    """A payout run; `total` is what leaves the bank."""

    run: str
    state: str
    currency: str
    scale: int = SCALE
    total: int
    until: datetime
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    exported_at: datetime | None
    executes_on: date | None
    policy: dict[str, Any]
    payouts: list[PayoutDocument]
    waiting: list[WaitingDocument]


class RunFacts(BaseModel):
    """A run in a list."""

    run: str
    state: str
    currency: str
    until: datetime
    drafted_at: datetime


class RunList(BaseModel):
    """Runs, the newest first."""

    runs: list[RunFacts]


class PayoutList(BaseModel):
    """Payouts that were asked for."""

    payouts: list[PayoutDocument]


class StatementTaken(BaseModel):
    """What was booked of a statement: of how many entries, and those that could not be."""

    booked: int
    troubles: list[Reason]


def payout_document(one: Payout, to: BankDetails) -> PayoutDocument:
    """Answer a payout, and where it goes."""
    return PayoutDocument(
        payout=str(one.id),
        run=str(one.run_id),
        payee=one.payee,
        holder=to.holder,
        iban=masked(to.iban),
        currency=one.currency,
        amount=one.amount,
        held=one.held,
        released=one.released,
        state=one.state,
        booked_at=one.booked_at,
        settled_at=one.settled_at,
        returned_at=one.returned_at,
        return_said_by=None if one.return_said_by is None else str(one.return_said_by),
        reason=one.reason,
    )


async def payout_documents(session: Session, payouts: Sequence[Payout]) -> list[PayoutDocument]:
    """Answer payouts, and where each goes."""
    details = await details_with(session, {one.details_id for one in payouts})
    return [payout_document(one, details[one.details_id]) for one in payouts]


async def run_document(session: Session, run: PayoutRun) -> RunDocument:
    """Answer a run with all that is in it."""
    documents = await payout_documents(session, await payouts_in(session, run.id))
    ids = {payee_id_of(one["payee"]) for one in run.waiting}
    named = await payees_named(session, {one for one in ids if one is not None})
    return RunDocument(
        run=str(run.id),
        state=run.state,
        currency=run.currency,
        total=sum(one.amount for one in documents if one.state != PayoutState.CANCELLED),
        until=run.until,
        drafted_by=str(run.drafted_by),
        drafted_at=run.drafted_at,
        approved_by=None if run.approved_by is None else str(run.approved_by),
        approved_at=run.approved_at,
        exported_at=run.exported_at,
        executes_on=run.executes_on,
        policy=run.policy,
        payouts=documents,
        waiting=[WaitingDocument(name=_name(named, one["payee"]), **one) for one in run.waiting],
    )


def _name(named: Mapping[UUID, Payee], payee: str) -> str:
    known = payee_id_of(payee)
    found = None if known is None else named.get(known)
    return "" if found is None else found.name


def run_facts(run: PayoutRun) -> RunFacts:
    """Answer a run, as a list has it."""
    return RunFacts(
        run=str(run.id),
        state=run.state,
        currency=run.currency,
        until=run.until,
        drafted_at=run.drafted_at,
    )


def details_document(one: BankDetails, *, usable_from: datetime) -> DetailsDocument:
    """Answer bank details, masked."""
    return DetailsDocument(
        holder=one.holder,
        iban=masked(one.iban),
        bic=one.bic,
        entered_at=one.entered_at,
        usable_from=usable_from,
    )


def reason_of(why: Why) -> Reason:
    """Answer a reason as a payee reads it."""
    return Reason(code=why, sentence=SENTENCES[why])


def reason_of_result(one: Result) -> Reason:
    """Answer what could not be booked of a statement, and why."""
    return Reason(code=one.trouble, sentence=f"{one.news.reference}: {one.sentence}")
