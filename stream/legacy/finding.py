"""Looking for something: as the web player asks, as the app does, and by an old address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.artists import ArtistKind
from catalog.earlier_music import numbered
from catalog.group_pages import artist_pages
from catalog.liking import Kind
from catalog.models.search import SearchKind
from catalog.ranking import Ranked
from catalog.search import MOST_FOUND, Asked, search
from stream.identity.callers import caller_or_none
from stream.keys import TOOLS
from stream.legacy.paging import Document, listed, single, turned
from stream.legacy.reading import Tell
from stream.legacy.told import (
    me_in,
    told_artists,
    told_labels,
    told_playlists,
    told_releases,
    told_tracks,
)

_TOLD: Mapping[SearchKind, Tell] = {
    SearchKind.TRACK: told_tracks,
    SearchKind.RELEASE: told_releases,
    SearchKind.ARTIST: told_artists,
    SearchKind.LABEL: told_labels,
    SearchKind.PLAYLIST: told_playlists,
}
#: How the app calls kinds of things.
_APP_KINDS = {SearchKind.RELEASE: "trackgroup"}
_OF_KIND, _APP_MOST = 20, 50
_NAMES = {
    SearchKind.TRACK: ("track", "tracks"),
    SearchKind.RELEASE: ("release", "releases", "trackgroup", "trackgroups", "album"),
    SearchKind.ARTIST: ("artist", "artists", "band", "u"),
    SearchKind.LABEL: ("label", "labels"),
    SearchKind.PLAYLIST: ("playlist", "playlists"),
}
#: What tracks were numbered by, before they had UUIDs.
_SHORT = re.compile(r"[0-9]{1,12}")
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}


async def get_found(request: web.Request) -> Document:
    """Answer what is found, kind by kind, to the web player."""
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        found = await _search(session, request, limit=_OF_KIND)
        ids = {kind: _ids(found, kind) for kind in SearchKind}
        artists, bands = await _apart(session, request, ids[SearchKind.ARTIST])
        return single(
            {
                "artists": await told_artists(session, request, artists),
                "bands": await told_artists(session, request, bands),
                "labels": await told_labels(session, request, ids[SearchKind.LABEL]),
                "trackgroups": await told_releases(session, request, ids[SearchKind.RELEASE]),
                "tracks": await told_tracks(session, request, ids[SearchKind.TRACK]),
            }
        )


async def get_found_by_app(request: web.Request) -> Document:
    """Answer what is found as one list, to the app."""
    page = turned(request.query.get("page", ""), request.query.get("limit", ""), most=_APP_MOST)
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        found = await _search(session, request, limit=MOST_FOUND)
        some = found[page.offset : page.offset + page.limit]
        told = {
            (kind, str(one["id"])): one
            for kind, tell in _TOLD.items()
            for one in await tell(session, request, _ids(some, kind))
        }
    data = [
        _app_shape(one, told[key])
        for one in some
        if (key := (one.document.kind, str(one.document.subject_id))) in told
    ]
    return listed(data, count=len(found), page=page)


async def get_resolved(request: web.Request) -> Document:
    """Answer what an old address is of: the last thing in it that has a number.

    Tracks that moved in are found by the short numbers, too, that they had before UUIDs.

    Raises:
        Refused: `address-unknown`, 404.

    """
    kind, named = _named(request.match_info["rest"])
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        number = await numbered(session, Kind(kind), named) if isinstance(named, int) else named
        told = await _TOLD[kind](session, request, [number]) if number else None
    if not told:
        raise _unknown()
    return single({**told[0], "kind": _APP_KINDS.get(kind, str(kind))})


async def _search(session: Session, request: web.Request, *, limit: int) -> Sequence[Ranked]:
    """Look for what is asked: words have a literal `+` between them, or a blank."""
    words = " ".join(re.split(r"[+\s]+", request.query.get("q", ""))).strip()
    return await search(session, Asked(text=words, limit=limit)) if words else []


def _ids(found: Sequence[Ranked], kind: SearchKind) -> list[UUID]:
    return [one.document.subject_id for one in found if one.document.kind == kind]


async def _apart(
    session: Session, request: web.Request, artists: Sequence[UUID]
) -> tuple[list[UUID], list[UUID]]:
    """Tell bands from others who make music."""
    pages = await artist_pages(session, artists, for_id=me_in(request)) if artists else {}
    bands = {key for key, (row, _) in pages.items() if row.kind == ArtistKind.GROUP}
    return [o for o in artists if o not in bands], [o for o in artists if o in bands]


def _app_shape(one: Ranked, told: Document) -> Document:
    kind, found = SearchKind(one.document.kind), one.document
    number = str(found.subject_id)
    return {
        "_id": number,
        "kind": _APP_KINDS.get(kind, str(kind)),
        "track_id": number if kind is SearchKind.TRACK else None,
        "display_artist": found.credited or found.title,
        "title": found.title,
        "score": round(1 / (1 + one.match), 2),
        "cover": told.get("cover"),
        "tags": told.get("tags", []),
        "images": told["images"],
    }


def _named(address: str) -> tuple[SearchKind, UUID | int]:
    parts = address.strip("/").split("/")
    for name, text in reversed(list(pairwise(parts))):
        if name in _KINDS:
            try:
                return _KINDS[name], int(text) if _SHORT.fullmatch(text) else UUID(text)
            except ValueError:
                continue
    raise _unknown()


def _unknown() -> Refused:
    return Refused(
        "address-unknown",
        "That address leads to nothing here; please look for it by its name.",
        status=404,
    )
