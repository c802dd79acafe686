"""The page of a release: what is on it, what it costs to own, and who made it."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.cards import cards_of
from catalog.genres import name_of
from catalog.liking import Kind
from catalog.pre_saves import is_pre_saved
from catalog.states import ArtworkState, ReleaseState
from stream.api.release_documents import ReleaseDocument, TrackOnRelease
from stream.api.releases import document, visible_release
from stream.keys import ORIGIN, TOOLS
from stream.pages.embed.facts import release_facts
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import Looking, Row, looking, rows_of
from stream.pages.listener.words import FORMATS, KINDS, TYPES
from stream.pages.meta import release_meta
from stream.pages.render import show

_SHUFFLED = SystemRandom()


async def get_release_page(request: web.Request) -> web.Response:
    """Show a release; of one that is announced what is told of it."""
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        release = await visible_release(session, request, looks.who)
        told = await document(session, release, looks.who)
        rows = await _rows(session, looks, told)
        is_wanted = looks.listener_id is not None and await is_pre_saved(
            session, release.id, looks.listener_id
        )
        marks = await marks_on(session, looks, Kind.RELEASE, release.id)
    audible = [one["id"] for one in rows if one["is_audible"]]
    context: dict[str, Any] = {
        "release": told,
        "tracks": rows,
        "discs": _discs(rows),
        "marks": marks,
        "is_wanted": is_wanted,
        "is_announced": release.state == ReleaseState.SCHEDULED,
        "artwork": _artwork(told),
        "type": TYPES.get(told.type) if told.type else None,
        "credits": _credits(told.tracks),
        "genre_names": {one: name_of(one) for one in told.genres},
        "kinds": KINDS,
        "meta": release_meta(request.app[ORIGIN], release_facts(told)),
        "duration_s": sum(one["duration_s"] or 0 for one in rows),
        "audible": audible,
        "shuffled": _SHUFFLED.sample(audible, len(audible)),
        "remainder": sum(one["remainder_millicredits"] for one in rows if one["is_audible"]),
        "forms": FORMATS.items(),
        "owned": sum(1 for one in rows if one["owned"]),
    }
    return await show(request, "listener/release.html", context)


async def _rows(session: Session, looks: Looking, told: ReleaseDocument) -> list[Row]:
    """Answer the tracks in their order, and which of them may not be had here."""
    ids = [UUID(one.track) for one in told.tracks]
    if not ids:
        return []
    cards = await cards_of(session, ids)
    rows = await rows_of(session, looks, [cards[one] for one in ids])
    for row, one in zip(rows, told.tracks, strict=True):
        row["disc"], row["number"] = one.disc, one.position
        row["explicit"] = str(one.explicit)
    return rows


def _discs(rows: Sequence[Row]) -> list[tuple[int, list[Row]]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["disc"], []).append(row)
    return list(found.items())


def _artwork(told: ReleaseDocument) -> str | None:
    """Answer where the cover is, once it was made."""
    is_ready = told.artwork is not None and told.artwork.state is ArtworkState.READY
    return f"/api/v1/releases/{told.id}/artwork" if is_ready else None


def _credits(tracks: Sequence[TrackOnRelease]) -> list[tuple[str, list[str]]]:
    """Answer who did what on any track: each role once, with its people in their order."""
    found: dict[str, dict[str, None]] = {}
    for track in tracks:
        for one in track.credits:
            found.setdefault(one.kind or one.role, {})[one.name] = None
    return [(role, list(names)) for role, names in found.items()]
