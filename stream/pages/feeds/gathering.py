"""What a feed of an artist tells: releases, tracks on none, and tracks that cost nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.deal_rows import deals_of
from accounting.deals import DealModel, deal_for
from base.database import Session
from catalog.cards import Card, cards_of
from catalog.discographies import releases_by_artist, tracks_by_artist
from catalog.keepable_files import tracks_to_keep
from catalog.models.artists import Artist
from catalog.models.releases import Release
from catalog.music import Published
from stream.pages.feeds.printing import Enclosure, Feed, Item

#: What is told of at most, and of how many of the newest tracks it is chosen.
_MOST, _LOOKED_THROUGH = 50, 200
#: What is streamed first; who wants more of a track owns it.
RUNG = "aac-128"
_MIME = "audio/mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a feed is, by origin and path; for which territory it is, and at what time."""

    origin: str
    path: str
    territory: str | None
    now: datetime


async def feed_of(session: Session, artist: Artist, asked: Asked) -> Feed:
    """Answer the feed of an artist, in as many statements however much they put out."""
    releases = await releases_by_artist(session, artist.id, after=None, limit=_MOST)
    found = await tracks_by_artist(session, artist.id, after=None, limit=_LOOKED_THROUGH)
    cards = (await cards_of(session, [track_id for _, track_id in found])).values()
    free = await free_among(session, cards, territory=asked.territory, now=asked.now)
    told = [one for one in cards if one.release_id is None or one.track_id in free]
    files = await tracks_to_keep(session, free)
    items = [
        *(_of_release(one, asked.origin) for one in releases),
        *(_of_track(one, asked.origin, files.get(one.track_id)) for one in told),
    ]
    return Feed(
        here=f"{asked.origin}{asked.path}",
        url=f"{asked.origin}/artists/{artist.id}",
        title=artist.name,
        words=f"What {artist.name} puts out on Refrain",
        begun_at=artist.created_at,
        items=sorted(items, key=lambda one: (one.at, one.url), reverse=True)[:_MOST],
    )


async def free_among(
    session: Session, cards: Iterable[Card], *, territory: str | None, now: datetime
) -> set[UUID]:
    """Answer which tracks all may hear for nothing."""
    by_id = {one.track_id: one for one in cards}
    deals = await deals_of(session, by_id)
    models = {one: deal_for(deals.get(one, ()), at=now, territory=territory).model for one in by_id}
    return {
        one
        for one, model in models.items()
        if model is DealModel.FREE or (by_id[one].is_free and model is not DealModel.UNAVAILABLE)
    }


def _of_release(release: Release, origin: str) -> Item:
    return Item(
        url=f"{origin}/releases/{release.id}",
        title=release.title,
        artist=release.artist,
        words=f"{release.title}, by {release.artist}",
        at=release.published_at or release.created_at,
    )


def _of_track(card: Card, origin: str, found: Published | None) -> Item:
    """Tell of a track; it came out when its release did, however long it lay there before."""
    made = () if found is None else found.renditions
    sound = next((one for one in made if one.rung == RUNG), None)
    release = found and found.release
    on = f", on {card.release_title}" if card.release_title else ""
    return Item(
        url=f"{origin}/tracks/{card.track_id}",
        title=card.title,
        artist=card.artist,
        words=f"{card.title}, by {card.artist}{on}",
        at=(release and release.published_at) or card.created_at,
        enclosure=None
        if sound is None
        else Enclosure(
            url=f"{origin}/feeds/tracks/{card.track_id}.mp4",
            size_bytes=sound.size_bytes,
            mime=_MIME,
        ),
    )
