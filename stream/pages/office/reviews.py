"""The pages of reviews: what waits to be looked at, and all that one judges a release by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from catalog.models.files import Master
from catalog.models.publishing import ReleaseMove
from catalog.models.releases import Release
from catalog.release_moves import moves_of
from catalog.releases import release_of, standing_on, waiting_for_review
from catalog.states import ReleaseEvent, ReleaseState
from catalog.version_reviews import waiting_versions
from stream.api.paging import Keyset
from stream.api.release_documents import TrackOnRelease
from stream.api.releases import document, release_id_in
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import notice_of
from stream.pages.language import N_
from stream.pages.office.desk import desk_page
from stream.pages.office.months import names_of

HERE = "/office/reviews"
_PLACES = Keyset("reviews", tuple[AwareDatetime, UUID])
_ON_PAGE = 50
STATES: Mapping[ReleaseState, tuple[str, str]] = {
    ReleaseState.DRAFT: (N_("draft"), ""),
    ReleaseState.SUBMITTED: (N_("waits"), "warn"),
    ReleaseState.IN_REVIEW: (N_("taken up"), "accent"),
    ReleaseState.SCHEDULED: (N_("scheduled"), "accent"),
    ReleaseState.PUBLISHED: (N_("out"), "good"),
    ReleaseState.WITHDRAWN: (N_("withdrawn"), "wrong"),
}
_EVENTS: Mapping[ReleaseEvent, str] = {
    ReleaseEvent.SUBMIT: N_("Sent to be looked at"),
    ReleaseEvent.TAKE_UP: N_("Taken up"),
    ReleaseEvent.RETURN: N_("Returned"),
    ReleaseEvent.RECALL: N_("Taken back by its owner"),
    ReleaseEvent.SCHEDULE: N_("Scheduled"),
    ReleaseEvent.PUBLISH: N_("Came out"),
    ReleaseEvent.WITHDRAW: N_("Withdrawn"),
    ReleaseEvent.REINSTATE: N_("Put back"),
}
SEVERITIES = {
    "error": (N_("error"), "wrong"),
    "warning": (N_("warning"), "warn"),
    "note": (N_("note"), ""),
}
NOTICES = {
    "take-up": N_("You look at it. Hear it, read what is told, and decide."),
    "approve": N_("It is approved: it is out, or comes out at its time."),
    "return": N_("It is with its owner again, with your reason."),
    "withdraw": N_("It is withdrawn: nobody hears it but those who own its tracks."),
    "reinstate": N_("It is out again."),
    "version-approve": N_("The new master is heard by all from now on."),
    "version-return": N_("The master is returned; the old one is heard on."),
}


async def get_reviews_page(request: web.Request) -> web.Response:
    """Show the releases and the masters that wait, those first that wait longest."""
    tools = request.app[TOOLS]
    after = _PLACES.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        found = await waiting_for_review(session, after=after, limit=_ON_PAGE + 1)
        page = _PLACES.page(found, limit=_ON_PAGE, place=_place)
        versions = await waiting_versions(
            session, reviews=tools.settings.reviews, after=None, limit=_ON_PAGE
        )
        owners = {one.owner_id for one in page.items} | {one.track.owner_id for one in versions}
        names = await names_of(session, owners)
    context = {
        "releases": [_release(one, names) for one in page.items],
        "next": page.next,
        "versions": versions,
        "names": names,
        "notice": notice_of(request, NOTICES),
    }
    return await desk_page(request, "office/reviews.html", context)


async def get_review_page(request: web.Request) -> web.Response:
    """Show a release as its owner sees it, with what was heard in its masters, and its history."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        release = await release_of(session, release_id_in(request))
        told = await document(session, release, who, is_told_all=True)
        masters = {str(one.track.id): one.master for one in await standing_on(session, release.id)}
        moves = await moves_of(session, release.id)
        names = await names_of(session, {release.owner_id, *(one.by for one in moves)})
    context = {
        "release": told,
        "state": STATES[told.state],
        "owner": names.get(release.owner_id),
        "tracks": [_track(one, masters[one.track]) for one in told.tracks],
        "moves": [_move(one, names) for one in moves],
        "severities": SEVERITIES,
        "notice": notice_of(request, NOTICES),
    }
    return await desk_page(request, "office/review.html", context)


def _release(one: Release, names: Mapping[UUID, str]) -> dict[str, Any]:
    words, mark = STATES[ReleaseState(one.state)]
    return {
        "id": str(one.id),
        "title": one.title,
        "artist": one.artist,
        "owner": names.get(one.owner_id),
        "since": one.changed_at,
        "publish_at": one.publish_at,
        "words": words,
        "mark": mark,
    }


def _track(one: TrackOnRelease, master: Master) -> dict[str, Any]:
    findings = master.findings or []
    return {
        "told": one,
        "lufs": master.integrated_lufs,
        "peak": master.true_peak_dbtp,
        "codec": master.codec,
        "rate": master.sample_rate,
        "depth": master.bit_depth,
        "findings": [
            {"text": each["text"], "advice": each["advice"], "severity": each["severity"]}
            for each in findings
        ],
    }


def _move(one: ReleaseMove, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "words": _EVENTS[ReleaseEvent(one.event)],
        "by": names.get(one.by) if one.by else None,
        "at": one.at,
        "reason": one.note,
    }


def _place(one: Release) -> tuple[datetime, UUID]:
    return one.changed_at, one.id
