"""What artists and labels have put out, in parts; and who names artists of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from base.database import Session
from catalog.cards import cards_of
from catalog.discographies import (
    confirm_names,
    releases_by_artist,
    releases_of_label,
    tracks_by_artist,
    waiting_names,
)
from catalog.models.artists import Artist, Label
from catalog.models.releases import Release
from stream.api.answers import answered, no_content
from stream.api.artists import own_artist, visible_artist, visible_label
from stream.api.asking import asking
from stream.api.cards import TrackCard, card_document
from stream.api.paging import Keyset, Paged
from stream.api.release_documents import ReleaseSummary
from stream.api.releases import release_id_in, summary
from stream.identity.callers import caller
from stream.keys import TOOLS

RELEASES = Keyset("discography", tuple[AwareDatetime, UUID])
TRACKS = Keyset("artist-tracks", tuple[AwareDatetime, UUID])
_NAMES = Keyset("names", tuple[UUID])


class Discography(BaseModel):
    """Releases of an artist or a label, the newest first."""

    items: list[ReleaseSummary]
    next: str | None


class ArtistTracks(BaseModel):
    """Tracks that name an artist, the newest first."""

    items: list[TrackCard]
    next: str | None


async def get_artist_releases(request: web.Request) -> web.Response:
    """Answer what an artist has put out."""
    return await _discography(request, visible_artist, releases_by_artist)


async def get_label_releases(request: web.Request) -> web.Response:
    """Answer what a label has put out."""
    return await _discography(request, visible_label, releases_of_label)


async def get_artist_tracks(request: web.Request) -> web.Response:
    """Answer the tracks that name an artist, of those that all can hear."""
    asked = asking(request, Paged)
    after = TRACKS.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        artist = await visible_artist(session, request)
        found = await tracks_by_artist(session, artist.id, after=after, limit=asked.limit + 1)
        page = TRACKS.page(found, limit=asked.limit, place=lambda one: one)
        cards = await cards_of(session, [track_id for _, track_id in page.items])
    items = [card_document(cards[track_id]) for _, track_id in page.items]
    return answered(request, ArtistTracks(items=items, next=page.next))


async def get_names(request: web.Request) -> web.Response:
    """Answer the releases of others that name an artist of the caller's, who has not said yes."""
    asked, who = asking(request, Paged), await caller(request)
    after = _NAMES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        artist = await own_artist(session, request, who, lock=False)
        found = await waiting_names(session, artist.id, after=after, limit=asked.limit + 1)
    page = _NAMES.page(found, limit=asked.limit, place=lambda one: (one.id,))
    return answered(request, Discography(items=list(map(summary, page.items)), next=page.next))


async def put_name(request: web.Request) -> web.Response:
    """Say that an artist of the caller's is rightly named on a release and its tracks."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        artist = await own_artist(session, request, who)
        await confirm_names(session, artist.id, release_id_in(request), now=tools.clock())
    return no_content()


async def _discography(
    request: web.Request,
    whose: Callable[[Session, web.Request], Awaitable[Artist | Label]],
    releases: Callable[..., Awaitable[list[Release]]],
) -> web.Response:
    asked = asking(request, Paged)
    after = RELEASES.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        subject = await whose(session, request)
        found = await releases(session, subject.id, after=after, limit=asked.limit + 1)
    page = RELEASES.page(found, limit=asked.limit, place=out_at)
    return answered(request, Discography(items=list(map(summary, page.items)), next=page.next))


def out_at(release: Release) -> tuple[datetime, UUID]:
    """Answer where a release stands in the order in which they came out."""
    # Whatever is out came out at a time.
    return release.published_at or release.created_at, release.id
