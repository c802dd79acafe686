"""What became of a message, told to whoever sent it: an AcknowledgementMessage of DDEX.

It follows what DDEX publishes of its choreography by SFTP: the composites ReleaseStatus,
Acknowledgement and MessageStatus of its data dictionary, and its lists of allowed values
(SupplyChainStatus, ErncFileStatus, ErncProposedActionType). There is no public schema of it, so it
is held against none. The same facts give the same bytes, and nothing is sent from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lxml import etree

from catalog.ern_states import MessageState
from catalog.findings import Severity
from ingest.ddex.canonical import Identifier, IdKind
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.versions import MessageKind

NAMESPACE = "http://ddex.net/xml/ern-c-sftp/18"
#: What DDEX has for what nobody can tell, where something has to stand.
UNKNOWN = "#unknown#"
#: In one answer: who sends what has more wrong with it looks at the first of them.
_MOST_STATUSES, _LONGEST_TEXT = 20, 1000
#: What XML has no way to write, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 60


class SupplyChainStatus(StrEnum):
    """How far a release has come, of what DDEX has for it; only what is said here."""

    RECEIVED = "ReleaseReceivedByReleaseDistributor"
    INGESTED = "SuccessfullyIngestedByReleaseDistributor"
    ERROR = "ProcessingErrorAtReleaseDistributor"
    RIGHTS_CONFLICT = "RightsConflict"


class ProposedAction(StrEnum):
    """What the sender may do about it (ErncProposedActionType)."""

    RESEND_XML = "ResendXmlOnly"
    RESEND_ALL = "ResendXmlAndResources"
    DO_NOT_RESEND = "DoNotResendRelease"


_CHAIN = {
    MessageState.RECEIVED: SupplyChainStatus.RECEIVED,
    MessageState.WAITING: SupplyChainStatus.RECEIVED,
    MessageState.TAKEN: SupplyChainStatus.INGESTED,
    MessageState.SUPERSEDED: SupplyChainStatus.RECEIVED,
    MessageState.TESTED: SupplyChainStatus.RECEIVED,
    MessageState.REFUSED: SupplyChainStatus.ERROR,
    MessageState.CONFLICT: SupplyChainStatus.ERROR,
}
_RESOURCES = frozenset(
    {
        Status.RESOURCE_MISSING,
        Status.RESOURCE_CORRUPT,
        Status.RESOURCE_NOT_MEETING_SPECIFICATIONS,
        Status.HASH_WRONG_OR_MISSING,
    }
)
#: What may be said of a file without saying who says it (ErncFileStatus).
_FILE_STATUSES = frozenset(Status) - {Status.RIGHTS_CONFLICT, Status.USER_DEFINED}
_RELEASE_IDS = (IdKind.GRID, IdKind.ICPN, IdKind.CATALOG_NUMBER, IdKind.PROPRIETARY)
_RESOURCE_IDS = (IdKind.ISRC, IdKind.CATALOG_NUMBER, IdKind.PROPRIETARY)
_OWNED = frozenset({IdKind.CATALOG_NUMBER, IdKind.PROPRIETARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A party of DDEX: its DPID, and what it is called."""

    dpid: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A message, and what became of it.

    `message_id` is that of the answer; `about_id` and `batch_id` are of the message, the first
    empty where none could be read. `releases` has the names of each release it is about; where
    nothing was read, `delivered_as` is what its folder calls it. `affected` are the recordings
    that the findings are about, each by its names.
    """

    us: Correspondent
    to: Correspondent
    message_id: str
    created_at: datetime
    state: MessageState
    about: MessageKind = MessageKind.NEW_RELEASE
    about_id: str = ""
    batch_id: str = ""
    releases: Sequence[Sequence[Identifier]] = ()
    delivered_as: str = ""
    findings: Sequence[MessageFinding] = ()
    affected: Sequence[Sequence[Identifier]] = ()

    @property
    def status(self) -> SupplyChainStatus:
        """How far it has come."""
        status = _CHAIN[self.state]
        if status is SupplyChainStatus.ERROR and any(
            one.status is Status.RIGHTS_CONFLICT for one in self.wrong
        ):
            return SupplyChainStatus.RIGHTS_CONFLICT
        return status

    @property
    def wrong(self) -> tuple[MessageFinding, ...]:
        """What keeps it from being done: errors, and files that are still to come."""
        is_waiting = self.state is MessageState.WAITING
        return tuple(
            one
            for one in self.findings
            if one.severity is Severity.ERROR or (is_waiting and one.status in _RESOURCES)
        )

    @property
    def action(self) -> ProposedAction | None:
        """What the sender may do about it; None where there is nothing to do."""
        if self.status is SupplyChainStatus.RIGHTS_CONFLICT:
            return ProposedAction.DO_NOT_RESEND
        if any(one.status in _RESOURCES for one in self.wrong):
            return ProposedAction.RESEND_ALL
        is_ours = all(one.status is Status.INTERNAL_ERROR for one in self.wrong)
        return None if is_ours else ProposedAction.RESEND_XML


def acknowledgement(told: Acknowledged) -> bytes:
    """Write an answer, in UTF-8."""
    root = etree.Element(
        etree.QName(NAMESPACE, "AcknowledgementMessage"),
        nsmap={"ern-c-sftp": NAMESPACE},
    )
    header = etree.SubElement(root, "MessageHeader")
    _add(header, "MessageId", told.message_id)
    for name, party in (("MessageSender", told.us), ("MessageRecipient", told.to)):
        one = etree.SubElement(header, name)
        _add(one, "PartyId", party.dpid or UNKNOWN)
        _add(etree.SubElement(one, "PartyName"), "FullName", party.name or UNKNOWN)
    _add(header, "MessageCreatedDateTime", _instant(told.created_at))
    for release in told.releases or [()]:
        _add_release(etree.SubElement(root, "ReleaseStatus"), told, release)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def file_name(told: Acknowledged) -> str:
    """Answer how the file is called: `ACK_` with its time and the release it is about.

    Whatever a name has that no file should is a `-`.
    """
    at = told.created_at.astimezone(UTC)
    named = _named(told, next(iter(told.releases), ()))[0].value
    plain = _UNNAMEABLE.sub("-", named).strip("-.")[:_LONGEST_NAME] or "unknown"
    return f"ACK_{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03}_{plain}.xml"


def _add_release(parent: etree._Element, told: Acknowledged, names: Iterable[Identifier]) -> None:
    _add_ids(etree.SubElement(parent, "ReleaseId"), _named(told, names), _RELEASE_IDS)
    _add(parent, "ReleaseStatus", told.status)
    if told.wrong:
        _add(parent, "ErrorText", " ".join(one.text for one in told.wrong))
    if told.action:
        _add(parent, "ProposedActionType", told.action)
        _add(parent, "ManualCheckRequired", "true")
    for one in told.affected:
        _add_ids(etree.SubElement(parent, "AffectedResource"), one, _RESOURCE_IDS)
    answer = etree.SubElement(parent, "Acknowledgement")
    _add(answer, "MessageType", told.about)
    if told.batch_id:
        _add(answer, "BatchId", told.batch_id)
    _add(answer, "MessageId", told.about_id or UNKNOWN)
    for status, text in _statuses(told):
        _add_status(answer, status, text, told.us)


def _statuses(told: Acknowledged) -> Iterator[tuple[str, str]]:
    """Answer what is said of the file, of which one thing is said at least."""
    for one in told.wrong[:_MOST_STATUSES]:
        yield one.rule if one.status is Status.USER_DEFINED else one.status, one.text
    if not told.wrong:
        # What is refused says why; if not, the fault is ours.
        is_ours = told.status is SupplyChainStatus.ERROR
        text = " ".join(one.text for one in told.findings)
        yield Status.INTERNAL_ERROR if is_ours else Status.FILE_OK, text


def _add_status(parent: etree._Element, status: str, text: str, us: Correspondent) -> None:
    one = etree.SubElement(parent, "MessageStatus")
    is_known = status in _FILE_STATUSES
    said = _add(one, "Status", status if is_known else Status.USER_DEFINED)
    if not is_known:
        said.set("Namespace", _plain(us.dpid or UNKNOWN))
        said.set("UserDefinedValue", _plain(status))
    if text:
        _add(one, "Information", text)


def _named(told: Acknowledged, names: Iterable[Identifier]) -> list[Identifier]:
    """Answer the names of a release that may stand in an answer, or what its folder calls it."""
    usable = [one for one in names if one.kind in _RELEASE_IDS]
    ranked = sorted(usable, key=lambda one: _RELEASE_IDS.index(one.kind))
    value = told.delivered_as or UNKNOWN
    return ranked or [
        Identifier(kind=IdKind.PROPRIETARY, value=value, namespace=told.to.dpid or UNKNOWN)
    ]


def _add_ids(parent: etree._Element, names: Iterable[Identifier], kinds: Sequence[IdKind]) -> None:
    usable = [one for one in names if one.kind in kinds]
    for name in sorted(usable, key=lambda one: kinds.index(one.kind)):
        one = _add(parent, name.kind, name.value)
        if name.kind in _OWNED:
            one.set("Namespace", _plain(name.namespace or UNKNOWN))


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    one = etree.SubElement(parent, name)
    one.text = _plain(text)
    return one


def _plain(text: str) -> str:
    """Answer what XML can write of a text, and no more than anybody reads."""
    return _UNWRITABLE.sub("�", text)[:_LONGEST_TEXT]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
