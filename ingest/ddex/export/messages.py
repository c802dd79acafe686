"""Whole messages of ERN 4.3: of a release, and that one is to be forgotten.

They are written element by element, and no tree of all of it is ever made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from ingest.ddex.export.deals import deal_elements
from ingest.ddex.export.elements import element, instant, language
from ingest.ddex.export.facts import Envelope, Release, Told
from ingest.ddex.export.parties import Parties, party_element
from ingest.ddex.export.releases import ids_element, release_element, track_element
from ingest.ddex.export.resources import cover_element, recording_element
from ingest.ddex.export.values import AVS
from ingest.ddex.versions import MessageKind

_NAMESPACE = "http://ddex.net/xml/ern/43"
_PROFILE = "Audio"
_TONGUE = "en"


def new_release(told: Told) -> bytes:
    """Answer a NewReleaseMessage; of what is offered nowhere, one without deals."""
    release, us = told.release, told.envelope.sender
    parties = Parties(release)
    people = (party_element(party, reference, us) for party, reference in parties.items())
    lists = {
        "PartyList": people,
        "ResourceList": _resources(release, parties, us),
        "ReleaseList": _releases(release, parties, us),
    }
    if release.is_offered:
        lists["DealList"] = deal_elements(release, told.prices, us)
    return _written(MessageKind.NEW_RELEASE, told, lists, ReleaseProfileVersionId=_PROFILE)


def purge(told: Told) -> bytes:
    """Answer a PurgeReleaseMessage, by all numbers of the release."""
    ids = ids_element(told.release, told.envelope.sender)
    return _written(MessageKind.PURGE, told, {"PurgedRelease": iter([ids])})


def _resources(release: Release, parties: Parties, us: str) -> Iterator[etree._Element]:
    for number, track in enumerate(release.tracks, 1):
        yield recording_element(track, number, release, parties, us)
    if release.cover and release.is_offered:
        yield cover_element(release.cover, len(release.tracks) + 1, us)


def _releases(release: Release, parties: Parties, us: str) -> Iterator[etree._Element]:
    yield release_element(release, parties, us)
    for number, track in enumerate(release.tracks, 1):
        yield track_element(track, number, release, parties, us)


def _written(
    kind: MessageKind, told: Told, lists: Mapping[str, Iterator[etree._Element]], **attributes: str
) -> bytes:
    """Write the header, and behind it lists of elements, each of which is let go of then.

    Each stands on lines of its own, so that what is found in it can be told by its line.
    """
    tongue = language(told.release.language) or _TONGUE
    said = {**attributes, "LanguageAndScriptCode": tongue, "AvsVersionId": AVS}
    file = BytesIO()
    with etree.xmlfile(file, encoding="utf-8") as out:
        out.write_declaration()
        with out.element(f"{{{_NAMESPACE}}}{kind}", said, nsmap={"ern": _NAMESPACE}):
            out.write(_header(told.envelope, told.release), pretty_print=True)
            for tag, made in lists.items():
                with out.element(tag):
                    for one in made:
                        out.write(one, pretty_print=True)
    return file.getvalue()


def _header(envelope: Envelope, release: Release) -> etree._Element:
    return element(
        "MessageHeader",
        element("MessageThreadId", str(release.id)),
        element("MessageId", envelope.message_id),
        element("MessageSender", element("PartyId", envelope.sender)),
        element("MessageRecipient", element("PartyId", envelope.recipient)),
        element("MessageCreatedDateTime", instant(envelope.created_at)),
        element("MessageControlType", "TestMessage" if envelope.is_test else "LiveMessage"),
    )
