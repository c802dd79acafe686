"""Whether the releases of an account are looked at before they come out, for operators."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from base.errors import Refused
from catalog.models.people import Account
from catalog.review_rules import reviewed_account, rule_review
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import told
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS


class WriteReviewRule(BaseModel):
    """Whether releases are looked at; null is as `REFRAIN_REVIEW` says."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"is_reviewed": True}]}
    )

    is_reviewed: bool | None


class ReviewRuleDocument(BaseModel):
    """What is told of an account, and what comes of it: whether its releases are looked at."""

    account: str
    name: str
    is_reviewed: bool | None
    applies: bool


async def get_review_rule(request: web.Request) -> web.Response:
    """Answer the rule of an account."""
    async with request.app[TOOLS].database.read() as session:
        found = await reviewed_account(session, _account_in(request))
    return answered(request, _document(request, found), cache=NEVER_KEPT)


async def put_review_rule(request: web.Request) -> web.Response:
    """Write the rule of an account."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, WriteReviewRule)
    async with tools.database.begin() as session:
        found = await reviewed_account(session, _account_in(request), lock=True)
        await require_match(request, lambda: _document(request, found))
        await rule_review(session, found, body.is_reviewed, by=who, now=tools.clock())
    return answered(request, _document(request, found), cache=NEVER_KEPT)


def _document(request: web.Request, account: Account) -> ReviewRuleDocument:
    said, always = account.is_reviewed, request.app[TOOLS].settings.review == "always"
    return ReviewRuleDocument(
        account=str(account.id),
        name=account.name,
        is_reviewed=said,
        applies=always if said is None else said,
    )


def _account_in(request: web.Request) -> UUID:
    unknown = Refused("account-unknown", "There is no such account.", status=404)
    return id_in(request.match_info["account"], unknown)
