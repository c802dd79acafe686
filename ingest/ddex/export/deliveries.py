"""A delivery as a folder: what lies where in it, and the message that ends a batch.

A release by itself is a folder with its message and `resources/`; several are a batch, in which
each has such a folder, and which a manifest ends (ERN choreographies for SFTP, part 3).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from ingest.ddex.export.elements import element, instant
from ingest.ddex.export.facts import Cover, Release, Sound
from ingest.ddex.export.releases import ids_element
from ingest.ddex.export.telling import Telling

_NAMESPACE = "http://ddex.net/xml/ern-c-sftp/18"
_NO_NAME = re.compile(r"[^A-Za-z0-9]")
_MICROS_A_MILLI = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder: what to copy into it and what to write, by paths within it, the last at the end."""

    name: str
    copied: Mapping[str, Sound | Cover]
    written: Mapping[str, bytes] = field(default_factory=dict)


def delivery_of(tellings: Sequence[Telling], at: datetime) -> Folder:
    """Lay out a delivery of one release, or of several as a batch; `at` is its number."""
    number = f"{at.astimezone(UTC):%Y%m%d%H%M%S}{at.microsecond // _MICROS_A_MILLI:03}"
    if len(tellings) == 1:
        [one] = tellings
        name = release_name(one.told.release)
        written = {f"{name}.xml": one.content}
        return Folder(name=f"N_{name}_{number}", copied=one.files, written=written)
    copied, messages = dict[str, Sound | Cover](), dict[str, bytes]()
    for one in tellings:
        name = release_name(one.told.release)
        copied |= {f"{name}/{below}": file for below, file in one.files.items()}
        messages[_path_of(one.told.release)] = one.content
    manifest = _manifest(tellings, folder=f"N_{number}", at=at)
    written = {**messages, f"BatchComplete_{number}.xml": manifest}
    return Folder(name=f"N_{number}", copied=copied, written=written)


def release_name(release: Release) -> str:
    """Answer what a release is called among folders: by its GRid, its UPC, or our number of it."""
    return _NO_NAME.sub("", release.grid or release.upc or release.id.hex)


def _path_of(release: Release) -> str:
    name = release_name(release)
    return f"{name}/{name}.xml"


def _manifest(tellings: Sequence[Telling], *, folder: str, at: datetime) -> bytes:
    envelope = tellings[0].told.envelope
    root = etree.Element(f"{{{_NAMESPACE}}}ManifestMessage", nsmap={"ern-c-sftp": _NAMESPACE})
    header = element(
        "MessageHeader",
        element("MessageId", f"{folder}-{envelope.message_id}"),
        element("MessageSender", element("PartyId", envelope.sender)),
        element("MessageRecipient", element("PartyId", envelope.recipient)),
        element("MessageCreatedDateTime", instant(at)),
    )
    root.extend(
        [
            header,
            element("IsTestFlag", "true" if envelope.is_test else "false"),
            element("RootDirectory", f"/{folder}"),
            element("NumberOfMessages", str(len(tellings))),
            *map(_listed, tellings),
        ]
    )
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _listed(telling: Telling) -> etree._Element:
    told = telling.told
    ids = element("IncludedReleaseId", *ids_element(told.release, told.envelope.sender))
    digest = hashlib.sha256(telling.content).hexdigest()
    return element(
        "MessageInBatch",
        element("MessageType", telling.kind),
        element("MessageId", told.envelope.message_id),
        element("URL", _path_of(told.release)),
        ids,
        element("DeliveryType", "NewReleaseDelivery" if told.release.is_offered else "TakeDown"),
        element("ProductType", "AudioProduct"),
        element(
            "HashSum",
            element("HashSum", digest),
            element("HashSumAlgorithmType", "SHA-256"),
        ),
    )
