"""The studio's first page: all of somebody's music by where it stands, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.artworks import artworks_by_id
from catalog.callers import Caller, CredentialKind
from catalog.denials import lacks_factor, require
from catalog.members import accounts_of, acted_for
from catalog.models.releases import Artwork, Release
from catalog.permissions import Permission
from catalog.releases import Called, releases_of
from catalog.states import ArtworkState, ReleaseState
from catalog.upload_rows import unfinished_of
from ingest.drafts import findings_of_drafts
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
_SECURITY = "/account/security?next=%2Fstudio"
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
    who, needed = await caller(request), Permission.MUSIC_READ
    if lacks_factor(who, needed):
        return see_other(_SECURITY)
    # For others one becomes nothing: who acts for them is told what is missing.
    if who.acting is None and not who.may(needed):
        return see_other(JOINING)
    require(who, needed)
    chosen = [one for one in SHELVES if one.name == request.query.get("of")]
    after = RELEASE_PLACES.after(request.query.get("cursor")) if chosen else None
    limit = _MANY if chosen else _FEW
    parts = []
    async with request.app[TOOLS].database.read() as session:
        for shelf in chosen or SHELVES:
            found = await releases_of(
                session, who.id, called=Called(states=shelf.states), after=after, limit=limit + 1
            )
            part = RELEASE_PLACES.page(
                found, limit=limit, place=lambda one: (one.created_at, one.id)
            )
            parts.append((shelf, part))
        rows = await _rows(session, [one for _, part in parts for one in part.items])
        shelves = [
            {
                "shelf": shelf,
                "releases": [rows[one.id] for one in part.items],
                "next": part.next,
            }
            for shelf, part in parts
        ]
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


async def _rows(session: Session, releases: Sequence[Release]) -> dict[UUID, dict[str, Any]]:
    """Answer what shelves show of releases; of drafts also what is missing."""
    drafts = [one for one in releases if one.state == ReleaseState.DRAFT]
    findings = await findings_of_drafts(session, drafts)
    covers = await artworks_by_id(session, {one.artwork_id for one in releases if one.artwork_id})
    return {
        one.id: {
            **summary(one).model_dump(),
            "publish_at": one.publish_at,
            "reason": one.reason,
            "artwork": _artwork(one, covers),
            "missing": errors_in(findings.get(one.id, [])),
        }
        for one in releases
    }


def _artwork(release: Release, covers: Mapping[UUID, Artwork]) -> str | None:
    """Answer where its cover is, once its sizes are made."""
    cover = covers.get(release.artwork_id) if release.artwork_id else None
    is_there = cover is not None and cover.state == ArtworkState.READY
    return f"/api/v1/releases/{release.id}/artwork/320" if is_there else None
