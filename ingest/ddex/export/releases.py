"""Releases as elements: the release itself, and each of its tracks as one beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from catalog.release_types import ReleaseType
from ingest.ddex.export.elements import element, language, where_told
from ingest.ddex.export.facts import Release, Track
from ingest.ddex.export.parties import Parties, artist_elements, label_of
from ingest.ddex.export.resources import line_element, title_elements
from ingest.ddex.export.values import ADVISORIES, RELEASE_TYPES, advisory_of


def ids_element(release: Release, us: str) -> etree._Element:
    """Write all numbers of a release; ours is always one of them."""
    return element(
        "ReleaseId",
        where_told("GRid", release.grid),
        where_told("ICPN", release.upc),
        where_told("CatalogNumber", release.catalogue_number, Namespace=us),
        element("ProprietaryId", str(release.id), Namespace=us),
    )


def release_element(release: Release, parties: Parties, us: str) -> etree._Element:
    """Write the release that a message is about, `R0`."""
    is_compilation = release.kind is ReleaseType.COMPILATION
    advisory = advisory_of([one.explicit for one in release.tracks])
    return element(
        "Release",
        element("ReleaseReference", "R0"),
        element("ReleaseType", RELEASE_TYPES[release.kind]),
        ids_element(release, us),
        title_elements(release.title, language(release.language)),
        element("DisplayArtistName", release.artist),
        artist_elements(release.artists, parties),
        element("ReleaseLabelReference", parties[label_of(release)]),
        line_element("PLine", "P", release.p_line) if release.p_line else None,
        line_element("CLine", "C", release.c_line) if release.c_line else None,
        _genres(release.genres),
        where_told("ReleaseDate", release.released_on),
        where_told("OriginalReleaseDate", release.original_on),
        element("ParentalWarningType", ADVISORIES[advisory]),
        element("IsMultiArtistCompilation", "true") if is_compilation else None,
        _groups(release),
    )


def track_element(
    track: Track, number: int, release: Release, parties: Parties, us: str
) -> etree._Element:
    """Write a track as a release of its own, `R1` and so on."""
    return element(
        "TrackRelease",
        element("ReleaseReference", f"R{number}"),
        element("ReleaseId", element("ProprietaryId", str(track.id), Namespace=us)),
        title_elements(track.title),
        element("ReleaseResourceReference", f"A{number}"),
        element("ReleaseLabelReference", parties[label_of(release)]),
        _genres(track.genres or release.genres),
    )


def _groups(release: Release) -> etree._Element:
    """Write what stands where: a group for each disc, and the cover beside them all."""
    number = len(release.tracks) + 1
    return element(
        "ResourceGroup",
        _discs(release),
        element("LinkedReleaseResourceReference", f"A{number}", LinkDescription="CoverArt")
        if release.cover and release.is_offered
        else None,
    )


def _discs(release: Release) -> Iterator[etree._Element]:
    numbered = enumerate(release.tracks, 1)
    for disc, tracks in groupby(numbered, key=lambda one: one[1].disc):
        items = (
            element(
                "ResourceGroupContentItem",
                element("SequenceNumber", str(track.position)),
                element("ReleaseResourceReference", f"A{number}"),
            )
            for number, track in tracks
        )
        yield element(
            "ResourceGroup",
            element("SequenceNumber", str(disc)),
            items,
            ResourceGroupType="Component",
        )


def _genres(genres: Sequence[str]) -> list[etree._Element]:
    return [element("Genre", element("GenreText", one)) for one in genres]
