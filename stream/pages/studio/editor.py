"""A release on one page: all that can be written of it, what is missing, and how it comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import Permission
from catalog.releases import concerns, release_of, unknown_release
from catalog.reviewing import is_reviewed
from catalog.states import ArtworkState, ReleaseState, TrackState
from stream.api.release_documents import ReleaseDocument, TrackOnRelease
from stream.api.releases import document, release_id_in
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_page, notice_of
from stream.pages.language import N_
from stream.pages.studio.coming_out import STATES
from stream.pages.studio.words import GENRE_NAMES, RELEASE_WORDS, TRACK_WORDS, Facts, Word, text_of

NOTICES = {
    "saved": N_("It is saved."),
    "cover": N_("The cover is here; its sizes are being made."),
    "deleted": N_("The track is deleted."),
    "order": N_("The order is saved."),
}
#: How a track on its way reads.
TRACK_STATES = {
    TrackState.RECEIVED: (N_("waiting"), ""),
    TrackState.EXAMINING: (N_("listening to it"), "warn"),
    TrackState.PLAYABLE: (N_("encoding"), "warn"),
    TrackState.COMPLETE: (N_("ready"), "good"),
    TrackState.REJECTED: (N_("not usable"), "wrong"),
    TrackState.WITHDRAWN: (N_("withdrawn"), "wrong"),
    TrackState.REMOVED: (N_("deleted"), "wrong"),
}
#: Findings that go by themselves: while there are some, the page looks again.
_PASSING = frozenset({"not-examined", "still-unpacking", "artwork-unmade"})
_OUT = frozenset({ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN})


async def get_editor(request: web.Request) -> web.Response:
    """Show a release to who looks after it."""
    return await show_editor(request, notice=notice_of(request, NOTICES))


async def show_editor(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    key: str = "",
    said: Mapping[str, str] | None = None,
) -> web.Response:
    """Show it; with what was typed into the row `key`, where that was refused."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        release = await release_of(session, release_id_in(request))
        if not concerns(release, who):
            raise unknown_release()
        found = await document(session, release, who)
        reviewed = await is_reviewed(session, release.owner_id, by_default=tools.settings.reviews)
    context = {
        **editing(found, who),
        "is_reviewed": reviewed,
        "genres": GENRE_NAMES,
        "states": STATES,
        "track_states": TRACK_STATES,
        "typed": {key: said or {}},
        "notice": notice,
    }
    return await form_page(request, "studio/editor.html", context, refused=refused)


def editing(found: ReleaseDocument, who: Caller) -> dict[str, Any]:
    """Answer what the page and its parts know of a release."""
    findings = found.findings or []
    return {
        "release": found,
        "sheet": sheet_of(found, found, who),
        "tracks": [(one, sheet_of(found, one, who)) for one in found.tracks],
        "discs": max((one.disc for one in found.tracks), default=1),
        "duration_s": sum(one.duration or 0 for one in found.tracks),
        "errors": [one for one in findings if one.severity == "error"],
        "hints": [one for one in findings if one.severity != "error"],
        "is_waiting": is_waiting(found),
        "cover": cover_of(found),
        "is_draft": found.state is ReleaseState.DRAFT,
        "may_write": who.may(Permission.MUSIC_WRITE),
        "may_publish": who.may(Permission.MUSIC_PUBLISH),
        "may_delete": who.may(Permission.MUSIC_DELETE),
    }


def is_waiting(found: ReleaseDocument) -> bool:
    """Whether something of it is still being made."""
    on_its_way = {TrackState.RECEIVED, TrackState.EXAMINING, TrackState.PLAYABLE}
    passing = any(one.code in _PASSING for one in found.findings or ())
    return passing or any(one.state in on_its_way for one in found.tracks)


def cover_of(found: ReleaseDocument) -> str | None:
    """Answer where its cover is, once its sizes are made; another address for another picture."""
    artwork = found.artwork
    if artwork is None or artwork.state is not ArtworkState.READY or not artwork.images:
        return None
    changed = int(found.changed_at.timestamp())
    return f"/api/v1/releases/{found.id}/artwork/640?{changed}"


def sheet_of(release: ReleaseDocument, facts: Facts, who: Caller) -> dict[str, Any]:
    """Answer a row of fields: of the release itself, or of a track on it."""
    is_track = isinstance(facts, TrackOnRelease)
    key = facts.track if isinstance(facts, TrackOnRelease) else "release"
    root = f"/studio/releases/{release.id}"
    may_write = who.may(Permission.MUSIC_WRITE)
    return {
        "key": key,
        "action": f"{root}/tracks/{key}" if is_track else f"{root}/words",
        "name": facts.title,
        "cells": [
            {
                "word": word,
                "value": text_of(facts, word.name),
                "is_fixed": not (may_write and _is_writable(release, word)),
            }
            for word in (TRACK_WORDS if is_track else RELEASE_WORDS)
        ],
    }


def _is_writable(release: ReleaseDocument, word: Word) -> bool:
    return release.state is ReleaseState.DRAFT or (word.is_open and release.state in _OUT)
