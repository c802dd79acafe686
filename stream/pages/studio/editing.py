"""What is written on a release, a field or a row at a time; and the order of its tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.releases import concerns, release_of, unknown_release
from ingest.drafts import edit
from stream.api.release_documents import EditRelease, ReleaseDocument, TrackOnRelease
from stream.api.releases import change_of, document, release_id_in
from stream.api.tracks import track_id_of
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, see_other
from stream.pages.language import saying
from stream.pages.render import show
from stream.pages.studio.editor import editing, sheet_of, show_editor
from stream.pages.studio.words import (
    RELEASE_WORDS,
    TRACK_WORDS,
    Facts,
    crossed,
    faults_in,
    text_of,
    told,
    written,
)


async def post_words(request: web.Request) -> web.Response:
    """Write fields of a release, or of a track on it; and answer the field, or go back."""
    who, form = await caller(request), await form_of(request)
    key = request.match_info.get("track", "release")
    is_field = is_part(request)
    try:
        found = await _write(request, who, form)
    except Refused as refused:
        if is_field:
            return await _field(request, who, form, refused=refused)
        return await show_editor(request, refused=refused, key=key, said=form)
    if is_field:
        return await _field(request, who, form)
    return see_other(f"/studio/releases/{found.id}?notice=saved#row-{key}")


async def post_order(request: web.Request) -> web.Response:
    """Move a track one place up or down (`move` is `ID:up`), and go back."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    track, _, way = form.get("move", "").partition(":")
    try:
        async with tools.database.begin() as session:
            before = await _own(session, request, who)
            order = moved(discs_of(before), track, -1 if way == "up" else 1)
            body = EditRelease(order=order)
            await edit(session, release_id_in(request), who, change_of(body), now=tools.clock())
    except Refused as refused:
        return await show_editor(request, refused=refused)
    return see_other(f"/studio/releases/{before.id}?notice=order#row-{track}")


def is_part(request: web.Request) -> bool:
    """Whether a script asks for a part of a page, and not for a page."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def discs_of(found: ReleaseDocument) -> list[list[str]]:
    """Answer the tracks of each disc, in order."""
    discs: dict[int, list[str]] = {}
    for one in found.tracks:
        discs.setdefault(one.disc, []).append(one.track)
    return [discs[number] for number in sorted(discs)]


def moved(discs: Sequence[Sequence[str]], track: str, by: int) -> list[list[str]]:
    """Answer an order in which a track stands one place on; from the end of a disc to the next."""
    order = [list(disc) for disc in discs]
    number = next((n for n, disc in enumerate(order) if track in disc), None)
    if number is None:
        return order
    place = order[number].index(track)
    there = place + by
    if 0 <= there < len(order[number]):
        order[number].insert(there, order[number].pop(place))
    elif 0 <= number + by < len(order):
        order[number].remove(track)
        order[number + by].insert(len(order[number + by]) if by < 0 else 0, track)
    return [disc for disc in order if disc]


async def _write(request: web.Request, who: Caller, form: Mapping[str, str]) -> ReleaseDocument:
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        before = await _own(session, request, who)
        facts = _facts(request, before)
        said = written(facts, _words(facts), form)
        if not said:
            return before
        if names := crossed(facts, said, form):
            _ = saying(request)
            raise Unfit(
                {
                    name: _(
                        "Somebody else wrote this meanwhile. Yours was “%(said)s”: write it again "
                        "if that is how it should be.",
                        said=said[name],
                    )
                    for name in names
                },
                code="changed-meanwhile",
                status=412,
            )
        if faults := faults_in(said):
            raise Unfit(faults)
        change = change_of(_body(facts, said))
        release = await edit(session, release_id_in(request), who, change, now=tools.clock())
        await session.flush()
        return await document(session, release, who)


def _body(facts: Facts, said: Mapping[str, str]) -> EditRelease:
    words: dict[str, Any] = {name: told(name, text) for name, text in said.items()}
    if isinstance(facts, TrackOnRelease):
        words = {"tracks": [{"track": facts.track, **words}]}
    try:
        return EditRelease.model_validate(words)
    except ValidationError:
        raise Unfit(dict.fromkeys(said, "That is too long, or too many of them.")) from None


async def _own(session: Session, request: web.Request, who: Caller) -> ReleaseDocument:
    release = await release_of(session, release_id_in(request), lock=True)
    if not concerns(release, who):
        raise unknown_release()
    return await document(session, release, who)


def _facts(request: web.Request, found: ReleaseDocument) -> Facts:
    said = request.match_info.get("track")
    if said is None:
        return found
    wanted = str(track_id_of(said))
    for one in found.tracks:
        if one.track == wanted:
            return one
    raise Refused("track-elsewhere", "The track is not on this release.", status=404)


def _words(facts: Facts) -> Any:  # noqa: ANN401 - a sequence of words
    return TRACK_WORDS if isinstance(facts, TrackOnRelease) else RELEASE_WORDS


async def _field(
    request: web.Request,
    who: Caller,
    form: Mapping[str, str],
    *,
    refused: Refused | None = None,
) -> web.Response:
    """Answer one field as it is now, with what is wrong with it, and what is missing by now."""
    async with request.app[TOOLS].database.read() as session:
        release = await release_of(session, release_id_in(request))
        if not concerns(release, who):
            raise unknown_release()
        found = await document(session, release, who)
    facts, context = _facts(request, found), editing(found, who)
    sheet = sheet_of(found, facts, who)
    cell = next((one for one in sheet["cells"] if one["word"].name in form), None)
    if cell is None:
        raise Refused("bad-request", "The form names no field that can be written.", status=422)
    name = cell["word"].name
    if refused is None or refused.code == "changed-meanwhile":
        cell["typed"] = text_of(facts, name)
    else:
        cell["typed"] = form[name]
    cell["fault"] = "" if refused is None else refused.sentence
    context |= {"sheet_here": sheet, "cell_here": cell, "track_here": facts is not found}
    status = 200 if refused is None else refused.status
    return await show(request, "studio/field.html", context, status=status)
