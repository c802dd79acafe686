"""All that somebody owns of a release, or at all, as one ZIP that is made while it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from aiohttp import web
from pydantic import Field as Limited

from accounting.library import owned_count, owned_part
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.keepable_files import remember_sum
from catalog.plays import UNHEARD, Standing, note_downloads, standings_of
from catalog.releases import standing_on
from catalog.states import TrackState
from stream.api.asking import Query, asking
from stream.api.downloads import HEADERS
from stream.api.releases import visible_release
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.kept.archives import archive_of, planned
from stream.kept.gathering import Form, Gathering, gather, item_of, paths_wanted
from stream.kept.paths import unique_paths
from stream.kept.receipts import NAME, receipt
from stream.keys import HOT, TOOLS
from stream.sending import is_sent, send

#: Recordings of a library in one archive: about three gigabytes of FLAC. What is owned later goes
#: to the end, so that parts that are full stay as they are.
PART = 100
_SUFFIX = ".zip"
ZIP = "application/zip"
_READY_AFTER_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What is in an archive, as what; whether it is of one release `alone`.

    `called` is what a browser saves it as, if that tells more: of how many parts it is one is
    nothing that is in it, as a part that is full stays as it is when there are more.
    """

    of: str
    form: Form
    alone: bool
    called: str = ""


class FormQuery(Query):
    """In what the files are to be, as far as that was made of them."""

    form: Form = Form.FLAC


class PartQuery(FormQuery):
    """Which part of a library, too: they are counted from 1."""

    part: int = Limited(default=1, ge=1, le=100_000)


async def get_release_archive(request: web.Request) -> web.StreamResponse:
    """Answer bytes of an archive of what the caller owns of a release, or made of it."""
    asked, who, tools = asking(request, FormQuery), await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        release = await visible_release(session, request, who)
        tracks = await _on_release(session, release.id, who)
        if not tracks:
            raise _nothing_owned_of_it()
        found = await gather(session, who.id, tracks, asked.form)
    named = f"{release.artist} - {release.title}"
    return await _send(request, who, found, Naming(of=named, form=asked.form, alone=True))


async def get_library_archive(request: web.Request) -> web.StreamResponse:
    """Answer bytes of an archive of a hundred recordings that the caller owns."""
    asked, who, tools = asking(request, PartQuery), await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        parts = parts_of(await owned_count(session, who.id))
        items = await owned_part(session, who.id, offset=(asked.part - 1) * PART, limit=PART)
        tracks = {
            one.track_id: Standing(plays=one.plays, owned_at=one.owned_at)
            for one in items
            if one.track_id is not None
        }
        if not tracks:
            raise _nothing_owned() if parts == 0 else _no_such_part(parts)
        found = await gather(session, who.id, tracks, asked.form)
    of = f"Library, part {asked.part}"
    called = "Library" if parts == 1 else f"{of} of {parts}"
    named = Naming(of=of, form=asked.form, alone=False, called=called)
    return await _send(request, who, found, named)


def parts_of(owned: int) -> int:
    """Answer how many archives a library of so many recordings is."""
    return -(-owned // PART)


async def _on_release(session: Session, release_id: UUID, who: Caller) -> dict[UUID, Standing]:
    """Answer the tracks of a release in order that are somebody's, with how they came to be."""
    tracks = [one.track for one in await standing_on(session, release_id)]
    standings = await standings_of(
        session, listener_id=who.id, recordings={one.recording_id for one in tracks}
    )
    found = {
        one.id: standings.get(one.recording_id, UNHEARD)
        for one in tracks
        if one.state != TrackState.REMOVED
    }
    own = {one.id for one in tracks if one.owner_id == who.id}
    return {key: one for key, one in found.items() if one.owned_at is not None or key in own}


async def _send(
    request: web.Request, who: Caller, found: Gathering, named: Naming
) -> web.StreamResponse:
    if not found.gathered:
        raise Refused(
            "not-ready",
            "The files of this music are still being made; please try again in a moment.",
            status=409,
            retry_after_s=_READY_AFTER_S,
        )
    tools = request.app[TOOLS]
    songs = await planned(request.app[HOT], [one.song for one in found.gathered])
    paths = unique_paths(paths_wanted(songs, alone=named.alone))
    items = [item_of(one, path) for one, path in zip(found.gathered, paths, strict=True)]
    folder = f"{paths[0].partition('/')[0]}/" if named.alone and "/" in paths[0] else ""
    archive = archive_of(
        dict(zip(paths, songs, strict=True)),
        receipt(named.of, items, found.missing),
        f"{folder}{NAME}",
        remember=partial(_remember, tools),
        headers=_headers(named),
    )
    if is_sent(request, archive):
        await _note(tools, found, who)
    return await send(request, archive)


def _headers(named: Naming) -> Mapping[str, str]:
    called = f"{named.called or named.of} ({named.form.upper()})"
    return {**HEADERS, "Content-Disposition": attachment(called, _SUFFIX)}


async def _note(tools: Tools, found: Gathering, who: Caller) -> None:
    """Write down what is given to keep: it cannot be given back after that."""
    owned = {one.recording_id for one in found.gathered if one.standing.owned_at is not None}
    if not owned:
        return
    async with tools.database.begin() as session:
        all_owned = await note_downloads(
            session, listener_id=who.id, recordings=owned, now=tools.clock()
        )
    if not all_owned:
        raise Refused(
            "given-back",
            "Some of this music was given back at this very moment; please ask again.",
            status=409,
        )


async def _remember(tools: Tools, rendition_id: UUID, crc32: int) -> None:
    async with tools.database.begin() as session:
        await remember_sum(session, rendition_id, crc32)


def _nothing_owned_of_it() -> Refused:
    return Refused(
        "not-owned",
        "You own nothing of this release yet: after its ninth play a track is yours to download.",
        status=403,
    )


def _nothing_owned() -> Refused:
    return Refused(
        "not-owned",
        "You own no music yet: after its ninth play a track is yours to download.",
        status=403,
    )


def _no_such_part(parts: int) -> Refused:
    return Refused("part-unknown", f"Your library is in {parts} parts.", status=404)
