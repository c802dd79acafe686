"""Deals as documents: where music may be had, when, and for what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from accounting.deal_rows import (
    NewDeal,
    add_deal,
    deal_row,
    deals_about,
    end_deal,
    owner_of,
    unknown_deal,
)
from accounting.deals import DealModel, DealUse, Subject
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.deals import Deal
from catalog.music import unknown_track
from catalog.oversight import oversees
from catalog.permissions import Permission
from stream.api.asking import Sparse, asking, told
from stream.api.buying_documents import OneOf
from stream.api.tracks import track_id_of
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class NewDealDocument(OneOf):
    """Say where a track, a recording or a release may be had: `paid`, `free`, or `unavailable`.

    Everywhere, unless there is a list of countries; not in those that are excluded; from now on,
    unless told; to be heard (`stream`) and kept (`download`), unless there is a list of uses. As
    soon as there is a deal, only what one allows is to be had. Plays are paid for only where a
    track may be both heard and kept.
    """

    track: str | None = Field(default=None, max_length=64)
    recording: str | None = Field(default=None, max_length=64)
    release: str | None = Field(default=None, max_length=64)
    model: DealModel
    territories: Annotated[list[Country] | None, Field(max_length=300)] = None
    excluded: list[Country] = Field(default=[], max_length=300)
    uses: Annotated[list[DealUse] | None, Field(min_length=1, max_length=2)] = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class DealDocument(BaseModel):
    """A deal; `is_supplied` where a label's message said it.

    Such a one may be for parts of countries (`US-CA`), and from one day to another of wherever it
    holds: then its instants are those between which it may hold anywhere. With an empty list of
    uses it allows nothing, and says that only what others allow is to be had.
    """

    id: str
    track: str | None
    recording: str | None
    release: str | None
    model: DealModel
    territories: list[str] | None
    excluded: list[str]
    uses: list[DealUse] | None
    starts_at: datetime
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    is_supplied: bool


class DealList(BaseModel):
    """All deals that say something of a track, the newest first."""

    deals: list[DealDocument]


class DealQuery(Sparse):
    """Of which track."""

    track: str = Field(min_length=1, max_length=64)


async def post_deal(request: web.Request) -> web.Response:
    """Say where something of the caller's may be had; operators of anything."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, who)
    wanted = await told(request, NewDealDocument)
    now = tools.clock()
    subject, about = _subject(wanted)
    new = NewDeal(
        subject=subject,
        subject_id=track_id_of(about),
        model=wanted.model,
        territories=wanted.territories,
        excluded=wanted.excluded,
        uses=wanted.uses,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        key=asked.key,
    )

    async def work(session: Session) -> Deal:
        return await own_deal(session, who, new, now=now)

    made = await asked.once(tools, work)
    return web.json_response(text=_document(made).model_dump_json(), status=201)


async def own_deal(session: Session, who: Caller, new: NewDeal, *, now: datetime) -> Deal:
    """Say where something of the caller's may be had; an operator of anything."""
    await _require_own(session, who, new.subject, new.subject_id)
    return await deal_row(session, await add_deal(session, new, by=who.id, now=now))


async def get_deals(request: web.Request) -> web.Response:
    """Answer what is said of a track of the caller's."""
    query = asking(request, DealQuery)
    who, track_id = await caller(request), track_id_of(query.track)
    async with request.app[TOOLS].database.read() as session:
        await _require_own(session, who, Subject.TRACK, track_id)
        found = await deals_about(session, track_id)
    body = DealList(deals=[_document(one) for one in found])
    return web.json_response(text=body.model_dump_json())


async def delete_deal(request: web.Request) -> web.Response:
    """Let a deal end now; it stays written that it was."""
    who, tools = await caller(request), request.app[TOOLS]
    deal_id = id_in(request.match_info["deal"], unknown_deal())
    async with tools.database.begin() as session:
        await end_own_deal(session, who, deal_id, now=tools.clock())
    return web.Response(status=204)


async def end_own_deal(session: Session, who: Caller, deal_id: UUID, *, now: datetime) -> None:
    """Let a deal of the caller's end now; an operator anybody's.

    Raises:
        Refused: `deal-unknown`, 404, also where it is somebody else's.

    """
    deal = await deal_row(session, deal_id)
    subject, about = next(
        (one, about) for one in Subject if (about := getattr(deal, f"{one.name.lower()}_id"))
    )
    is_own = await owner_of(session, subject, about) == who.id
    if not is_own and not oversees(who, Permission.MUSIC_OVERSEE):
        raise unknown_deal()
    await end_deal(session, deal_id, now=now)


def _subject(wanted: NewDealDocument) -> tuple[Subject, str]:
    if wanted.track is not None:
        return Subject.TRACK, wanted.track
    if wanted.recording is not None:
        return Subject.RECORDING, wanted.recording
    return Subject.RELEASE, wanted.release or ""


async def _require_own(session: Session, who: Caller, subject: Subject, about: UUID) -> None:
    owner = await owner_of(session, subject, about)
    if owner is None or (owner != who.id and not oversees(who, Permission.MUSIC_OVERSEE)):
        raise _unknown(subject)


def _unknown(subject: Subject) -> Refused:
    if subject is Subject.TRACK:
        return unknown_track()
    name = subject.name.lower()
    return Refused(f"{name}-unknown", f"There is no such {name}.", status=404)


def _document(deal: Deal) -> DealDocument:
    return DealDocument(
        id=str(deal.id),
        track=_text(deal.track_id),
        recording=_text(deal.recording_id),
        release=_text(deal.release_id),
        model=DealModel(deal.model),
        territories=deal.territories,
        excluded=deal.excluded,
        uses=None if deal.uses is None else [DealUse(one) for one in deal.uses],
        starts_at=deal.starts_at,
        ends_at=deal.ends_at,
        starts_on=deal.starts_on,
        ends_on=deal.ends_on,
        is_supplied=deal.supplied_id is not None,
    )


def _text(about: UUID | None) -> str | None:
    return None if about is None else str(about)
