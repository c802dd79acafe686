"""Becoming an artist: asked for by whoever listens, decided by moderators where the house wants."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.database import Session
from base.errors import Refused
from catalog.artist_requests import (
    Verdict,
    ask_to_join,
    decide_request,
    open_requests,
    request_of,
    unknown_request,
)
from catalog.callers import Caller
from catalog.mails import MailKind
from catalog.models.artists import ArtistRequest
from catalog.states import ClaimEvent, ClaimState
from stream.api.answers import NEVER_KEPT, answered
from stream.api.artist_request_documents import (
    ArtistRequestDocument,
    ArtistRequestList,
    NewArtistRequest,
    WaitingArtist,
)
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.split_documents import Decision
from stream.identity.callers import caller
from stream.identity.writing_to import tell_owner
from stream.ids import id_in
from stream.keys import TOOLS

REQUESTS = Keyset("artist-requests", tuple[AwareDatetime, UUID])
_DECISIONS: Mapping[ClaimEvent, str] = {
    ClaimEvent.APPROVE: "You are an artist here now, as {name}. Your studio is open: drop an album "
    "folder, and it becomes a draft that only you hear.",
    ClaimEvent.DENY: "You asked to be an artist here, as {name}. A moderator said no, and why: "
    "{reason} You may ask again.",
}


async def post_artist_request(request: web.Request) -> web.Response:
    """Ask to be an artist, or be one at once where that is open to all."""
    who, body = await caller(request), await told(request, NewArtistRequest)
    row = await asked_to_join(request, who, body.name)
    return answered(request, _document(row), status=201, cache=NEVER_KEPT)


async def asked_to_join(request: web.Request, who: Caller, name: str) -> ArtistRequest:
    """Have somebody be an artist of a name, or wait for a moderator, as the house has it.

    Raises:
        Refused: `artist-already`, 409.

    """
    tools = request.app[TOOLS]
    is_open = tools.settings.lets_artists_in(reviews=tools.settings.reviews)
    async with tools.database.begin() as session:
        return await ask_to_join(session, who, name, is_open=is_open, now=tools.clock())


async def get_artist_request(request: web.Request) -> web.Response:
    """Answer what the caller asked for last."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        row = await request_of(session, who.id)
    if row is None:
        raise Refused("not-asked", "You have not asked to be an artist.", status=404)
    return answered(request, _document(row), cache=NEVER_KEPT)


async def get_artist_requests(request: web.Request) -> web.Response:
    """Answer who waits to be an artist, the longest first."""
    asked = asking(request, Paged)
    after = REQUESTS.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await open_requests(session, after=after, limit=asked.limit + 1)
    page = REQUESTS.page(found, limit=asked.limit, place=place_of)
    items = [
        WaitingArtist(account=str(one.account_id), **_document(one).model_dump())
        for one in page.items
    ]
    return answered(request, ArtistRequestList(items=items, next=page.next), cache=NEVER_KEPT)


async def put_artist_decision(request: web.Request) -> web.Response:
    """Let somebody in, or say why not, once; the same again changes nothing."""
    body = await told(request, Decision)
    request_id = id_in(request.match_info["request"], unknown_request())
    async with request.app[TOOLS].database.begin() as session:
        said = Verdict(event=ClaimEvent(body.decision), reason=body.reason.strip())
        row = await decided(request, session, request_id, said)
    return answered(request, _document(row), cache=NEVER_KEPT)


async def decided(
    request: web.Request, session: Session, request_id: UUID, said: Verdict
) -> ArtistRequest:
    """Decide, and write to who asked.

    Raises:
        Refused: as `decide_request`; `reason-missing`, 422: who is not let in is told why.

    """
    if said.event is ClaimEvent.DENY and not said.reason:
        raise Refused("reason-missing", "Please say why: they read it.", status=422)
    who, now = await caller(request), request.app[TOOLS].clock()
    row, is_new = await decide_request(session, request_id, said, who, now=now)
    if is_new:
        what = _DECISIONS[said.event].format(name=row.name, reason=said.reason)
        await tell_owner(request, session, MailKind.ARTIST, row.account_id, what=what)
    return row


def place_of(row: ArtistRequest) -> tuple[AwareDatetime, UUID]:
    """Answer where one stands among those who wait."""
    return row.made_at, row.id


def _document(row: ArtistRequest) -> ArtistRequestDocument:
    return ArtistRequestDocument(
        id=str(row.id),
        name=row.name,
        state=ClaimState(row.state),
        made_at=row.made_at,
        decided_at=row.decided_at,
        reason=row.reason,
    )
