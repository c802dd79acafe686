"""What the caller heard, for them alone; forgetting it, and whether it counts for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict

from catalog.cards import Card, cards_for
from catalog.history import (
    choose_counted,
    forget_all,
    forget_one,
    is_counted,
    lock_choice,
    plays_of,
    sessions_of,
)
from catalog.models.plays import Grant, Play, PlaySession
from catalog.plays import unknown_play
from catalog.states import PlayState
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import asking, told
from stream.api.cards import TrackCard, card_document
from stream.api.paging import Keyset, Paged
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

_PLAYS = Keyset("history of plays", tuple[AwareDatetime, UUID])
_SESSIONS = Keyset("history of sessions", tuple[AwareDatetime, UUID])


class Of(StrEnum):
    """Plays that count, or all that was begun."""

    PLAYS = "plays"
    SESSIONS = "sessions"


class HistoryOfQuery(Paged):
    """Of what, how many, and from behind what."""

    of: Of = Of.PLAYS


class HeardDocument(BaseModel):
    """Something that was heard: `step` and `price` (in milli-credits) of what was paid for.

    `state` is what a session has come to; plays are settled.
    """

    play: str
    at: datetime
    grant: Grant | None
    state: PlayState
    kind: str | None
    step: int | None
    price: int | None
    card: TrackCard | None


class HeardList(BaseModel):
    """What was heard, the newest first."""

    items: list[HeardDocument]
    next: str | None


class ListeningChoice(BaseModel):
    """Whether what the caller hears may be part of what others are recommended."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"is_counted": False}]}
    )

    is_counted: bool


async def get_heard(request: web.Request) -> web.Response:
    """Answer what the caller heard, or began to."""
    asked, who = asking(request, HistoryOfQuery), await caller(request)
    list_of = sessions_heard if asked.of is Of.SESSIONS else plays_heard
    return answered(request, await list_of(request, who.id, asked), cache=NEVER_KEPT)


async def plays_heard(request: web.Request, account_id: UUID, asked: Paged) -> HeardList:
    """Answer the plays of an account, in parts."""
    async with request.app[TOOLS].database.read() as session:
        after = _PLAYS.after(asked.cursor)
        found = await plays_of(session, account_id, limit=asked.limit + 1, after=after)
        page = _PLAYS.page(found, limit=asked.limit, place=lambda one: (one.occurred_at, one.id))
        cards = await cards_for(session, account_id, {one.track_id for one in page.items})
    return HeardList(items=_play_documents(page.items, cards), next=page.next)


async def sessions_heard(request: web.Request, account_id: UUID, asked: Paged) -> HeardList:
    """Answer the sessions of an account, whatever they came to, in parts."""
    async with request.app[TOOLS].database.read() as session:
        after = _SESSIONS.after(asked.cursor)
        found = await sessions_of(session, account_id, limit=asked.limit + 1, after=after)
        page = _SESSIONS.page(found, limit=asked.limit, place=lambda one: (one.opened_at, one.id))
        cards = await cards_for(session, account_id, {one.track_id for one in page.items})
    return HeardList(items=_session_documents(page.items, cards), next=page.next)


async def delete_history(request: web.Request) -> web.Response:
    """Forget all that the caller heard until now, as far as they are told of it."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await forget_all(session, who.id, now=tools.clock())
    return no_content()


async def delete_heard(request: web.Request) -> web.Response:
    """Forget one thing that the caller heard."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await forget_one(session, who.id, id_in(request.match_info["play"], unknown_play()))
    return no_content()


async def get_choice(request: web.Request) -> web.Response:
    """Answer whether the caller is counted for recommendations."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        body = ListeningChoice(is_counted=await is_counted(session, who.id))
    return answered(request, body)


async def put_choice(request: web.Request) -> web.Response:
    """Let the caller be counted for recommendations, or not."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, ListeningChoice)
    async with tools.database.begin() as session:
        await lock_choice(session, who.id, now=tools.clock())
        before = ListeningChoice(is_counted=await is_counted(session, who.id))
        await require_match(request, lambda: before)
        await choose_counted(session, who.id, is_counted=wanted.is_counted, now=tools.clock())
    return answered(request, wanted)


def _play_documents(plays: Sequence[Play], cards: Mapping[UUID, Card]) -> list[HeardDocument]:
    return [
        HeardDocument(
            play=str(one.session_id),
            at=one.occurred_at,
            grant=None,
            state=PlayState.SETTLED,
            kind=one.kind,
            step=one.step,
            price=one.price_millicredits,
            card=_card(cards, one.track_id),
        )
        for one in plays
    ]


def _session_documents(
    sessions: Sequence[PlaySession], cards: Mapping[UUID, Card]
) -> list[HeardDocument]:
    return [
        HeardDocument(
            play=str(one.id),
            at=one.opened_at,
            grant=Grant(one.grant),
            state=PlayState(one.state),
            kind=None,
            step=None,
            price=None,
            card=_card(cards, one.track_id),
        )
        for one in sessions
    ]


def _card(cards: Mapping[UUID, Card], track_id: UUID) -> TrackCard | None:
    return card_document(cards[track_id]) if track_id in cards else None
