"""Advances: given by two treasurers, looked at by who got them."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.advances import Grant, advance_left, advances_of, approve_advance, grant
from accounting.payees import payees_of_account
from base.database import Session
from base.errors import Refused
from catalog.models.rights import Advance
from catalog.music import track_of
from catalog.permissions import Permission
from stream.api.amounts import Amount
from stream.api.asking import told
from stream.api.payees import payee_id_of
from stream.api.split_documents import AdvanceDocument, AdvanceList, NewAdvance
from stream.api.tracks import track_id_of
from stream.idempotency import at_most_once, keyed
from stream.identity.callers import caller
from stream.keys import TOOLS


async def post_advance(request: web.Request) -> web.Response:
    """Say that a payee shall get an advance."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, NewAdvance)
    asked = await keyed(request, who)

    async def work(session: Session) -> AdvanceDocument:
        said = Grant(
            payee_id=payee_id_of(body.payee),
            currency=body.currency,
            amount=body.amount,
            key=asked.key,
            recoup_ppm=body.recoup_ppm,
            recordings=tuple([await _recording(session, one) for one in body.tracks]),
            note=body.note,
        )
        made = await grant(session, said, who, now=tools.clock())
        return _document(*await advance_left(session, made.id))

    document = await asked.once(tools, work)
    return web.json_response(text=document.model_dump_json(), status=201)


async def approve(request: web.Request) -> web.Response:
    """Let a payee have an advance that somebody else said they shall get."""
    who, tools = await caller(request), request.app[TOOLS]
    advance = _id(request.match_info["advance"])
    step = partial(approve_advance, advance_id=advance, by=who, now=tools.clock())
    await at_most_once(request, who, step)
    async with tools.database.read() as session:
        row, left = await advance_left(session, advance)
    return web.json_response(text=_document(row, left).model_dump_json())


async def get_advances(request: web.Request) -> web.Response:
    """Answer advances of whom the caller speaks for; to treasurers all, also those proposed."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        payees = [one.id for one in await payees_of_account(session, who.id)]
        is_keeper = who.may(Permission.BOOKS_READ)
        found = await advances_of(session, None if is_keeper else payees)
    shown = [_document(one, left) for one, left in found if is_keeper or one.approved_at]
    body = AdvanceList(advances=shown)
    return web.json_response(text=body.model_dump_json(), headers={"Cache-Control": "no-store"})


async def _recording(session: Session, track: str) -> UUID:
    return (await track_of(session, track_id_of(track))).track.recording_id


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("advance-unknown", "There is no such advance.", status=404) from None


def _document(row: Advance, left: int) -> AdvanceDocument:
    return AdvanceDocument(
        id=str(row.id),
        payee=str(row.payee_id),
        state="proposed" if row.approved_at is None else "approved",
        granted_at=row.granted_at,
        granted_by=str(row.granted_by),
        approved_at=row.approved_at,
        advance=Amount(amount=row.amount, currency=row.currency),
        left=Amount(amount=left, currency=row.currency),
        recoup_ppm=row.recoup_ppm,
        recordings=row.recordings,
        note=row.note,
    )
