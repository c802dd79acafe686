"""Other masters of music that is out, as those see them who look at it before all hear them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from base.database import Session
from base.errors import Refused
from catalog.music import unknown_track
from catalog.removal import remove_holder
from catalog.version_reviews import Waiting, approve_version, return_version, waiting_versions
from catalog.versions import versions_of
from ingest.words import one_line
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.release_documents import Reason
from stream.api.versions import VersionFacts, document, facts, number_in
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

_PLACE = Keyset("version-reviews", tuple[AwareDatetime, UUID, int])
_NOTE_LETTERS = 1_000


class VersionToReview(BaseModel):
    """A master that waits, and what it is for; `note` is its owner's."""

    track: str
    title: str
    artist: str
    note: str | None
    version: VersionFacts


class VersionsToReview(BaseModel):
    """The masters that wait, those first that wait longest."""

    items: list[VersionToReview]
    next: str | None


async def get_version_reviews(request: web.Request) -> web.Response:
    """Answer the masters that wait to be looked at."""
    asked, tools = asking(request, Paged), request.app[TOOLS]
    after, reviews = _PLACE.after(asked.cursor), tools.settings.reviews
    async with tools.database.read() as session:
        found = await waiting_versions(session, reviews=reviews, after=after, limit=asked.limit + 1)
    page = _PLACE.page(found, limit=asked.limit, place=_place)
    return answered(
        request, VersionsToReview(items=list(map(_waiting, page.items)), next=page.next)
    )


async def post_version_approval(request: web.Request) -> web.Response:
    """Let all hear a master that was looked at."""
    who, tools = await caller(request), request.app[TOOLS]
    track_id, number = _track_in(request), number_in(request)
    step = partial(approve_version, track_id=track_id, number=number, by=who, now=tools.clock())
    await at_most_once(request, who, step)
    return await _versions(request, track_id)


async def post_version_return(request: web.Request) -> web.Response:
    """Give a master back to its owner, with a reason."""
    who, tools = await caller(request), request.app[TOOLS]
    track_id, number, now = _track_in(request), number_in(request), tools.clock()
    reason = one_line((await told(request, Reason)).reason, _NOTE_LETTERS)
    if reason is None:
        raise Refused("reason-missing", "Please say why, for its owner.", status=422)
    until = now + timedelta(seconds=tools.settings.removal_grace_s)

    async def work(session: Session) -> None:
        holder_id = await return_version(session, track_id, number, reason=reason, by=who, now=now)
        if holder_id is not None:
            await remove_holder(session, holder_id, now=now, until=until)

    await at_most_once(request, who, work)
    return await _versions(request, track_id)


async def _versions(request: web.Request, track_id: UUID) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        answer = document(await versions_of(session, track_id))
    return answered(request, answer, cache=NEVER_KEPT)


def _track_in(request: web.Request) -> UUID:
    return id_in(request.match_info["track"], unknown_track())


def _place(one: Waiting) -> tuple[datetime, UUID, int]:
    return one.version.made_at, one.version.track_id, one.version.number


def _waiting(one: Waiting) -> VersionToReview:
    return VersionToReview(
        track=str(one.track.id),
        title=one.track.title,
        artist=one.track.artist,
        note=one.version.note,
        version=facts(one.version, one.master),
    )
