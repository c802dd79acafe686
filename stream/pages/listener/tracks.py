"""The page of one track with its player: what it costs to own, what is sung, and who made it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from accounting.deals import EVERYWHERE
from accounting.quoting import Article
from base.database import Session
from catalog.artworks import artwork_of
from catalog.cards import cards_of_recording
from catalog.facts import lyrics_of
from catalog.genres import name_of
from catalog.liking import Kind
from catalog.models.files import KEPT
from catalog.music import Published
from catalog.plays import Standing
from catalog.states import ArtworkState
from stream.api.cards import artwork_url
from stream.api.tracks import concerns, document, tell_more, visible_track, waveform_of
from stream.keys import ORIGIN, TOOLS
from stream.pages.embed.facts import track_facts
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import Looking, dealt_for, looking, rows_of, stake_of, standings_for
from stream.pages.listener.words import KINDS, ROLES
from stream.pages.meta import track_meta
from stream.pages.render import show

_UNHEARD = Standing(plays=0, owned_at=None)


async def get_track_page(request: web.Request) -> web.Response:
    """Show one track and its player."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        looks = await looking(session, request)
        lyrics = await lyrics_of(session, found.track.id)
        track = await _track(session, looks, found)
        context = {
            "track": track,
            "kinds": KINDS,
            "roles": ROLES,
            "prices": looks.terms.prices,
            "genre_names": {one: name_of(one) for one in track["genres"]},
            "lyrics": None if lyrics is None else lyrics.plain,
            "lyrics_language": None if lyrics is None else lyrics.language,
            "elsewhere": await _elsewhere(session, looks, found),
            "marks": await marks_on(session, looks, Kind.TRACK, found.track.id),
            "may_see_report": concerns(found, looks.who),
            "meta": track_meta(request.app[ORIGIN], track_facts(found)),
        }
    return await show(request, "listener/track.html", context)


async def _track(session: Session, looks: Looking, found: Published) -> dict[str, Any]:
    track = found.track
    standing = (await standings_for(session, looks, [track.recording_id])).get(
        track.recording_id, _UNHEARD
    )
    dealt = (await dealt_for(session, looks, [track.id])).get(track.id, EVERYWHERE)
    article = Article(
        track_id=track.id,
        recording_id=track.recording_id,
        owner_id=track.owner_id,
        is_audible=found.is_audible,
        is_free=track.is_free,
    )
    told = await tell_more(session, document(found), found)
    links = waveform_of(found)
    return {
        **told.model_dump(),
        **stake_of(looks, article, standing, dealt),
        "duration_s": found.duration_s or 0,
        "release_title": found.release.title if found.release else None,
        "cover_key": str(found.release.id if found.release else track.id),
        "artwork": await _artwork(session, found),
        "is_audible": found.is_audible,
        "waveform_json_url": links.screen if links else "",
        "downloads": sorted(
            (one for one in told.renditions if one.download), key=lambda one: one.rung != KEPT
        ),
    }


async def _artwork(session: Session, found: Published) -> str | None:
    """Answer where the cover of its release is, once it was made."""
    if found.release is None:
        return None
    artwork = await artwork_of(session, found.release.artwork_id)
    is_ready = artwork is not None and artwork.state == ArtworkState.READY
    return artwork_url(found.release.id) if is_ready else None


async def _elsewhere(session: Session, looks: Looking, found: Published) -> list[dict[str, Any]]:
    """Answer where else the same recording is: whose plays count for all of them."""
    cards = await cards_of_recording(session, found.track.recording_id)
    others = [one for one in cards if one.track_id != found.track.id]
    return await rows_of(session, looks, others)
