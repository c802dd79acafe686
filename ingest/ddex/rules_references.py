"""All that a message refers to is there, once; and what is there is referred to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Place, Status, found_at


def of_references(message: Message) -> Iterator[MessageFinding]:
    """Find references that lead nowhere, names that two things have, and what nothing uses."""
    resources = [one.reference for one in message.resources]
    releases = [one.reference for one in message.releases]
    yield from _twice("resource", resources)
    yield from _twice("release", (one for one in releases if one))
    there = set(resources)
    for release in message.releases:
        for item in release.items:
            if item.resource not in there:
                yield _dangling("resource", item.resource, release.place)
    there = set(releases)
    for deal in message.deals:
        for reference in deal.releases:
            if reference not in there:
                yield _dangling("release", reference, deal.place)
    if message.version.has_party_list:
        yield from _of_parties(message)
    yield from _unused(message)


def _of_parties(message: Message) -> Iterator[MessageFinding]:
    credited = [((*one.artists, *one.contributors), one.place) for one in message.resources]
    credited += [(one.artists, one.place) for one in message.releases]
    for credits_, place in credited:
        for credit in credits_:
            if credit.party and credit.party not in message.parties:
                yield _dangling("party", credit.party, place)
    for release in message.releases:
        for label in release.labels:
            if label not in message.parties:
                yield _dangling("party", label, release.place)


def _unused(message: Message) -> Iterator[MessageFinding]:
    used = {item.resource for release in message.releases for item in release.items}
    for resource in message.resources:
        if resource.reference not in used:
            yield MessageFinding(
                rule="unused-resource",
                status=Status.USER_DEFINED,
                severity=Severity.WARNING,
                text=f"No release has the resource {resource.reference}: it is passed over.",
                line=resource.place.line,
                path=resource.place.path,
            )


def _twice(kind: str, references: Iterable[str]) -> Iterator[MessageFinding]:
    for reference, count in Counter(references).items():
        if count > 1:
            yield MessageFinding(
                rule="duplicate-reference",
                status=Status.NEW_RELEASE_MESSAGE_INVALID,
                severity=Severity.ERROR,
                text=f"{count} {kind}s are called {reference}: give each a reference of its own.",
            )


def _dangling(kind: str, reference: str, place: Place) -> MessageFinding:
    text = f"It refers to the {kind} {reference or '(without a name)'}, which is not there."
    invalid = Status.NEW_RELEASE_MESSAGE_INVALID
    return found_at(place, "dangling-reference", invalid, text, Severity.ERROR)
