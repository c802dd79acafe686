"""An answer says what became of a message in DDEX's words, whatever the message had in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalog.ern_states import MessageState
from catalog.findings import Severity
from ingest.ddex.acknowledging import (
    NAMESPACE,
    Acknowledged,
    Correspondent,
    acknowledgement,
    file_name,
)
from ingest.ddex.canonical import Identifier, IdKind
from ingest.ddex.findings import MessageFinding, Status
from tests.support.ern import SENDER, US

NOW = datetime(2026, 11, 26, 18, 30, 15, 42_000, tzinfo=UTC)
ICPN = Identifier(kind=IdKind.ICPN, value="4006381333931")
GRID = Identifier(kind=IdKind.GRID, value="A12425GABC1234002M")
OWN = Identifier(kind=IdKind.PROPRIETARY, value="R-1", namespace=SENDER)
ISRC = Identifier(kind=IdKind.ISRC, value="QZTST2400001")
#: The order in which DDEX's dictionary has the parts of ReleaseStatus.
PARTS = [
    *("ReleaseId", "ReleaseStatus", "ErrorText", "ProposedActionType", "ManualCheckRequired"),
    *("AffectedResource", "Acknowledgement"),
]
ERROR = "ProcessingErrorAtReleaseDistributor"
RECEIVED = "ReleaseReceivedByReleaseDistributor"


def told(state: MessageState = MessageState.TAKEN, **facts: object) -> Acknowledged:
    plain: dict[str, object] = {
        "us": Correspondent(dpid=US, name="Us"),
        "to": Correspondent(dpid=SENDER, name="A Label"),
        "message_id": "ACK-1",
        "created_at": NOW,
        "about_id": "M-1",
        "releases": ((ICPN,),),
    }
    return Acknowledged(state=state, **(plain | facts))  # type: ignore[arg-type]


def found(
    status: Status, severity: Severity = Severity.ERROR, text: str = "It is so."
) -> MessageFinding:
    return MessageFinding(rule="a-rule", status=status, severity=severity, text=text)


def read_back(content: bytes) -> etree._Element:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.fromstring(content, parser)


def test_what_was_taken() -> None:
    warned = [found(Status.HASH_WRONG_OR_MISSING, Severity.WARNING, "No hash sum.")]
    root = read_back(acknowledgement(told(findings=warned, batch_id="20261126183000000")))

    assert root.tag == f"{{{NAMESPACE}}}AcknowledgementMessage"
    assert root.findtext("MessageHeader/MessageId") == "ACK-1"
    assert root.findtext("MessageHeader/MessageSender/PartyId") == US
    assert root.findtext("MessageHeader/MessageRecipient/PartyId") == SENDER
    assert root.findtext("MessageHeader/MessageCreatedDateTime") == "2026-11-26T18:30:15.042Z"
    assert root.findtext("ReleaseStatus/ReleaseId/ICPN") == "4006381333931"
    assert (
        root.findtext("ReleaseStatus/ReleaseStatus") == "SuccessfullyIngestedByReleaseDistributor"
    )
    answer = root.find("ReleaseStatus/Acknowledgement")
    assert answer is not None
    assert [(one.tag, one.text) for one in answer[:3]] == [
        ("MessageType", "NewReleaseMessage"),
        ("BatchId", "20261126183000000"),
        ("MessageId", "M-1"),
    ]
    assert answer.findtext("MessageStatus/Status") == "FileOK"
    assert answer.findtext("MessageStatus/Information") == "No hash sum."
    assert root.find("ReleaseStatus/ProposedActionType") is None


@pytest.mark.parametrize(
    ("state", "status", "chain", "action"),
    [
        ("refused", "MetadataMissing", ERROR, "ResendXmlOnly"),
        ("conflict", "NewReleaseMessageInvalid", ERROR, "ResendXmlOnly"),
        ("refused", "ResourceCorrupt", ERROR, "ResendXmlAndResources"),
        ("waiting", "ResourceMissing", RECEIVED, "ResendXmlAndResources"),
        ("refused", "InternalError", ERROR, None),
    ],
)
def test_what_was_not(state: str, status: str, chain: str, action: str | None) -> None:
    wrong = told(MessageState(state), findings=[found(Status(status))], affected=((ISRC,),))
    release = read_back(acknowledgement(wrong)).find("ReleaseStatus")

    assert release is not None
    assert release.findtext("ReleaseStatus") == chain
    assert release.findtext("ErrorText") == "It is so."
    assert release.findtext("ProposedActionType") == action
    assert release.findtext("AffectedResource/ISRC") == "QZTST2400001"
    assert release.findtext("Acknowledgement/MessageStatus/Status") == status
    assert [PARTS.index(one.tag) for one in release] == sorted(
        PARTS.index(one.tag) for one in release
    )


def test_whose_music_it_is_has_no_word_among_the_statuses_of_files() -> None:
    wrong = told(MessageState.REFUSED, findings=[found(Status.RIGHTS_CONFLICT)])
    root = read_back(acknowledgement(wrong))

    assert root.findtext("ReleaseStatus/ReleaseStatus") == "RightsConflict"
    assert root.findtext("ReleaseStatus/ProposedActionType") == "DoNotResendRelease"
    status = root.find("ReleaseStatus/Acknowledgement/MessageStatus/Status")
    assert status is not None
    assert status.text == "UserDefined"
    assert dict(status.attrib) == {"Namespace": US, "UserDefinedValue": "RightsConflict"}


def test_a_word_of_ours_says_whose_it_is() -> None:
    wrong = told(MessageState.REFUSED, findings=[found(Status.USER_DEFINED)])
    status = read_back(acknowledgement(wrong)).find(".//MessageStatus/Status")

    assert status is not None
    assert (status.text, status.get("UserDefinedValue")) == ("UserDefined", "a-rule")


def test_a_refusal_that_says_nothing_is_our_fault_and_never_a_file_that_is_in_order() -> None:
    root = read_back(acknowledgement(told(MessageState.REFUSED)))

    status = root.findtext("ReleaseStatus/Acknowledgement/MessageStatus/Status")
    assert status == "InternalError"


def test_what_could_not_be_read_is_named_by_its_folder() -> None:
    nameless = told(MessageState.REFUSED, about_id="", releases=(), delivered_as="4006381333931")
    root = read_back(acknowledgement(nameless))

    name = root.find("ReleaseStatus/ReleaseId/ProprietaryId")
    assert name is not None
    assert (name.text, name.get("Namespace")) == ("4006381333931", SENDER)
    assert root.findtext("ReleaseStatus/Acknowledgement/MessageId") == "#unknown#"


def test_each_release_of_a_purge_has_a_status_and_its_names_in_the_order_of_ddex() -> None:
    root = read_back(acknowledgement(told(releases=((OWN, ICPN, GRID), (OWN, ISRC)))))

    names = [[one.tag for one in each] for each in root.iterfind("ReleaseStatus/ReleaseId")]
    assert names == [["GRid", "ICPN", "ProprietaryId"], ["ProprietaryId"]]


def test_a_file_is_called_by_its_time_and_a_name_that_any_system_takes() -> None:
    assert file_name(told()) == "ACK_20261126183015042_4006381333931.xml"
    odd = Identifier(kind=IdKind.PROPRIETARY, value="../a b/\x00ü…", namespace=SENDER)
    assert file_name(told(releases=((odd,),))) == "ACK_20261126183015042_a-b.xml"


@given(text=st.text(), name=st.text(min_size=1))
def test_any_text_comes_out_as_xml_and_the_same_each_time(text: str, name: str) -> None:
    odd = Identifier(kind=IdKind.PROPRIETARY, value=name, namespace=text)
    wrong = told(
        MessageState.REFUSED,
        about_id=text,
        releases=((odd,),),
        findings=[found(Status.RIGHTS_CONFLICT, text=text)],
    )

    content = acknowledgement(wrong)

    assert content == acknowledgement(wrong)
    root = read_back(content)
    assert len(root.findall("ReleaseStatus")) == 1
    if name.isprintable():
        assert root.findtext("ReleaseStatus/ReleaseId/ProprietaryId") == name[:1000]
