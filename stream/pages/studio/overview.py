"""The studio's first page: all of somebody's music by where it stands, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from base.database import Session
from catalog.artworks import artwork_of
from catalog.callers import Caller, CredentialKind
from catalog.denials import require
from catalog.members import accounts_of, acted_for
from catalog.models.releases import Release
from catalog.permissions import Permission, roles_may
from catalog.releases import Called, releases_of
from catalog.states import ArtworkState, ReleaseState
from catalog.upload_rows import unfinished_of
from ingest.drafts import draft_findings
from ingest.readiness import errors_in
from ingest.routes.documents import document_of
from stream.api.releases import RELEASE_PLACES, summary
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import notice_of, see_other
from stream.pages.language import N_
from stream.pages.render import show
from stream.pages.studio.coming_out import STATES
from stream.pages.studio.joining import HERE as JOINING
from stream.pages.studio.places import places_of

#: Of each shelf on the first page, and of one that is shown by itself.
_FEW, _MANY = 6, 24
_UPLOADS = 20
NOTICES = {
    "joined": N_("You are an artist here now: your studio is open. Begin with a release."),
    "deleted": N_("The draft is deleted."),
    "published": N_("It is out: everybody can hear it now."),
    "submitted": N_("It is sent in. You will be told as soon as somebody has looked at it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Releases that stand alike."""

    name: str
    title: str
    states: Sequence[ReleaseState]
    lead: str = ""


SHELVES = (
    Shelf(
        name="drafts",
        title=N_("Drafts"),
        states=(ReleaseState.DRAFT,),
        lead=N_("Only you hear these."),
    ),
    Shelf(
        name="coming",
        title=N_("On the way"),
        states=(ReleaseState.SUBMITTED, ReleaseState.IN_REVIEW, ReleaseState.SCHEDULED),
        lead=N_("In review, or waiting for their day."),
    ),
    Shelf(name="out", title=N_("Published"), states=(ReleaseState.PUBLISHED,)),
    Shelf(
        name="withdrawn",
        title=N_("Withdrawn"),
        states=(ReleaseState.WITHDRAWN,),
        lead=N_("Only those who own their tracks still hear them."),
    ),
)


async def get_overview(request: web.Request) -> web.Response:
    """Show what there is, or one shelf of it, a part at a time."""
    who = await caller(request)
    if not roles_may(who.roles, Permission.MUSIC_READ):
        return see_other(JOINING)
    require(who, Permission.MUSIC_READ)
    chosen = [one for one in SHELVES if one.name == request.query.get("of")]
    after = RELEASE_PLACES.after(request.query.get("cursor")) if chosen else None
    limit = _MANY if chosen else _FEW
    shelves = []
    async with request.app[TOOLS].database.read() as session:
        for shelf in chosen or SHELVES:
            found = await releases_of(
                session, who.id, called=Called(states=shelf.states), after=after, limit=limit + 1
            )
            part = RELEASE_PLACES.page(
                found, limit=limit, place=lambda one: (one.created_at, one.id)
            )
            rows = [await _row(session, one) for one in part.items]
            shelves.append({"shelf": shelf, "releases": rows, "next": part.next})
        uploads = await unfinished_of(session, who.id, limit=_UPLOADS)
        context = {
            "place": "/studio",
            "beside": places_of(who),
            "shelves": shelves,
            "chosen": chosen[0].name if chosen else "",
            "uploads": [document_of(one) for one in uploads],
            "states": STATES,
            "artists": await artists_for(session, who),
            "may_make": who.may(Permission.ARTISTS_MAKE),
            "may_upload": who.may(Permission.UPLOAD),
            "notice": notice_of(request, NOTICES),
        }
    return await show(request, "studio/overview.html", context)


async def artists_for(session: Session, who: Caller) -> list[dict[str, Any]]:
    """Answer for whom somebody may act, themselves first; one that is chosen says so."""
    held = who.credential
    if held is None or held.kind is not CredentialKind.SESSION:
        return []
    chosen = await acted_for(session, held.id)
    found = await accounts_of(session, who.person_id)
    return [
        {
            "id": str(one.account_id),
            "name": one.name,
            "is_chosen": chosen is not None and chosen.account_id == one.account_id,
        }
        for one in found
    ]


async def _row(session: Session, release: Release) -> dict[str, Any]:
    """Answer what a shelf shows of a release; of a draft also what is missing."""
    missing = []
    if release.state == ReleaseState.DRAFT:
        missing = errors_in(await draft_findings(session, release))
    return {
        **summary(release).model_dump(),
        "publish_at": release.publish_at,
        "reason": release.reason,
        "artwork": await _artwork(session, release),
        "missing": missing,
    }


async def _artwork(session: Session, release: Release) -> str | None:
    """Answer where its cover is, once its sizes are made."""
    cover = await artwork_of(session, release.artwork_id)
    is_there = cover is not None and cover.state == ArtworkState.READY
    return f"/api/v1/releases/{release.id}/artwork/320" if is_there else None
