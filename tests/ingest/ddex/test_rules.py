"""Each rule finds what it is for, where it is, and nothing in a message that is as it should be."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from base.errors import Refused
from catalog.findings import Severity
from ingest.ddex.findings import Status
from ingest.ddex.judging import Judgement, judge
from ingest.ddex.messages import parse
from ingest.ddex.rules import FIXED, RULES, require_known
from ingest.ddex.rules_deals import of_deals
from ingest.ddex.rules_files import path_of
from ingest.ddex.territories import Territories, territories_of
from tests.support.ern import US, deal_43, message_43
from tests.support.masters import ROOT, shared

PLAIN = message_43(["One", "Two"])
ALL = ("R0", "R1", "R2")
NOT_IN_ONE = "<TerritoryCode>DE</TerritoryCode><TerritoryCode>FR</TerritoryCode>"


def found(content: bytes) -> dict[str, tuple[str, str]]:
    return {one.rule: (one.status, one.severity) for one in judged(content).findings}


def judged(content: bytes) -> Judgement:
    return judge(content, us=US)


def changed(old: str, new: str) -> bytes:
    content = PLAIN.decode()
    assert old in content
    return content.replace(old, new, 1).encode()


def test_a_message_that_is_as_it_should_be() -> None:
    assert judged(PLAIN).findings == ()
    assert judged(PLAIN).is_acceptable


@pytest.mark.parametrize(
    ("old", "new", "rule", "status"),
    [
        ("QZTST2400001", "nonsense", "isrc-syntax", Status.IDENTIFIER_SYNTAX_INVALID),
        ("QZTST2400001", "QZTST2400002", "duplicate-isrc", Status.IDENTIFIER_INVALID),
        ("<ISRC>QZTST2400001</ISRC>", "", "isrc-missing", Status.METADATA_MISSING),
        ("4006381333931", "4006381333932", "icpn-check", Status.IDENTIFIER_INVALID),
        ("4006381333931", "DEF0584", "icpn-syntax", Status.IDENTIFIER_SYNTAX_INVALID),
        ("<ICPN>4006381333931</ICPN>", "", "release-id-missing", Status.METADATA_MISSING),
        (' Namespace="PADPIDA2020010101X"', "", "namespace-missing", Status.IDENTIFIER_INVALID),
        ("<ReleaseReference>R2", "<ReleaseReference>R1", "duplicate-reference", "New"),
        ("Reference>A2</ReleaseR", "Reference>A7</ReleaseR", "dangling-reference", "New"),
        ("Reference>PL1</ReleaseL", "Reference>PL7</ReleaseL", "dangling-reference", "New"),
        ("<ReleaseType>Album", "<ReleaseType>", "", ""),
        ("<Duration>PT3M28S</Duration>", "", "duration-missing", Status.METADATA_MISSING),
        ("MainArtist", "Juggler", "role-unknown", Status.ARTIST_ROLE_UNKNOWN),
        ("resources/01.flac", "/etc/passwd", "file-elsewhere", Status.RESOURCE_MISSING),
        ("SHA-256", "MD4", "hash-missing", Status.HASH_WRONG_OR_MISSING),
        ("OnDemandStream", "Teleport", "unknown-use", Status.UNSUPPORTED_USAGE),
        ("PayAsYouGoModel", "UserDefined", "user-defined-empty", Status.UNSUPPORTED_USAGE),
        ("PayAsYouGoModel", "SubscriptionModel", "unsupported-use", Status.UNSUPPORTED_USAGE),
        ("<StartDate>2024-03-08</StartDate>", "", "start-missing", Status.METADATA_MISSING),
        (
            "</StartDate>",
            "</StartDate><EndDate>2024-03-07</EndDate>",
            "backwards",
            Status.RELEASE_DATE_INVALID,
        ),
        (
            "<ReleaseDate>",
            "<OriginalReleaseDate>2025-01-01</OriginalReleaseDate><ReleaseDate>",
            "original-date-later",
            Status.ORIGINAL_DATE_LATER,
        ),
        (f"<PartyId>{US}", "<PartyId>PADPIDAOTHER", "other-recipient", "New"),
        ("<PartyId>PADPIDA2020010101X", "<PartyId>me", "sender-syntax", "IdentifierSyntax"),
        ("LiveMessage", "TestMessage", "test", Status.USER_DEFINED),
        ("10:00:00Z", "10:00:00", "time-assumed", Status.USER_DEFINED),
        (
            "<StartDate>2024-03-08</StartDate>",
            "<StartDateTime>2024-03-08T10:00:00</StartDateTime>",
            "time-assumed",
            Status.USER_DEFINED,
        ),
        ("M-1</MessageId>", f"{'M' * 201}</MessageId>", "header-too-long", "New"),
        (
            "<PartyId>PADPIDA2020010101X",
            f"<PartyId>PADPIDA{'X' * 40}",
            "header-too-long",
            Status.NEW_RELEASE_MESSAGE_INVALID,
        ),
        ("4006381333931", "000000000000", "release-id-missing", Status.METADATA_MISSING),
        (
            "<ICPN>4006381333931</ICPN>",
            '<ProprietaryId Namespace="PADPIDA2020010101X">N/A</ProprietaryId>',
            "release-id-missing",
            Status.METADATA_MISSING,
        ),
        (
            "</CommercialModelType>",
            "</CommercialModelType><NumberOfUsages>3</NumberOfUsages>",
            "restricted-use",
            Status.UNSUPPORTED_USAGE,
        ),
    ],
)
def test_one_thing_that_is_wrong(old: str, new: str, rule: str, status: str) -> None:
    rules = found(changed(old, new))

    assert set(rules) - {"dangling-reference", "release-id-missing"} <= (
        {rule} if rule else set()
    ) | {
        "no-deal-for-track",
        "unused-resource",
    }
    if rule:
        assert rules[rule][0].startswith(status)


def test_a_recording_that_is_no_release_by_itself_is_told() -> None:
    text = PLAIN.decode()
    track = text[text.index("<TrackRelease><ReleaseReference>R2") : text.index("</ReleaseList>")]
    told = message_43(["One", "Two"], deals=deal_43("R0", "R1")).decode().replace(track, "")

    assert set(found(told.encode())) == {"no-track-release"}
    assert found(told.encode())["no-track-release"][1] == "warning"


def test_a_message_that_is_made_after_it_came_is_refused() -> None:
    told = parse(PLAIN).header.created_at

    on_time = judge(PLAIN, us=US, came_at=told - timedelta(hours=20))
    ahead = judge(
        PLAIN, us=US, came_at=told - timedelta(days=2), own={"created-in-future": Severity.NOTE}
    )

    assert on_time.findings == ()
    assert [one.rule for one in ahead.findings] == ["created-in-future"]
    assert not ahead.is_acceptable


def test_no_more_is_purged_than_is_looked_for() -> None:
    content = (shared("ddex", "fixtures") / "ok_43_purge.xml").read_text()
    [told] = re.findall(r"<PurgedRelease>.*?</PurgedRelease>", content, re.DOTALL)

    assert "purge-too-many" not in found(content.replace(told, told * 1000).encode())
    assert found(content.replace(told, told * 1001).encode())["purge-too-many"][1] == "error"


def test_a_finding_says_where() -> None:
    content = changed("QZTST2400001", "nonsense")
    [one] = judged(content).findings

    assert one.path == "/NewReleaseMessage/ResourceList/SoundRecording[1]"
    assert one.line is not None
    line = content.decode().splitlines()[one.line - 1]
    assert re.search("<SoundRecording>", line)


def test_a_partner_may_be_held_to_more_or_to_less() -> None:
    wrong = changed("4006381333931", "4006381333932")
    strict = judge(wrong, us=US, own={"icpn-check": Severity.ERROR})
    lenient = judge(
        changed("resources/01.flac", "/etc/passwd"), us=US, own={"file-elsewhere": Severity.NOTE}
    )
    fixed = judge(changed("QZTST2400001", "x"), us=US, own={"isrc-syntax": Severity.NOTE})

    assert judged(wrong).is_acceptable
    assert not strict.is_acceptable
    assert lenient.is_acceptable
    assert not fixed.is_acceptable


@pytest.mark.parametrize(
    ("other", "is_conflict"),
    [
        ({"where": "<TerritoryCode>DE</TerritoryCode>"}, True),
        ({"where": "<ExcludedTerritoryCode>DE</ExcludedTerritoryCode>"}, True),
        ({"where": "<TerritoryCode>FR</TerritoryCode><TerritoryCode>US-CA</TerritoryCode>"}, True),
        ({"uses": ("PermanentDownload",)}, False),
        ({"starts": "<StartDate>2030-01-01</StartDate>"}, False),
    ],
)
def test_two_deals_about_one_thing(other: dict[str, object], *, is_conflict: bool) -> None:
    first = deal_43(
        *ALL,
        uses=("OnDemandStream",),
        starts="<StartDate>2024-01-01</StartDate><EndDate>2029-12-31</EndDate>",
    )
    second = deal_43("R1", **{"uses": ("OnDemandStream",), **other})  # type: ignore[arg-type] # each its own

    rules = found(message_43(["One", "Two"], deals=first + second))

    assert ("overlapping-deals" in rules) is is_conflict


def test_many_deals_of_a_country_each_do_not_conflict() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    deals = "".join(
        deal_43(*ALL, where=f"<TerritoryCode>{a}{b}</TerritoryCode>")
        for a in letters
        for b in letters
    )

    assert found(message_43(["One", "Two"], deals=deals)) == {}


@pytest.mark.parametrize(
    ("one", "other", "is_conflict"),
    [
        ("<TerritoryCode>US</TerritoryCode>", "<TerritoryCode>US-CA</TerritoryCode>", True),
        (
            "<TerritoryCode>US</TerritoryCode><ExcludedTerritoryCode>US-CA</ExcludedTerritoryCode>",
            "<TerritoryCode>US-CA</TerritoryCode>",
            False,
        ),
        ("<TerritoryCode>US-NY</TerritoryCode>", "<TerritoryCode>US-CA</TerritoryCode>", False),
        ("<ExcludedTerritoryCode>DE</ExcludedTerritoryCode>", NOT_IN_ONE, True),
    ],
)
def test_deals_of_a_country_and_of_its_parts(one: str, other: str, *, is_conflict: bool) -> None:
    # Before the other of its code stands one of another time, that is no conflict.
    over = "<StartDate>2000-01-01</StartDate><EndDate>2000-12-31</EndDate>"
    deals = deal_43("R1", where=other, starts=over) + deal_43("R1", where=one)
    rules = found(message_43(["One", "Two"], deals=deals + deal_43("R1", where=other)))

    assert ("overlapping-deals" in rules) is is_conflict


def test_a_hostile_number_of_deals_is_judged_with_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, meets = list[object](), Territories.meets

    def counted(one: Territories, other: Territories) -> bool:
        asked.append(one)
        return meets(one, other)

    monkeypatch.setattr(Territories, "meets", counted)
    message = parse(message_43(["One", "Two"], deals=deal_43("R1")))
    [deal] = message.deals
    [terms] = deal.terms
    parts = [territories_of([f"US-{number}"], []) for number in range(4_000)]
    apart = [replace(deal, terms=(replace(terms, territories=one),)) for one in parts]

    same = [one.rule for one in of_deals(replace(message, deals=(deal,) * 20_000))]
    assert same.count("overlapping-deals") == 20
    assert len(asked) < 100
    asked.clear()
    others = [one.rule for one in of_deals(replace(message, deals=tuple(apart)))]
    assert "overlapping-deals" not in others
    assert len(asked) < 1_000_000


def test_no_deals_at_all() -> None:
    assert set(found(message_43(["One", "Two"], deals=""))) == {"no-deals"}


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("resources/01.flac", "resources/01.flac"),
        ("./a%20b.flac", "a b.flac"),
        ("../a", None),
        ("a/../../b", None),
        ("a/%2e%2e/b", None),
        ("/etc/passwd", None),
        ("%2Fetc%2Fpasswd", None),
        ("file:///etc/passwd", None),
        ("http://169.254.169.254/", None),
        ("C:\\a.flac", None),
        ("a\\..\\b", None),
        ("a\x00b", None),
        ("", None),
    ],
)
def test_paths_stay_within_a_delivery(uri: str, path: str | None) -> None:
    found_path = path_of(uri)

    assert (found_path and str(found_path)) == path


def test_the_rules_that_partners_may_weigh_are_told_in_the_table() -> None:
    table = (ROOT / "docs" / "ddex.md").read_text().partition("| Rule | Status |")[2]
    rows = table.partition("\n\n")[0].splitlines()[2:]
    told = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}

    assert told >= RULES | FIXED
    with pytest.raises(Refused, match="rule-unknown"):
        require_known(["isrc-check", "unreadable"])
    with pytest.raises(Refused, match="rule-unknown"):
        require_known(["main-release-missing"])


def test_what_is_found_in_messages_is_found_by_those_rules() -> None:
    messages = shared("ddex", "fixtures").glob("*.xml")
    found_ones = {one.rule for path in messages for one in judged(path.read_bytes()).findings}

    assert len(found_ones) > 10
    assert found_ones <= RULES | FIXED | {"unreadable"}
