"""The pages of splits: what waits for a word, who shares a track, and shares that are proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from aiohttp import hdrs, web
from pydantic import AwareDatetime

from accounting.agreeing import Proposal, propose
from accounting.claims import Claimed, claim
from accounting.payees import Payee, payee_of, payees_of_account
from accounting.sheets import Subject, concerning, history, waiting_for
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.rights import SheetKind
from catalog.music import track_of, tracks_owned
from catalog.permissions import Permission
from catalog.states import SheetState
from stream.api.paging import Keyset
from stream.api.payees import payee_id_of
from stream.api.sheet_views import described
from stream.api.split_documents import SheetDocument
from stream.api.splits import answer, own_recording
from stream.idempotency import bound
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.studio.inviting import known_to, wanted_of, write_to
from stream.pages.studio.places import places_of
from stream.pages.studio.split_words import KINDS, STATES, Row, rows_in, rows_of, sheet_words

HERE = "/studio/splits"
#: What is in the address where all of one's music is meant.
ALL = "all"
_TRACKS = Keyset("split-tracks", tuple[AwareDatetime, UUID])
_AT_ONCE, _LEAST_ROWS, _SPARE_ROWS = 30, 2, 1
_WORDS_LETTERS = 2_000
_NOTICES = {
    "accepted": N_("Accepted. What waited for you is yours now."),
    "declined": N_("Declined. It goes back to those who gave it."),
    "proposed": N_("Proposed. It holds as soon as all whom it takes something from have accepted."),
    "claimed": N_("Noted. A treasurer looks at it, and the share is yours to accept then."),
}


async def get_old_page(request: web.Request) -> web.Response:
    """Lead from where the page was to where it is."""
    del request
    return web.Response(status=301, headers={hdrs.LOCATION: HERE})


async def get_splits_page(request: web.Request) -> web.Response:
    """Show what waits for the caller, their tracks, and all sheets on which they stand."""
    return await _overview(request, await caller(request))


async def post_answer_page(request: web.Request) -> web.Response:
    """Take what the caller says to a sheet."""
    who, form = await caller(request), await form_of(request)
    said = form.get("answer", "")
    if said not in {"accept", "decline"}:
        raise Refused("bad-answer", "Please accept or decline.", status=422)
    try:
        await answer(request, who, said)
    except Refused as refused:
        return await _overview(request, who, refused=refused)
    return see_other(f"{HERE}?notice={'accepted' if said == 'accept' else 'declined'}")


async def get_split_page(request: web.Request) -> web.Response:
    """Show who shares a track, or all of one's music, and what was said of it before."""
    return await _subject(request, await caller(request))


async def post_split_page(request: web.Request) -> web.Response:
    """Propose shares; or show the form with one more line."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    rows = rows_of(form)
    if form.get("do") == "more":
        return await _subject(request, who, rows=[*rows, Row()])
    said = [row for row in rows if not row.is_empty]
    key = bound(form.get("key", ""), caller_id=str(who.id), operation=f"POST {request.path}")

    async def work(session: Session) -> None:
        recording, title = await _about(session, request, who)
        agreed = await wanted_of(session, request, who, said, key=key)
        subject = Subject(kind=SheetKind.SPLIT, owner_id=who.id, recording_id=recording)
        proposal = Proposal(subject=subject, shares=agreed.shares, key=key)
        await propose(session, proposal, who, now=tools.clock())
        await write_to(
            session, request, who, agreed.invited, title=title or f"the music of {who.name}"
        )

    try:
        if not said:
            raise Unfit({"who-0": "Say who shares it."})
        await tools.database.run(work)
    except Refused as refused:
        return await _subject(request, who, refused=refused, rows=said)
    return see_other(f"{request.path}?notice=proposed")


async def get_claim_page(request: web.Request) -> web.Response:
    """Show a share that waits for who was invited by mail."""
    return await _claim(request)


async def post_claim_page(request: web.Request) -> web.Response:
    """Say that a payee without an account is the caller."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    words = form.get("words", "").strip()
    try:
        if not words or len(words) > _WORDS_LETTERS or "\x00" in words:
            raise Unfit({"words": "Say in a few words how one can tell that it is you."})
        key = bound(form.get("key", ""), caller_id=str(who.id), operation=f"POST {request.path}")
        payee_id = payee_id_of(request.match_info["payee"])
        said = Claimed(payee_id=payee_id, recording_id=None, words=words, key=key)
        async with tools.database.begin() as session:
            await claim(session, said, who, now=tools.clock())
    except Refused as refused:
        return await _claim(request, refused=refused, words=words)
    return see_other(f"{HERE}?notice=claimed")


async def _overview(
    request: web.Request, who: Caller, *, refused: Refused | None = None
) -> web.Response:
    after = _TRACKS.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        mine = await payees_of_account(session, who.id)
        ids = [one.id for one in mine]
        waiting = await described(session, await waiting_for(session, ids), who)
        every = await described(session, await concerning(session, ids), who)
        found = await tracks_owned(session, who.id, limit=_AT_ONCE + 1, after=after)
    page = _TRACKS.page(found, limit=_AT_ONCE, place=lambda one: (one.created_at, one.id))
    asked = {one.id for one in waiting}
    held = _held(every, str(who.id))
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "states": STATES,
        "payees": [_payee(one) for one in mine],
        "waiting": [sheet_words(one) for one in waiting],
        "others": [sheet_words(one) for one in every if one.id not in asked],
        "tracks": [(one, held.get(str(one.recording_id))) for one in page.items],
        "next": page.next,
        "of_all": held.get(None),
        "may_write": who.may(Permission.SHARES_WRITE),
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/splits.html", context, refused=refused)


async def _subject(
    request: web.Request,
    who: Caller,
    *,
    refused: Refused | None = None,
    rows: Sequence[Row] = (),
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        recording, title = await _about(session, request, who)
        sheets = await described(session, await history(session, who.id, recording), who)
        known = await known_to(session, who.id)
    splits = [one for one in sheets if one.kind is SheetKind.SPLIT]
    now = next((one for one in splits if one.state is SheetState.AGREED), None)
    opened = next((one for one in splits if one.state is SheetState.PROPOSED), None)
    names = {str(one.id): one.name for one in known}
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "states": STATES,
        "path": request.path,
        "title": title,
        "owner": who.name,
        "now": sheet_words(now) if now else None,
        "open": sheet_words(opened) if opened else None,
        "history": [sheet_words(one) for one in sheets if one is not now and one is not opened],
        "rows": _rows(rows, opened or now, who, names),
        "known": sorted({one.name for one in known}, key=str.casefold),
        "key": uuid4().hex,
        "may_write": who.may(Permission.SHARES_WRITE),
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/split.html", context, refused=refused)


async def _about(
    session: Session, request: web.Request, who: Caller
) -> tuple[UUID | None, str | None]:
    """Answer the recording and the title of the track of the path; none of all music.

    Raises:
        Refused: `track-unknown`, 404, also when it is another's.

    """
    said = request.match_info["subject"]
    if said == ALL:
        return None, None
    recording = await own_recording(session, said, who.id)
    return recording, (await track_of(session, UUID(said))).track.title


async def _claim(
    request: web.Request, *, refused: Refused | None = None, words: str = ""
) -> web.Response:
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        payee = await payee_of(session, payee_id_of(request.match_info["payee"]))
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "path": request.path,
        "name": payee.name,
        "is_taken": payee.account_id is not None,
        "key": uuid4().hex,
        "said": {"words": words},
    }
    return await form_page(request, "studio/claim.html", context, refused=refused)


def _held(sheets: Sequence[SheetDocument], owner: str) -> Mapping[str | None, SheetDocument]:
    """Answer the newest sheet that holds or waits, of each recording of an owner's."""
    found: dict[str | None, SheetDocument] = {}
    for one in sheets:
        is_live = one.state in {SheetState.AGREED, SheetState.PROPOSED}
        if one.owner == owner and one.kind is SheetKind.SPLIT and is_live:
            found.setdefault(one.recording, one)
    return found


def _rows(
    rows: Sequence[Row], sheet: SheetDocument | None, who: Caller, names: Mapping[str, str]
) -> Sequence[Row]:
    """Answer the lines of a form: what was typed, else what holds, else all for oneself."""
    if rows:
        return rows
    lines = rows_in(sheet.shares, names) if sheet else [Row(who=who.name, percent="100")]
    spare = max(_SPARE_ROWS, _LEAST_ROWS - len(lines))
    return [*lines, *(Row() for _ in range(spare))]


def _payee(payee: Payee) -> dict[str, str]:
    return {"id": str(payee.id), "name": payee.name, "kind": KINDS[payee.kind]}
