"""Shares: proposed, looked at, accepted and declined."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.agreeing import Proposal, accept, decline, propose
from accounting.consent import Wanted
from accounting.payees import payees_of_account
from accounting.sheets import (
    Subject,
    concerning,
    history,
    sheet_of,
    unknown_sheet,
    waiting_for,
)
from base.database import Session
from catalog.callers import Caller
from catalog.models.rights import SheetKind, SplitSheet
from catalog.music import track_of, unknown_track
from catalog.permissions import Permission
from stream.api.asking import asking, told
from stream.api.payees import payee_id_of
from stream.api.sheet_views import described
from stream.api.split_documents import (
    Answer,
    NewContract,
    NewSplit,
    SheetDocument,
    SheetList,
    SplitQuery,
)
from stream.api.tracks import track_id_of
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.keys import TOOLS

_ANSWERS = {"accept": accept, "decline": decline}


async def post_split(request: web.Request) -> web.Response:
    """Propose who shares a track of the caller's, or all of their music."""
    who = await caller(request)
    body = await told(request, NewSplit)
    shares = tuple(
        Wanted(payee_id=payee_id_of(one.payee) if one.payee is not None else None, ppm=one.ppm)
        for one in body.shares
    )
    asked, split = await keyed(request, who), SheetKind.SPLIT

    async def work(session: Session) -> SplitSheet:
        recording = await own_recording(session, body.track, who.id) if body.track else None
        subject = Subject(kind=split, owner_id=who.id, recording_id=recording)
        said = Proposal(subject=subject, shares=shares, key=asked.key, valid_from=body.valid_from)
        return await propose(session, said, who, now=request.app[TOOLS].clock())

    return await _proposed(request, who, await asked.once(request.app[TOOLS], work))


async def post_contract(request: web.Request) -> web.Response:
    """Propose what a label takes before the artists' part is divided."""
    who = await caller(request)
    body = await told(request, NewContract)
    owner = payee_id_of(body.artist) if body.artist else who.id
    label = Wanted(payee_id=payee_id_of(body.label), ppm=body.ppm)
    asked, contract = await keyed(request, who), SheetKind.CONTRACT

    async def work(session: Session) -> SplitSheet:
        recording = await own_recording(session, body.track, owner) if body.track else None
        said = Proposal(
            subject=Subject(kind=contract, owner_id=owner, recording_id=recording),
            shares=(label,),
            key=asked.key,
            valid_from=body.valid_from,
            valid_until=body.valid_until,
        )
        return await propose(session, said, who, now=request.app[TOOLS].clock())

    return await _proposed(request, who, await asked.once(request.app[TOOLS], work))


async def get_splits(request: web.Request) -> web.Response:
    """Answer every sheet that concerns the caller; of a track of theirs its whole history."""
    who, track = await caller(request), asking(request, SplitQuery).track
    async with request.app[TOOLS].database.read() as session:
        mine = {one.id for one in await payees_of_account(session, who.id)}
        if track is None:
            found = await concerning(session, mine)
        else:
            owned = (await track_of(session, track_id_of(track))).track
            if not who.may(Permission.BOOKS_READ) and owned.owner_id != who.id:
                raise unknown_track()
            found = await history(session, owned.owner_id, owned.recording_id)
        body = SheetList(sheets=await described(session, found, who))
    return _answered(body)


async def get_waiting(request: web.Request) -> web.Response:
    """Answer sheets that wait for a word of the caller."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        mine = {one.id for one in await payees_of_account(session, who.id)}
        found = await waiting_for(session, mine)
        body = SheetList(sheets=await described(session, found, who))
    return _answered(body)


async def get_sheet(request: web.Request) -> web.Response:
    """Answer a sheet to whom it concerns."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        [document] = await described(session, [await sheet_of(session, sheet_id_of(request))], who)
    concerns = str(who.id) == document.owner or any(one.yours for one in document.shares)
    if not concerns and not who.may(Permission.BOOKS_READ):
        raise unknown_sheet()
    return _answered(document)


async def put_answer(request: web.Request) -> web.Response:
    """Accept or decline, for all whom the caller speaks for; the same again changes nothing."""
    who = await caller(request)
    body = await told(request, Answer)
    sheet = await answer(request, who, body.answer)
    async with request.app[TOOLS].database.read() as session:
        [document] = await described(session, [sheet], who)
    return _answered(document)


async def answer(request: web.Request, who: Caller, said: str) -> SplitSheet:
    """Do what somebody says to the sheet of the path."""
    tools = request.app[TOOLS]
    act = partial(_ANSWERS[said], sheet_id=sheet_id_of(request), by=who, now=tools.clock())
    return await tools.database.run(act)


def sheet_id_of(request: web.Request) -> UUID:
    """Read the id of the path.

    Raises:
        Refused: `sheet-unknown`: what is no id is no sheet's.

    """
    try:
        return UUID(request.match_info["sheet"])
    except ValueError:
        raise unknown_sheet() from None


async def own_recording(session: Session, track: str, owner_id: UUID) -> UUID:
    """Answer the recording of a track of somebody's.

    Raises:
        Refused: `track-unknown`, 404, also when it is another's.

    """
    found = (await track_of(session, track_id_of(track))).track
    if found.owner_id != owner_id:
        raise unknown_track()
    return found.recording_id


async def _proposed(request: web.Request, who: Caller, sheet: SplitSheet) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        [document] = await described(session, [sheet], who)
    answer = _answered(document, status=201)
    answer.headers["Location"] = f"/api/v1/splits/{sheet.id}"
    return answer


def _answered(body: SheetDocument | SheetList, *, status: int = 200) -> web.Response:
    never_kept = {"Cache-Control": "no-store"}
    return web.json_response(text=body.model_dump_json(), status=status, headers=never_kept)
