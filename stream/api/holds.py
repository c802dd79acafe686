"""Plays that wait for a person, as documents: for who keeps the books."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from accounting.hold_facts import explained_facts, held_facts
from accounting.holds import Who, explain, held_plays, reject, release
from accounting.reversing import Span, reverse_all
from accounting.unwinding import Charge
from base.database import Session
from catalog.plays import play_session, unknown_play
from stream.api.asking import Sparse, asking, told
from stream.api.documents import Evidence
from stream.api.plays import evidence_document
from stream.idempotency import at_most_once, keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.sessions import weigh

log = structlog.get_logger()

_NEVER_KEPT = {"Cache-Control": "no-store"}
_LIMIT, _MOST = 50, 500
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


class HoldQuery(Sparse):
    """Which plays: held for this reason, or of this listener."""

    reason: str | None = Field(default=None, max_length=40)
    listener: UUID | None = None
    limit: int = Field(default=_LIMIT, ge=1, le=_MOST)


class HeldPlay(BaseModel):
    """A play that is held: what it is about, and the figures that it was weighed by.

    `limits` is the number of the limits that it was weighed by; credit is in milli-credits.
    """

    play: str
    state: str
    reason: str
    listener_id: str
    listener: str
    track: str
    title: str
    payee: str
    heard_at: datetime
    weighed_at: datetime | None
    limits: int | None
    figures: dict[str, int]


class HoldDecided(BaseModel):
    """What a person did about it, and why."""

    decision: str
    at: datetime
    by: str
    why: str


class HoldExplained(HeldPlay):
    """The verdict, made again from what was stored, in sentences; and what was decided.

    `evidence` is what was heard, which is no reason to hold a play; `territory` where, if known.
    """

    evidence: Evidence
    territory: str | None
    reasons: list[str]
    sentences: list[str]
    decisions: list[HoldDecided]


class HeldPlays(BaseModel):
    """Plays that wait, those first that were heard first."""

    plays: list[HeldPlay]


class WhyDecided(BaseModel):
    """Why it is decided so; kept with the decision."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=500, pattern=_PRINTABLE)


class NewReversal(BaseModel):
    """What an account was charged for plays of a time, half-open, is to be undone, and why."""

    model_config = ConfigDict(extra="forbid")

    account: UUID
    since: AwareDatetime
    until: AwareDatetime
    why: str = Field(min_length=1, max_length=500, pattern=_PRINTABLE)


class ReversedCharge(BaseModel):
    """A play or purchase that was undone: the steps of a recording."""

    id: str
    kind: str
    recording: str
    first_step: int
    last_step: int


class Reversal(BaseModel):
    """What was undone now, of each recording the last first; later steps go with those asked for.

    What was undone before is not told again.
    """

    undone: list[ReversedCharge]


async def get_holds(request: web.Request) -> web.Response:
    """Answer plays that wait for a person."""
    await caller(request)
    asked = asking(request, HoldQuery)
    async with request.app[TOOLS].database.read() as session:
        found = await held_plays(
            session, limit=asked.limit, reason=asked.reason, listener_id=asked.listener
        )
    plays = [HeldPlay.model_validate(held_facts(one)) for one in found]
    return _answered(HeldPlays(plays=plays))


async def get_hold(request: web.Request) -> web.Response:
    """Answer why a play is held."""
    await caller(request)
    return _answered(await _explained(request))


async def release_hold(request: web.Request) -> web.Response:
    """Let a play be settled."""
    who, tools, play_id = await _decider(request), request.app[TOOLS], _id_of(request)
    step = partial(release, play_ids=[play_id], who=who, now=tools.clock())
    return await _decided(request, who, "release", step)


async def reject_hold(request: web.Request) -> web.Response:
    """Let a play come to nothing."""
    who, tools, play_id = await _decider(request), request.app[TOOLS], _id_of(request)
    step = partial(reject, play_ids=[play_id], who=who, now=tools.clock())
    return await _decided(request, who, "reject", step)


async def post_reversal(request: web.Request) -> web.Response:
    """Undo what an account was charged in a time."""
    keeper, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, keeper)  # what is undone is so once, under any key
    wanted = await told(request, NewReversal)
    span = Span(listener_id=wanted.account, since=wanted.since, until=wanted.until)
    who = Who(id=keeper.id, name=keeper.name, why=wanted.why)
    undone = await asked.once(
        tools, lambda session: reverse_all(session, span, who, now=tools.clock())
    )
    log.info("plays reversed", account=str(wanted.account), by=str(who.id), charges=len(undone))
    return _answered(Reversal(undone=[_reversed(one) for one in undone]))


def _reversed(charge: Charge) -> ReversedCharge:
    return ReversedCharge(
        id=str(charge.id),
        kind=charge.kind,
        recording=str(charge.recording_id),
        first_step=charge.first_step,
        last_step=charge.last_step,
    )


async def _decided(
    request: web.Request, who: Who, act: str, step: Callable[[Session], Awaitable[int]]
) -> web.Response:
    if await at_most_once(request, await caller(request), step):
        log.info("hold decided", act=act, play=str(_id_of(request)), by=str(who.id), why=who.why)
    return _answered(await _explained(request))


async def _explained(request: web.Request) -> HoldExplained:
    async with request.app[TOOLS].database.read() as session:
        found = await explain(session, _id_of(request))
        play = await play_session(session, found.held.session_id)
        evidence = evidence_document(await weigh(session, play))
        more = {"evidence": evidence.model_dump(), "territory": play.territory}
    return HoldExplained.model_validate(explained_facts(found) | more)


async def _decider(request: web.Request) -> Who:
    found = await caller(request)
    said = await told(request, WhyDecided)
    return Who(id=found.id, name=found.name, why=said.why)


def _id_of(request: web.Request) -> UUID:
    return id_in(request.match_info["play"], unknown_play())


def _answered(body: BaseModel) -> web.Response:
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)
