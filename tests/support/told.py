"""Releases as messages tell of them: any that the catalogue could hold, and one to begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st

from catalog.credit_roles import ArtistRole, RoleKind
from catalog.release_types import ReleaseType
from catalog.words import Explicit
from ingest.ddex.export.elements import plain
from ingest.ddex.export.facts import (
    Cover,
    Did,
    Envelope,
    Line,
    Model,
    Named,
    Offer,
    Party,
    Prices,
    Release,
    Sound,
    Told,
    Track,
)

US, THEM = "PADPIDA2020020202Y", "PADPIDA2020030303Z"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENVELOPE = Envelope(message_id="M-1", sender=US, recipient=THEM, created_at=NOON)
PRICES = Prices(currency="EUR", steps=(Decimal("0.002"), Decimal("0.004")))
PAID = Offer(model=Model.PAID, starts_at=NOON)
ADA = Party(name="Ada", id=UUID(int=1), isni="0000000121032683", ipi="00045620792")
LABEL = Party(name="A Label", id=UUID(int=2))


def sound(disc: int = 1, position: int = 1) -> Sound:
    return Sound(
        path=f"resources/{disc:02}_{position:03}.flac",
        storage_key=f"masters/{disc:02}/{position:02}",
        sha256=f"{disc:032x}{position:032x}",
        size_bytes=12_345_678,
        container="flac",
        codec="flac",
        sample_rate=44_100,
        channels=2,
        bit_depth=16,
    )


def track(number: int = 1, title: str = "A Song") -> Track:
    return Track(
        id=UUID(int=100 + number),
        recording_id=UUID(int=10_000 + number),
        disc=1,
        position=number,
        title=title,
        artist="Ada",
        artists=(Named(party=ADA),),
        isrc=f"QZTST24{number:05}",
        duration_s=Fraction(208),
        sound=sound(position=number),
        offers=(PAID,),
    )


def release(*tracks: Track) -> Release:
    return Release(
        id=UUID(int=3),
        title="An Album",
        artist="Ada",
        kind=ReleaseType.ALBUM,
        artists=(Named(party=ADA),),
        label=LABEL,
        upc="4006381333931",
        p_line=Line(owner="A Label", year=2024),
        genres=("Folk",),
        cover=COVER,
        tracks=tracks or (track(1, "One"), track(2, "Two")),
        offers=(PAID,),
    )


COVER = Cover(
    id=UUID(int=4),
    path="resources/cover.jpg",
    storage_key="artwork/cover",
    sha256=f"{7:064x}",
    size_bytes=2_000,
    width=1_400,
    height=1_400,
)


def told(of: Release | None = None) -> Told:
    return Told(envelope=ENVELOPE, release=of or release(), prices=PRICES)


#: What anybody may have written, of which something can be told.
texts = st.text(min_size=1, max_size=30).filter(lambda text: bool(plain(text)))
uuids = st.uuids()
languages = st.none() | st.sampled_from(["de", "ja-Jpan", "pt-BR", "zxx"])
instants = st.integers(-50_000, 50_000).map(lambda hours: NOON + timedelta(hours=hours))
lines = st.none() | st.builds(Line, owner=texts, year=st.none() | st.integers(1900, 2100))
parties = st.builds(
    Party,
    name=texts,
    id=st.none() | uuids,
    isni=st.none() | st.just(ADA.isni),
    ipi=st.none() | st.just(ADA.ipi),
)
named = st.lists(
    st.builds(Named, party=parties, role=st.sampled_from(ArtistRole)), min_size=1, max_size=3
)
did = st.lists(
    st.builds(Did, party=parties, kind=st.sampled_from(RoleKind), word=texts), max_size=3
)
countries = st.frozensets(st.sampled_from(["DE", "FR", "JP", "US"]), max_size=3)


@st.composite
def offers(draw: st.DrawFn) -> tuple[Offer, ...]:
    """Some that do not meet: each begins when the one before has ended."""
    at, found = draw(instants), list[Offer]()
    for _ in range(draw(st.integers(0, 3))):
        ends_at = at + timedelta(hours=draw(st.integers(1, 100)))
        is_all_but = draw(st.booleans())
        places = draw(countries if is_all_but else countries.filter(bool))
        one = Offer(
            model=draw(st.sampled_from(Model)),
            territories=places,
            is_all_but=is_all_but,
            starts_at=at,
            ends_at=ends_at,
        )
        found.append(one)
        at = ends_at
    return tuple(found)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Any release that lacks nothing that a message needs."""
    discs = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    places = [(n, m) for n, many in enumerate(discs, 1) for m in range(1, many + 1)]
    tracks = [
        Track(
            id=UUID(int=100 + number),
            recording_id=UUID(int=10_000 + number),
            disc=disc,
            position=position,
            title=draw(texts),
            artist=draw(texts),
            artists=draw(named),
            credits=draw(did),
            isrc=f"QZTST24{number:05}",
            iswc=draw(st.none() | st.just("T0345246801")),
            p_line=draw(lines),
            duration_s=Fraction(draw(st.integers(0, 100_000_000)), 1_000),
            explicit=draw(st.sampled_from(Explicit)),
            language=draw(languages),
            genres=draw(st.lists(texts, max_size=2)),
            sound=sound(disc, position),
            offers=draw(offers()),
        )
        for number, (disc, position) in enumerate(places, 1)
    ]
    return Release(
        id=draw(uuids),
        title=draw(texts),
        artist=draw(texts),
        kind=draw(st.sampled_from(ReleaseType)),
        artists=draw(named),
        label=draw(st.none() | parties),
        upc=draw(st.none() | st.just("4006381333931")),
        grid=draw(st.none() | st.just("A12425GABC1234002M")),
        catalogue_number=draw(st.none() | texts),
        p_line=draw(lines),
        c_line=draw(lines),
        genres=draw(st.lists(texts, min_size=1, max_size=2)),
        released_on=draw(st.none() | st.sampled_from(["2024", "2024-03", "2024-03-08"])),
        original_on=draw(st.none() | st.sampled_from(["1999", "1999-03-08"])),
        language=draw(languages),
        cover=draw(st.none() | st.just(COVER)),
        tracks=tracks,
        offers=draw(offers()),
    )
