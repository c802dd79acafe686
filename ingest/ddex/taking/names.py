"""By what releases, their tracks, and whoever is named are known again, each in one way of writing.

A catalogue number tells releases apart only where there is nothing better: editions often share
one. What stands where there is no number (`N/A`, zeros) tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catalog.supplied_facts import Name
from ingest.ddex.canonical import Identifier, IdKind, Release, Resource
from ingest.ddex.rules_identifiers import is_telling
from ingest.identifiers import ipi_of, isni_of
from ingest.words import one_line

#: Of who has no number: the name that they are called by.
NAME = "Name"
_VALUE_LETTERS, _SPACE_LETTERS = 200, 60
_ICPN_DIGITS = 14
_STRONG = (IdKind.GRID, IdKind.ICPN, IdKind.PROPRIETARY)
_OF_RELEASES = (*_STRONG, IdKind.CATALOG_NUMBER)
#: Which number is believed, where several name different ones: the first.
_OF_PARTIES = (IdKind.ISNI, IdKind.IPI, IdKind.DPID, IdKind.PROPRIETARY)


def release_names(identifiers: Iterable[Identifier]) -> tuple[Name, ...]:
    """Answer all names that a release goes by."""
    return _names(identifiers, _OF_RELEASES)


def telling_names(names: Sequence[Name]) -> tuple[Name, ...]:
    """Answer the names of a release by which it is known again."""
    strong = tuple(one for one in names if one.kind in _STRONG)
    return strong or tuple(names)


def purged_names(identifiers: Iterable[Identifier]) -> tuple[Name, ...]:
    """Answer the names of what is to be purged: a release, or one track by itself.

    Others may have its catalogue number, or be other releases of a recording: these count only
    where nothing says better what is meant.
    """
    return telling_names(_names(identifiers, (*_OF_RELEASES, IdKind.ISRC)))


def track_names(recording: Resource, releases: Iterable[Release]) -> tuple[Name, ...]:
    """Answer the names of a track: of its recording, and of the releases that it is by itself."""
    of_recording = _names(recording.identifiers, (IdKind.ISRC,))
    of_releases = (each for one in releases for each in release_names(one.identifiers))
    return tuple(dict.fromkeys((*of_recording, *of_releases)))


def key_of_recording(recording: Resource) -> str:
    """Answer what a recording is known by within its release: its ISRC, or what else it has."""
    for kind in IdKind.ISRC, IdKind.PROPRIETARY, IdKind.CATALOG_NUMBER:
        for one in _names(recording.identifiers, (kind,)):
            return (
                one.value
                if kind is IdKind.ISRC
                else f"{one.kind}:{one.namespace}:{one.value}"[:_VALUE_LETTERS]
            )
    return f"Reference:{recording.reference}"[:_VALUE_LETTERS]


def is_isrc(key: str) -> bool:
    """Answer whether a recording is known by its ISRC, wherever it is released."""
    return ":" not in key


def party_names(name: str, identifiers: Iterable[Identifier]) -> tuple[Name, ...]:
    """Answer what somebody is known by: their numbers, and only where they have none their name."""
    found = _names(identifiers, _OF_PARTIES)
    ranked = sorted(found, key=lambda one: _OF_PARTIES.index(IdKind(one.kind)))
    return tuple(ranked) or (Name(kind=NAME, value=name[:_VALUE_LETTERS]),)


def _names(identifiers: Iterable[Identifier], kinds: Sequence[IdKind]) -> tuple[Name, ...]:
    found = (
        Name(
            kind=str(one.kind),
            value=value,
            namespace=(one_line(one.namespace, _SPACE_LETTERS) or "") if _is_owned(one) else "",
        )
        for one in identifiers
        if one.kind in kinds and is_telling(one) and (value := _written(one))
    )
    return tuple(dict.fromkeys(found))


def _is_owned(one: Identifier) -> bool:
    return one.kind in {IdKind.PROPRIETARY, IdKind.CATALOG_NUMBER}


def _written(one: Identifier) -> str:
    """Answer an identifier in the one way that it is compared in, whatever its check digit says."""
    value = one_line(one.value, _VALUE_LETTERS) or ""
    plain = re.sub(r"[\s-]", "", value).upper()
    match one.kind:
        case IdKind.ICPN:  # a UPC is an EAN with zeros before it
            return plain.zfill(_ICPN_DIGITS)
        case IdKind.GRID | IdKind.ISRC:
            return plain
        case IdKind.ISNI:
            return isni_of(value) or plain
        case IdKind.IPI:
            return ipi_of(value) or plain
        case _:
            return value
