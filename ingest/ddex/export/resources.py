"""Resources as elements: recordings with their files, and the cover."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from ingest.ddex.export.elements import duration, element, language, where_told
from ingest.ddex.export.facts import Cover, Did, Line, Release, Sound, Track
from ingest.ddex.export.parties import Parties, artist_elements
from ingest.ddex.export.values import (
    ADVISORIES,
    USER_DEFINED,
    codec_of,
    container_of,
    roles_of,
)

_KILOBYTE = 1_000


def recording_element(
    track: Track, number: int, release: Release, parties: Parties, us: str
) -> etree._Element:
    """Write the recording of a track."""
    return element(
        "SoundRecording",
        element("ResourceReference", f"A{number}"),
        element("Type", "MusicalWorkSoundRecording"),
        _edition(track, number, release, us),
        element("WorkId", element("ISWC", track.iswc)) if track.iswc else None,
        title_elements(track.title),
        element("DisplayArtistName", track.artist),
        artist_elements(track.artists, parties),
        _contributors(track, parties, us),
        element("Duration", duration(track.duration_s or Fraction(0))),
        element("ParentalWarningType", ADVISORIES[track.explicit]),
        where_told("LanguageOfPerformance", language(track.language)),
    )


def _edition(track: Track, number: int, release: Release, us: str) -> etree._Element:
    line = track.p_line or release.p_line
    sound = track.sound if release.is_offered else None
    return element(
        "SoundRecordingEdition",
        element(
            "ResourceId",
            where_told("ISRC", track.isrc),
            element("ProprietaryId", str(track.recording_id), Namespace=us),
        ),
        line_element("PLine", "P", line) if line else None,
        _technical(sound, number, us) if sound else None,
    )


def _technical(sound: Sound, number: int, us: str) -> etree._Element:
    codec, own = codec_of(sound.codec)
    namespace = us if own else None
    return element(
        "TechnicalDetails",
        element("TechnicalResourceDetailsReference", f"T{number}"),
        element(
            "DeliveryFile",
            element("Type", "AudioFile"),
            where_told("ContainerFormat", container_of(sound.container)),
            element("AudioCodecType", codec, Namespace=namespace, UserDefinedValue=own),
            element("NumberOfChannels", str(sound.channels)),
            element("SamplingRate", str(sound.sample_rate), UnitOfMeasure="Hz"),
            element("BitsPerSample", str(sound.bit_depth)) if sound.bit_depth else None,
            file_element(sound),
        ),
    )


def cover_element(cover: Cover, number: int, us: str) -> etree._Element:
    """Write the cover of a release."""
    return element(
        "Image",
        element("ResourceReference", f"A{number}"),
        element("Type", "FrontCoverImage"),
        element("ResourceId", element("ProprietaryId", str(cover.id), Namespace=us)),
        element("ParentalWarningType", "NotExplicit"),
        element(
            "TechnicalDetails",
            element("TechnicalResourceDetailsReference", f"T{number}"),
            element("ImageCodecType", "JPEG"),
            element("ImageHeight", str(cover.height), UnitOfMeasure="Pixel"),
            element("ImageWidth", str(cover.width), UnitOfMeasure="Pixel"),
            file_element(cover),
        ),
    )


def file_element(file: Sound | Cover) -> etree._Element:
    """Write where a file lies beside the message, what its bytes come to, and its kilobytes."""
    return element(
        "File",
        element("URI", file.path),
        element(
            "HashSum",
            element("Algorithm", "SHA-256"),
            element("HashSumValue", file.sha256),
        ),
        element("FileSize", f"{Decimal(file.size_bytes) / _KILOBYTE:f}"),
    )


def title_elements(title: str, tongue: str | None = None) -> list[etree._Element]:
    """Write a title as 4.3 wants it, twice."""
    return [
        element("DisplayTitleText", title, LanguageAndScriptCode=tongue),
        element("DisplayTitle", element("TitleText", title), LanguageAndScriptCode=tongue),
    ]


def line_element(tag: str, mark: str, line: Line) -> etree._Element:
    """Write a line of (P) or (C)."""
    text = f"({mark}) {line.year} {line.owner}" if line.year else f"({mark}) {line.owner}"
    return element(
        tag,
        element("Year", f"{line.year:04}") if line.year else None,
        element(f"{tag}Company", line.owner),
        element(f"{tag}Text", text),
    )


def _contributors(track: Track, parties: Parties, us: str) -> Iterator[etree._Element]:
    for number, one in enumerate(track.credits, 1):
        yield element(
            "Contributor",
            element("ContributorPartyReference", parties[one.party]),
            _roles(one, us),
            SequenceNumber=str(number),
        )


def _roles(did: Did, us: str) -> Iterator[etree._Element]:
    told, own = roles_of(did.kind, did.word)
    if told:
        yield element("Role", told)
    if own:
        yield element("Role", USER_DEFINED, Namespace=us, UserDefinedValue=own)
