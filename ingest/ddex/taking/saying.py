"""Write of a release and its tracks what its newest message says, all of it, and nothing else.

A label's message is the authority on its own release: what was written by hand gives way to it,
and what tags of files say changes none of it any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from base.database import Session
from catalog.artists import (
    Credited,
    credits_on_releases,
    credits_on_tracks,
    name_on_release,
    name_on_track,
    put_label,
)
from catalog.artworks import ARTWORK, NewArtwork, artwork_of, put_up, take_down
from catalog.credit_roles import Did, Named
from catalog.facts import (
    write_c_line,
    write_p_line,
    write_release_genres,
    write_track_genres,
)
from catalog.models.artists import Label
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import Naming, rename
from catalog.objects import HOLD
from catalog.releases import write_credits
from catalog.supplied_facts import StoredFile
from catalog.supplied_parties import Meant, find_artists_meant, find_label_meant
from catalog.supplied_words import Words, words_on_tracks
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.planned import Front, PlannedRelease, PlannedTrack, Who, Work
from ingest.describing import (
    ARTIST,
    ARTISTS,
    C_LINE,
    CREDITS,
    GENRES,
    ISRC,
    LABEL,
    ORDER,
    P_LINE,
    TITLE,
)

_OF_RELEASE = sorted(
    {
        *(ORDER, TITLE, ARTIST, ARTISTS, LABEL, GENRES, P_LINE, C_LINE, ARTWORK),
        *("upc", "grid", "catalogue_number", "released_on", "original_on", "type", "language"),
    }
)
_OF_TRACK = sorted({TITLE, ARTIST, ARTISTS, ISRC, CREDITS, GENRES, P_LINE, "language", "explicit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is meant: artists by how they are named, and who puts it out."""

    artists: Mapping[Who, UUID]
    label: Label | None


async def find_people(session: Session, plan: PlannedRelease, occasion: Occasion) -> People:
    """Answer which artists are meant, and note by what they are known."""
    meant = {one: _meant(one) for one in plan.everybody}
    found = await find_artists_meant(
        session, occasion.partner_id, occasion.caller.id, meant.values(), occasion.told
    )
    label = (
        await find_label_meant(
            session, occasion.partner_id, occasion.caller.id, _meant(plan.label), occasion.told
        )
        if plan.label
        else None
    )
    return People(artists={one: found[who] for one, who in meant.items()}, label=label)


def _meant(one: Who) -> Meant:
    return Meant(name=one.name, names=one.names, isni=one.isni, ipi=one.ipi)


async def say_of_release(
    session: Session, release: Release, plan: PlannedRelease, people: People, occasion: Occasion
) -> None:
    """Write of a release what its message says; the caller holds its lock."""
    now = occasion.now
    before = _shown(release)
    release.title, release.artist, release.edited = plan.title, plan.artist, _OF_RELEASE
    for name, word in plan.words.items():
        setattr(release, name, word)
    write_p_line(release, plan.p_line)
    write_c_line(release, plan.c_line)
    if _shown(release) != before:
        release.changed_at = now
    await write_release_genres(session, release.id, plan.genres)
    named = _named(plan.fronts, people)
    known = (await credits_on_releases(session, [release.id])).get(release.id, [])
    if not _is_said(known, named):
        await name_on_release(session, release.id, named, owner_id=release.owner_id, now=now)
    label, owner_id = people.label, release.owner_id
    await put_label(session, release.id, label, owner_id=owner_id, now=now)


def _shown(release: Release) -> tuple[Any, ...]:
    names = (TITLE, ARTIST, *("label", "upc", "grid", "catalogue_number", "released_on"))
    lines = ("p_year", "p_owner", "c_year", "c_owner", "original_on", "type", "language")
    return tuple(getattr(release, name) for name in (*names, *lines))


async def say_of_tracks(
    session: Session,
    release: Release,
    tracks: Sequence[tuple[PlannedTrack, Track]],
    people: People,
    occasion: Occasion,
) -> None:
    """Write of tracks what their message says, where it is not said already."""
    ids = [track.id for _, track in tracks]
    names, words = await credits_on_tracks(session, ids), await words_on_tracks(session, ids)
    for plan, track in tracks:
        place = await session.get_one(ReleaseTrack, track.id)
        place.disc, place.position, place.edited = plan.disc, plan.position, _OF_TRACK
        before = _heard(track)
        naming = Naming(title=plan.title, artist=plan.artist, isrc=plan.isrc)
        await rename(session, track, naming)
        track.language, track.explicit, track.edited = plan.language, plan.explicit, _OF_TRACK
        write_p_line(track, plan.p_line)
        if _heard(track) != before:
            track.changed_at = occasion.now
        named, did = _named(plan.fronts, people), _did(plan.works, people)
        if not _is_said(names.get(track.id, []), named):
            await name_on_track(
                session, track.id, named, owner_id=release.owner_id, now=occasion.now
            )
        said = words.get(track.id, Words())
        if list(said.genres) != list(plan.genres):
            await write_track_genres(session, track.id, plan.genres)
        if list(said.credits) != did:
            await write_credits(session, track.id, did)
    await session.flush()


def _heard(track: Track) -> tuple[Any, ...]:
    names = (TITLE, ARTIST, "language", "explicit", "p_year", "p_owner", "recording_id")
    return tuple(getattr(track, name) for name in names)


def _named(fronts: Sequence[Front], people: People) -> list[Named]:
    return [
        Named(
            name=one.who.name, role=one.role, joined=one.joined, artist_id=people.artists[one.who]
        )
        for one in fronts
    ]


def _did(works: Sequence[Work], people: People) -> list[Did]:
    return [
        Did(
            role=one.role,
            name=one.who.name,
            ipi=one.who.ipi,
            isni=one.who.isni,
            artist_id=people.artists[one.who],
        )
        for one in works
    ]


def _is_said(known: Sequence[Credited], named: Sequence[Named]) -> bool:
    before = [(one.artist_id, one.name, one.role, one.joined) for one in known]
    return before == [(one.artist_id, one.name, one.role, one.joined) for one in named]


async def show_cover(
    session: Session, release: Release, file: StoredFile | None, occasion: Occasion
) -> None:
    """Show a release with the picture that is told, or with none; its sizes are a job's."""
    shown = await artwork_of(session, release.artwork_id)
    if file is None:
        if shown is not None:
            await take_down(session, release, until=occasion.now + HOLD)
    elif shown is None or shown.sha256 != file.sha256:
        new = NewArtwork(
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            storage_key=file.storage_key,
            request_id=occasion.request_id,
        )
        await put_up(session, release, new, now=occasion.now, until=occasion.now + HOLD)
