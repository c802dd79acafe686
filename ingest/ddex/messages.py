"""A whole message in its canonical form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from ingest.ddex.canonical import Header, Identifier, Message, Party, Release, ReleaseDeal, Resource
from ingest.ddex.deals import release_deal_of, shown_from
from ingest.ddex.findings import Status, Unreadable
from ingest.ddex.lexical import instant_of
from ingest.ddex.nodes import Node
from ingest.ddex.parts import identifiers_at
from ingest.ddex.paths import PATHS, Paths
from ingest.ddex.reading import Root, read
from ingest.ddex.releases import release_of
from ingest.ddex.resources import party_of, resource_of

_TEST = "TestMessage"


@dataclass(slots=True)
class _Parts:
    """What was read so far."""

    header: Header | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    resources: list[Resource] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    deals: list[ReleaseDeal] = field(default_factory=list)
    shown_from: dict[str, date | datetime] = field(default_factory=dict)
    purged: list[tuple[Identifier, ...]] = field(default_factory=list)

    def take(self, node: Node, paths: Paths) -> None:
        """Read a part of a message; what is of no use here is passed over."""
        match node.path.split("/")[2].partition("[")[0]:
            case "MessageHeader":
                self.header = header_of(node)
            case "PartyList":
                party = party_of(node)
                self.parties.setdefault(party.reference, party)
            case "ResourceList":
                resource = resource_of(node, paths)
                self.resources += [resource] if resource else []
            case "ReleaseList" if node.tag in {"Release", "TrackRelease"}:
                self.releases.append(release_of(node, paths))
            case "DealList" if node.tag == "ReleaseDeal":
                self.deals.append(release_deal_of(node, paths))
            case "DealList" if shown := shown_from(node, paths.deal):  # a ReleaseVisibility
                self.shown_from.setdefault(node.text("VisibilityReference"), shown)
            case "PurgedRelease":
                self.purged.append(identifiers_at(node, "ReleaseId"))
            case _:
                pass


def parse(content: bytes) -> Message:
    """Read a message of any version that is known here.

    Raises:
        Unreadable: `ErnMissing` or `NewReleaseMessageInvalid`: as `ingest.ddex.reading.read`, or it
            has no header that says who sent what, and when.

    """
    parts, root = _Parts(), None
    for one in read(content):
        if isinstance(one, Root):
            root = one
        elif root is not None:
            parts.take(one, PATHS[root.version])
    if root is None or parts.header is None:
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, "The message has no header.")
    return Message(
        kind=root.kind,
        version=root.version,
        header=parts.header,
        profile=root.profile,
        language=root.language,
        parties=parts.parties,
        resources=tuple(parts.resources),
        releases=tuple(parts.releases),
        deals=tuple(parts.deals),
        shown_from=parts.shown_from,
        purged=tuple(parts.purged),
    )


def header_of(node: Node) -> Header:
    """Read a header.

    Raises:
        Unreadable: `NewReleaseMessageInvalid`: it says no sender, no id, or no time.

    """
    message_id, sender = node.text("MessageId"), _party_id(node, "MessageSender")
    created = instant_of(node.text("MessageCreatedDateTime"))
    if not message_id or not sender or created is None:
        sentence = (
            "The header has to say who sent it (MessageSender/PartyId), its MessageId, and when it "
            "was made (MessageCreatedDateTime)."
        )
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence, line=node.place.line)
    return Header(
        message_id=message_id,
        thread_id=node.text("MessageThreadId"),
        sender=sender,
        sender_name=node.text("MessageSender/PartyName/FullName"),
        on_behalf_of=_party_id(node, "SentOnBehalfOf"),
        recipients=node.texts("MessageRecipient/PartyId"),
        created_at=created[0],
        is_time_assumed=not created[1],
        is_test=node.text("MessageControlType") == _TEST,
        place=node.place,
    )


def _party_id(node: Node, name: str) -> str:
    return node.text(f"{name}/PartyId")
