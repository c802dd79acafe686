"""Numbers of recordings and releases: how they are written, their check digits, and whose they are.

Of the samples that DDEX itself publishes many have wrong check digits, so those are warnings unless
a partner's profile says otherwise; only what cannot be an ISRC at all is an error: all that is
heard is known by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from catalog.findings import Severity
from ingest.ddex.canonical import Identifier, IdKind, Message, ResourceKind
from ingest.ddex.findings import MessageFinding, Place, Status, found_at
from ingest.identifiers import grid_of, isni_of, isrc_of, upc_of

_ISRC = re.compile(r"[A-Z]{2}-?[A-Z0-9]{3}-?[0-9]{2}-?[0-9]{5}")
_ICPN = re.compile(r"[0-9]{12,14}")
_GRID = re.compile(r"A1-?[A-Z0-9]{5}-?[A-Z0-9]{10}-?[A-Z0-9]")
_DPID = re.compile(r"PADPIDA[A-Za-z0-9]+")
_ISNI = re.compile(r"[0-9]{15}[0-9X]")
_WRITTEN = {
    IdKind.ISRC: (_ISRC, "two letters, three letters or digits, and seven digits"),
    IdKind.ICPN: (_ICPN, "12 to 14 digits"),
    IdKind.GRID: (_GRID, "A1 and 16 letters or digits"),
    IdKind.DPID: (_DPID, "PADPIDA and letters or digits"),
    IdKind.ISNI: (_ISNI, "16 digits"),
}
#: Of numbers that are compared without dashes and blanks, how they are written is known.
_BARE = frozenset({IdKind.ISRC, IdKind.ICPN, IdKind.GRID})
#: What is written where there is no number.
_PLACEHOLDERS = frozenset(
    {
        *("NA", "NONE", "NULL", "NIL", "NIX", "UNKNOWN", "UNDEFINED", "UNASSIGNED", "PENDING"),
        *("TBA", "TBC", "TBD", "XXX", "XXXX"),
    }
)
_CHECKED = {IdKind.ISRC: isrc_of, IdKind.ICPN: upc_of, IdKind.GRID: grid_of, IdKind.ISNI: isni_of}


def is_telling(one: Identifier) -> bool:
    """Answer whether a number tells anything: it is written as one, and stands for no other.

    What a number is in the sender's own words says nothing without whose words these are.
    """
    plain = re.sub(r"[\W_]", "", one.value).upper()
    if not plain.strip("0") or plain in _PLACEHOLDERS:
        return False
    if one.kind is IdKind.PROPRIETARY and not one.namespace.strip():
        return False
    written = _WRITTEN.get(one.kind) if one.kind in _BARE else None
    return written is None or written[0].fullmatch(plain) is not None


def of_identifiers(message: Message) -> Iterator[MessageFinding]:
    """Find numbers that cannot be, that are missing, and one that two recordings have."""
    # What is only told of, as the parts of a mix are, is passed over, whatever it lacks.
    used = {item.resource for release in message.releases for item in release.items}
    for resource in message.resources:
        yield from _of_all(resource.identifiers, resource.place)
        kinds = {one.kind for one in resource.identifiers}
        is_heard = resource.kind is ResourceKind.SOUND_RECORDING and resource.reference in used
        if is_heard and IdKind.ISRC not in kinds:
            yield _missing(
                "isrc-missing", f"Recording {resource.reference} has no ISRC.", resource.place
            )
    for release in message.releases:
        yield from _of_all(release.identifiers, release.place)
        is_known = any(map(is_telling, release.identifiers))
        if not release.identifiers or (release is message.main_release and not is_known):
            sentence = f"Release {release.reference} has no number by which it is known again."
            yield _missing("release-id-missing", sentence, release.place)
    for party in message.parties.values():
        yield from _of_all(party.identifiers, party.place)
    yield from _shared(message)


def _of_all(identifiers: tuple[Identifier, ...], place: Place) -> Iterator[MessageFinding]:
    for one in identifiers:
        finding = _of_one(one, place)
        if finding is not None:
            yield finding


def _of_one(one: Identifier, place: Place) -> MessageFinding | None:
    if one.kind in {IdKind.CATALOG_NUMBER, IdKind.PROPRIETARY} and not one.namespace:
        return MessageFinding(
            rule="namespace-missing",
            status=Status.IDENTIFIER_INVALID,
            severity=Severity.WARNING,
            text=f"The {one.kind} {one.value} does not say whose it is (Namespace).",
            line=place.line,
            path=place.path,
        )
    if one.kind not in _WRITTEN:
        return None
    form, words = _WRITTEN[one.kind]
    if not form.fullmatch(one.value.upper() if one.kind is not IdKind.DPID else one.value):
        return MessageFinding(
            rule=f"{one.kind.lower()}-syntax",
            status=Status.IDENTIFIER_SYNTAX_INVALID,
            severity=Severity.ERROR if one.kind is IdKind.ISRC else Severity.WARNING,
            text=f"The number “{one.value[:100]}” is no {one.kind}, which is {words}.",
            line=place.line,
            path=place.path,
        )
    check = _CHECKED.get(one.kind)
    if check is None or check(one.value) is not None:
        return None
    return MessageFinding(
        rule=f"{one.kind.lower()}-check",
        status=Status.IDENTIFIER_INVALID,
        severity=Severity.WARNING,
        text=f"The check digit of the {one.kind} {one.value} is wrong: look for a slip.",
        line=place.line,
        path=place.path,
    )


def _shared(message: Message) -> Iterator[MessageFinding]:
    by_isrc = defaultdict[str, list[str]](list)
    for resource in message.resources:
        for one in resource.identifiers:
            if one.kind is IdKind.ISRC:
                by_isrc[one.value.replace("-", "").upper()].append(resource.reference)
    for isrc, references in by_isrc.items():
        if len(references) > 1:
            told = " and ".join(references)
            yield MessageFinding(
                rule="duplicate-isrc",
                status=Status.IDENTIFIER_INVALID,
                severity=Severity.ERROR,
                text=f"The recordings {told} have one ISRC, {isrc}. Each has its own.",
            )


def _missing(rule: str, text: str, place: Place) -> MessageFinding:
    return found_at(place, rule, Status.METADATA_MISSING, text, Severity.ERROR)
