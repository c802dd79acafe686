"""The page of one track with its player: what it costs to own, what is sung, and who made it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from accounting.quoting import Article
from base.database import Session
from catalog.cards import cards_of_recording
from catalog.facts import lyrics_of
from catalog.genres import name_of
from catalog.liking import Kind
from catalog.models.files import KEPT
from catalog.music import Published
from stream.api.cards import artwork_url
from stream.api.tracks import concerns, document, tell_more, visible_track, waveform_of
from stream.keys import ORIGIN, TOOLS
from stream.pages.embed.facts import track_facts
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import Looking, looking, rows_of, told_for
from stream.pages.listener.words import KINDS, ROLES
from stream.pages.meta import track_meta
from stream.pages.render import show


async def get_track_page(request: web.Request) -> web.Response:
    """Show one track and its player."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        looks = await looking(session, request)
        track = await _track(session, looks, found)
        lyrics = await lyrics_of(session, found.track.id) if track["has_lyrics"] else None
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
    article = Article(
        track_id=track.id,
        recording_id=track.recording_id,
        owner_id=track.owner_id,
        is_audible=found.is_audible,
        is_free=track.is_free,
    )
    stakes = await told_for(session, looks, [article])
    told = await tell_more(session, document(found), found)
    links = waveform_of(found)
    return {
        **told.model_dump(),
        **stakes.stake(looks, article),
        "duration_s": found.duration_s or 0,
        "release_title": found.release.title if found.release else None,
        "cover_key": str(found.release.id if found.release else track.id),
        "artwork": artwork_url(found.release.id) if found.release and found.has_artwork else None,
        "is_audible": found.is_audible,
        "waveform_json_url": links.screen if links else "",
        "downloads": sorted(
            (one for one in told.renditions if one.download), key=lambda one: one.rung != KEPT
        ),
    }


async def _elsewhere(session: Session, looks: Looking, found: Published) -> list[dict[str, Any]]:
    """Answer where else the same recording is: whose plays count for all of them."""
    if not found.is_elsewhere:
        return []
    cards = await cards_of_recording(session, found.track.recording_id)
    others = [one for one in cards if one.track_id != found.track.id]
    return await rows_of(session, looks, others)
