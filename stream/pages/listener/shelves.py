"""Releases as shelves show them: by their covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from catalog.cards import Card
from catalog.models.releases import Release
from stream.api.cards import artwork_url
from stream.api.picture_documents import picture_url

Tile = dict[str, Any]


def tile_of(release: Release) -> Tile:
    """Answer a release by its cover."""
    out_on = release.released_on or (str(release.published_at or ""))
    return {
        "href": f"/releases/{release.id}",
        "title": release.title,
        "by": release.artist,
        "key": str(release.id),
        "artwork": artwork_url(release.id) if release.artwork_id else None,
        "year": out_on[:4],
        "type": release.type or "",
    }


def tiles_of_tracks(cards: Iterable[Card], *, most: int) -> Sequence[Tile]:
    """Answer the releases of tracks, in their order, and those tracks that are on none."""
    found: dict[str, Tile] = {}
    for card in cards:
        key = str(card.release_id or card.track_id)
        is_single = card.release_id is None
        tile = {
            "href": f"/tracks/{key}" if is_single else f"/releases/{key}",
            "title": card.title if is_single else card.release_title,
            "by": card.artist,
            "key": key,
            "artwork": picture_url(card.cover),
        }
        found.setdefault(key, tile)
    return list(found.values())[:most]
