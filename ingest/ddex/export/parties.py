"""Everybody whom a message names, in one list that all else refers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from lxml import etree

from ingest.ddex.export.elements import element, where_told
from ingest.ddex.export.facts import Named, Party, Release
from ingest.ddex.export.values import DISPLAYED


class Parties:
    """The parties of a release by the references that its message has for them."""

    def __init__(self, release: Release) -> None:
        """Name all that a release and its tracks name, in the order in which they are named."""
        numbers = count(1)
        self._references = dict[Party, str]()
        for one in _parties(release):
            if one not in self._references:
                self._references[one] = f"P{next(numbers)}"

    def __getitem__(self, party: Party) -> str:
        """Answer how a party is referred to."""
        return self._references[party]

    def items(self) -> Iterator[tuple[Party, str]]:
        """Answer all of them."""
        yield from self._references.items()


def party_element(party: Party, reference: str, us: str) -> etree._Element:
    """Write a party; its number here is told in our namespace."""
    ids = (
        where_told("ISNI", party.isni),
        where_told("IpiNameNumber", party.ipi),
        element("ProprietaryId", str(party.id), Namespace=us) if party.id else None,
    )
    return element(
        "Party",
        element("PartyReference", reference),
        element("PartyName", element("FullName", party.name)),
        element("PartyId", *ids) if any(one is not None for one in ids) else None,
    )


def artist_elements(artists: Sequence[Named], parties: Parties) -> list[etree._Element]:
    """Write who is shown as artist, in order."""
    return [_artist(number, one, parties) for number, one in enumerate(artists, 1)]


def _artist(number: int, artist: Named, parties: Parties) -> etree._Element:
    shown, did = DISPLAYED[artist.role]
    return element(
        "DisplayArtist",
        element("ArtistPartyReference", parties[artist.party]),
        element("DisplayArtistRole", shown),
        where_told("ArtisticRole", did),
        SequenceNumber=str(number),
    )


def label_of(release: Release) -> Party:
    """Answer who puts a release out: where no label does, who made it."""
    return release.label or Party(name=release.artist)


def _parties(release: Release) -> Iterator[Party]:
    yield label_of(release)
    yield from (one.party for one in release.artists)
    for track in release.tracks:
        yield from (one.party for one in track.artists)
        yield from (one.party for one in track.credits)
