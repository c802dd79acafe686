"""What the catalogue knows of a release, as the facts that a message tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from accounting.deal_rows import deals_of
from accounting.deals import Deal, Subject
from accounting.pricing import Terms
from base.database import Session
from base.errors import Refused
from base.places import countries
from catalog.artists import Credited, artists_of
from catalog.credit_roles import RoleKind
from catalog.exported import confirmed_label, is_supplied, largest_image
from catalog.genres import name_of
from catalog.models.artists import Artist
from catalog.models.files import Master
from catalog.models.releases import Release as Row
from catalog.reference import Reference, Role
from catalog.release_types import ReleaseType, type_of
from catalog.releases import Standing, release_of, standing_on
from catalog.said import Done, Said, said_of_releases, said_of_tracks
from catalog.states import ReleaseState, TrackState
from catalog.words import Explicit
from ingest.ddex.export.facts import (
    Cover,
    Did,
    Line,
    Named,
    Offer,
    Party,
    Prices,
    Release,
    Sound,
    Track,
)
from ingest.ddex.export.offers import offers_of
from ingest.ddex.export.values import COVER_PATH, sound_path

#: Of releases in which states others are told, and of which of their tracks: what is out, or will
#: be at a time that is known; what was withdrawn is told to be.
TOLD = {
    ReleaseState.PUBLISHED: frozenset({TrackState.PLAYABLE, TrackState.COMPLETE}),
    ReleaseState.SCHEDULED: frozenset({TrackState.PLAYABLE, TrackState.COMPLETE}),
    ReleaseState.WITHDRAWN: frozenset(
        {TrackState.PLAYABLE, TrackState.COMPLETE, TrackState.WITHDRAWN}
    ),
}
_MILLI, _MICRO = 1_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a release beside its row."""

    release: Row
    said: Said
    tracks: Sequence[Standing]
    said_of: Mapping[UUID, Said]
    artists: Mapping[UUID, Artist]
    deals: Mapping[UUID, tuple[Deal, ...]]
    now: datetime

    def offers(self, deals: Collection[Deal], *, is_free: bool) -> tuple[Offer, ...]:
        """Answer what is to be had; of what was withdrawn nothing."""
        out_at = self.release.published_at or self.release.publish_at
        if self.release.state == ReleaseState.WITHDRAWN or out_at is None:
            return ()
        return offers_of(
            tuple(deals), is_free=is_free, out_at=out_at, now=self.now, countries=countries()
        )


async def gathered(session: Session, release_id: UUID, *, now: datetime) -> Release:
    """Answer all that is told of a release.

    Raises:
        Refused: `release-unknown`, 404; `release-not-out`, 409: nobody is to know of it yet;
            `release-supplied`, 409: whoever delivered it tells others of it.

    """
    row = await release_of(session, release_id)
    if row.state not in TOLD:
        raise Refused(
            "release-not-out",
            "Others are told of what is out, or has a time at which it comes out: publish the "
            "release, or schedule it.",
            status=409,
        )
    if await is_supplied(session, release_id):
        sentence = "The release was delivered to us: who delivered it tells others of it."
        raise Refused("release-supplied", sentence, status=409)
    known = await _known(session, row, now=now)
    return Release(
        id=row.id,
        title=row.title,
        artist=row.artist,
        kind=_kind(known),
        artists=_named(known.said.named, known.artists),
        label=await _label(session, row),
        upc=row.upc,
        grid=row.grid,
        catalogue_number=row.catalogue_number,
        p_line=_line(row.p_year, row.p_owner),
        c_line=_line(row.c_year, row.c_owner),
        genres=_genres(known),
        released_on=row.released_on or _day_of(row),
        original_on=row.original_on,
        language=row.language,
        cover=await _cover(session, row),
        tracks=[_track(known, one, number) for number, one in enumerate(known.tracks, 1)],
        offers=_offers(known),
    )


def prices_of(terms: Terms) -> Prices:
    """Answer what each play costs in money, as a credit is worth that nobody paid for."""
    per_millicredit = Decimal(terms.credit_value_micros) / _MICRO / _MILLI
    steps = [(price * per_millicredit).normalize() for price in terms.prices]
    return Prices(currency=terms.currency, steps=steps)


async def _known(session: Session, row: Row, *, now: datetime) -> _Known:
    told = TOLD[ReleaseState(row.state)]
    tracks = [one for one in await standing_on(session, row.id) if one.track.state in told]
    ids = [one.track.id for one in tracks]
    [said] = (await said_of_releases(session, [row.id])).values()
    said_of = await said_of_tracks(session, ids)
    return _Known(
        release=row,
        said=said,
        tracks=tracks,
        said_of=said_of,
        artists=await artists_of(session, _ids([said, *said_of.values()])),
        deals=await deals_of(session, ids),
        now=now,
    )


def _ids(said: Iterable[Said]) -> set[UUID]:
    named = [one.artist_id for each in said for one in each.named]
    return {*named, *(one.artist_id for each in said for one in each.done if one.artist_id)}


def _kind(known: _Known) -> ReleaseType:
    if known.release.type:
        return ReleaseType(known.release.type)
    return type_of([one.master.duration_s or 0.0 for one in known.tracks])


def _named(named: Sequence[Credited], artists: Mapping[UUID, Artist]) -> list[Named]:
    """Answer who is named; one who has not confirmed it is told by the name alone."""
    return [
        Named(
            party=_artist(one.name, artists[one.artist_id])
            if one.is_confirmed
            else Party(name=one.name),
            role=one.role,
        )
        for one in named
    ]


def _artist(name: str, artist: Artist) -> Party:
    return Party(name=name, id=artist.id, isni=artist.isni, ipi=artist.ipi)


def _did(done: Done, known: _Known) -> Did:
    """Answer who did what; an artist of another account by what is said here alone."""
    artist = known.artists.get(done.artist_id) if done.artist_id else None
    is_own = artist is not None and artist.account_id == known.release.owner_id
    party = (
        _artist(done.name, artist)
        if artist is not None and is_own
        else Party(name=done.name, isni=done.isni, ipi=done.ipi)
    )
    return Did(party=party, kind=RoleKind(done.kind), word=done.role)


async def _label(session: Session, row: Row) -> Party | None:
    """Answer who puts it out; only what a label confirmed is told by its numbers."""
    label = await confirmed_label(session, row.id)
    if label is None:
        return Party(name=row.label) if row.label else None
    return Party(name=row.label or label.name, id=label.id, isni=label.isni)


def _line(year: int | None, owner: str | None) -> Line | None:
    return Line(owner=owner, year=year) if owner else None


def _genres(known: _Known) -> list[str]:
    """Answer what a release is of; of one that does not say, what its tracks are of."""
    tracks = (one for each in known.said_of.values() for one in each.genres)
    return [name_of(one) for one in dict.fromkeys(known.said.genres or tracks)]


def _day_of(row: Row) -> str | None:
    """Answer on which day it comes out, by the clock that its owner reads."""
    out_at = row.published_at or row.publish_at
    zone = ZoneInfo(row.publish_zone or "UTC")
    return out_at.astimezone(zone).date().isoformat() if out_at else None


async def _cover(session: Session, row: Row) -> Cover | None:
    image = await largest_image(session, row.artwork_id)
    if image is None:
        return None
    key = Reference(key=image.storage_key, role=Role.IMAGE, subject=str(image.artwork_id))
    if key.digest is None:
        return None
    return Cover(
        id=image.artwork_id,
        path=COVER_PATH,
        storage_key=image.storage_key,
        sha256=key.digest,
        size_bytes=image.size_bytes,
        width=image.width,
        height=image.height,
    )


def _offers(known: _Known) -> tuple[Offer, ...]:
    """Answer what the whole release is to be had for: by the deals that are of all of it."""
    deals = {one for each in known.deals.values() for one in each if one.subject is Subject.RELEASE}
    is_free = bool(known.tracks) and all(one.track.is_free for one in known.tracks)
    return known.offers(deals, is_free=is_free)


def _track(known: _Known, standing: Standing, number: int) -> Track:
    row, master = standing.track, standing.master
    said = known.said_of[row.id]
    is_out = row.state != TrackState.WITHDRAWN
    deals = known.deals.get(row.id, ())
    return Track(
        id=row.id,
        recording_id=row.recording_id,
        disc=standing.place.disc,
        position=_position(known, standing),
        title=row.title,
        artist=row.artist,
        artists=_named(said.named, known.artists),
        credits=[_did(one, known) for one in said.done],
        isrc=standing.recording.isrc,
        iswc=row.iswc,
        p_line=_line(row.p_year, row.p_owner),
        duration_s=_length(master),
        explicit=Explicit(row.explicit),
        language=row.language,
        genres=[name_of(one) for one in said.genres],
        sound=_sound(standing.master, number),
        offers=known.offers(deals, is_free=row.is_free) if is_out else (),
    )


def _length(master: Master) -> Fraction | None:
    if master.samples is None or not master.sample_rate:
        return None
    return Fraction(master.samples, master.sample_rate)


def _position(known: _Known, standing: Standing) -> int:
    """Answer which track of its disc it is; where two have one number, as they stand there."""
    disc = [one for one in known.tracks if one.place.disc == standing.place.disc]
    is_clear = len({one.place.position for one in disc}) == len(disc)
    return standing.place.position if is_clear else disc.index(standing) + 1


def _sound(master: Master, number: int) -> Sound | None:
    if not (master.container and master.codec and master.sample_rate and master.channels):
        return None
    return Sound(
        path=sound_path(number, master.container),
        storage_key=master.storage_key,
        sha256=master.sha256,
        size_bytes=master.size_bytes,
        container=master.container,
        codec=master.codec,
        sample_rate=master.sample_rate,
        channels=master.channels,
        bit_depth=master.bit_depth,
    )
