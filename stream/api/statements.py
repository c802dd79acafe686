"""Statements of payees: what there is, and each as CSV, JSON or PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, Field

from accounting.statement_forms import SCALE, as_csv, as_json
from accounting.statement_pdf import as_pdf
from accounting.statements import Proof, Statement
from accounting.told import (
    Summary,
    Which,
    payees_for,
    proof_of,
    statement_or_none,
    summaries,
    unknown_statement,
)
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import Permission
from stream.api.asking import MonthName, PayeeName, Sparse, asking
from stream.api.openapi import Route
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.keys import TOOLS

#: What money is told of is for its payee alone.
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_MIMES = {"csv": "text/csv", "json": "application/json", "pdf": "application/pdf"}


class StatementFacts(BaseModel):
    """A statement without its lines; amounts are micro-units of its currency."""

    payee: str
    period: str
    currency: str
    version: int
    made_at: datetime
    opening: int
    closing: int
    restated: int
    digest: str
    #: Where it is, as `.csv`, `.json` and `.pdf`.
    href: str


class StatementList(BaseModel):
    """The statements of who asks, the latest first."""

    scale: int = SCALE
    statements: list[StatementFacts]


class StatementsQuery(Sparse):
    """Whose: who keeps the books may name another payee."""

    payee: PayeeName | None = None


class StatementQuery(StatementsQuery):
    """Which of several; the latest version, unless told."""

    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    version: int | None = Field(default=None, ge=1, le=1000)


async def get_statements(request: web.Request) -> web.Response:
    """Answer what statements there are."""
    who = await caller(request)
    asked = asking(request, StatementsQuery)
    async with request.app[TOOLS].database.read() as session:
        found = await statements_of(session, await _payees(session, who, asked.payee))
    document = StatementList(statements=found)
    return web.json_response(document.model_dump(mode="json"), headers=_PRIVATE)


async def statements_of(session: Session, payees: Sequence[str]) -> list[StatementFacts]:
    """Answer what statements payees have, the latest of each first."""
    return [_facts(payee, one) for payee in payees for one in await summaries(session, payee)]


async def get_statement(request: web.Request) -> web.Response:
    """Answer a statement in one of its forms."""
    who = await caller(request)
    asked = asking(request, StatementQuery)
    form = request.match_info["form"]
    if form not in _MIMES:
        raise Refused("form-unknown", "A statement is a .csv, a .json or a .pdf.", status=404)
    async with request.app[TOOLS].database.read() as session:
        made, proof = await _found(session, who, asked, request.match_info["period"])
    # A long one takes a good part of a second, in which others are answered.
    content = await asyncio.to_thread(_printed, made, proof, form)
    name = f"statement {made.period.name} {made.currency} v{made.version}"
    headers = {**_PRIVATE, "Content-Disposition": attachment(name, f".{form}")}
    charset = None if form == "pdf" else "utf-8"
    return web.Response(body=content, content_type=_MIMES[form], charset=charset, headers=headers)


async def _payees(session: Session, who: Caller, payee: str | None) -> list[str]:
    """Answer whose statements somebody may see of those that they ask for.

    Raises:
        Refused: `not-allowed`, 403: those of somebody else.

    """
    own = await payees_for(session, who.id)
    if payee is None:
        return own
    if payee not in own and not who.may(Permission.BOOKS_READ):
        raise Refused(
            "not-allowed", "Statements are for their payee, and who keeps the books.", status=403
        )
    return [payee]


async def _found(
    session: Session, who: Caller, asked: StatementQuery, period: str
) -> tuple[Statement, Proof]:
    """Answer the first that there is: an artist's, and else a member's, or of whom they speak for.

    Raises:
        Refused: `not-allowed`, 403; `statement-unknown`, 404; `currency-missing`, 409.

    """
    for payee in await _payees(session, who, asked.payee):
        which = Which(payee_id=payee, period=period, currency=asked.currency, version=asked.version)
        if made := await statement_or_none(session, which):
            return made, await proof_of(session, made)
    raise unknown_statement(period)


def _printed(made: Statement, proof: Proof, form: str) -> bytes:
    if form == "pdf":
        return as_pdf(made, proof=proof)
    return (as_csv(made) if form == "csv" else as_json(made)).encode()


def _facts(payee: str, one: Summary) -> StatementFacts:
    query = f"payee={payee}&currency={one.currency}&version={one.version}"
    return StatementFacts(
        payee=payee,
        period=one.period,
        currency=one.currency,
        version=one.version,
        made_at=one.made_at,
        opening=one.opening,
        closing=one.closing,
        restated=one.restated,
        digest=one.digest.hex(),
        href=f"/api/v1/statements/{one.period}.json?{query}",
    )


def statement_routes() -> list[Route]:
    """Answer every operation on statements."""
    return [
        Route(
            method="GET",
            path="/api/v1/statements",
            handler=get_statements,
            needs=Permission.EARNINGS_READ,
            summary="Your statements, the latest first; who keeps the books may name a payee.",
            query=StatementsQuery,
            answers={200: StatementList},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/statements/{period}.{form}",
            handler=get_statement,
            needs=Permission.EARNINGS_READ,
            summary="A statement of a month as `csv`, `json` or `pdf`, the latest version.",
            query=StatementQuery,
            places={"form": Literal["csv", "json", "pdf"], "period": MonthName},
            answers={200: ("text/csv", "application/json", "application/pdf")},
            problems=(401, 403, 404, 409, 422),
        ),
    ]
