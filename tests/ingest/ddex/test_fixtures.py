"""Every message that was written for this does what its name says."""

from pathlib import Path

import pytest

from ingest.ddex.judging import judge
from ingest.ddex.messages import parse
from tests.support.masters import shared

US = "PADPIDA2020020202Y"
#: By what a name says: whether it could be taken, and the rules that find something.
SAID: dict[str, tuple[bool, set[str]]] = {
    "usetype": (False, {"unknown-use"}),
    "no_startdate": (True, {"start-missing"}),
    "alldealscancelled": (True, set()),
    "partial_takedown": (True, set()),
    "payg": (True, set()),
    "payg_worldwide": (True, set()),
    "takedown": (True, set()),
    "wholesale_price": (True, set()),
    "bad_isrc_icpn": (False, {"isrc-syntax", "icpn-check", "dangling-reference"}),
    "dangling_refs": (False, {"dangling-reference", "no-deal-for-track"}),
    "datetime_tz_and_end": (True, set()),
    "dup_isrc": (False, {"duplicate-isrc"}),
    "excluded_territories": (True, set()),
    "no_deal_list": (True, {"no-deals"}),
    "overlapping_deals": (True, {"overlapping-deals", "unsupported-use"}),
    "path_traversal_uri": (False, {"file-elsewhere"}),
    "purge": (True, set()),
    "ssrf_uri": (False, {"file-elsewhere"}),
    "testmessage": (True, {"test"}),
    "track_only_deal": (True, {"no-deal-for-track"}),
    "userdefined_stream2own": (True, set()),
}
ATTACKS: dict[str, tuple[bool, str]] = {
    "attr_flood": (False, "NewReleaseMessageInvalid"),
    "bidi_zwj_title": (True, ""),
    "csv_formula_title": (True, ""),
    "deep_nesting": (False, "NewReleaseMessageInvalid"),
    "harmless_doctype": (False, "NewReleaseMessageInvalid"),
    "html_in_title": (True, ""),
    "latin1_mislabelled": (False, "NewReleaseMessageInvalid"),
    "namespace_unknown_ern_99": (False, "NewReleaseMessageInvalid"),
    "nul_and_controls": (False, "NewReleaseMessageInvalid"),
    "prefix_variant_ernm": (True, ""),
    "quadratic_blowup": (False, "NewReleaseMessageInvalid"),
    "truncated": (False, "NewReleaseMessageInvalid"),
    "utf16": (True, ""),
    "xinclude": (True, ""),
    "xxe_file": (False, "NewReleaseMessageInvalid"),
}


def fixtures(pattern: str) -> list[Path]:
    return sorted(shared("ddex", "fixtures").glob(pattern))


def test_every_message_is_judged_as_its_name_says(subtests: pytest.Subtests) -> None:
    for path in fixtures("*.xml"):
        with subtests.test(path.stem):
            require_judged(path)


def require_judged(path: Path) -> None:
    kind, version, name = path.stem.split("_", 2)
    is_acceptable, rules = SAID[name]
    # Before 4.2 a deal need not say when it starts.
    is_acceptable &= (kind, name) != ("bad", "no_startdate")

    judged = judge(path.read_bytes(), us=US)

    assert judged.message is not None
    assert judged.message.version.folder == version
    assert {one.rule for one in judged.findings} == rules
    assert judged.is_acceptable is is_acceptable
    assert judged.message.header.message_id.startswith("M-")


def test_what_is_hostile_ends_with_a_code(subtests: pytest.Subtests) -> None:
    for path in fixtures("attacks/*.xml"):
        is_acceptable, status = ATTACKS[path.stem]
        with subtests.test(path.stem):
            judged = judge(path.read_bytes(), us=US)

            assert judged.is_acceptable is is_acceptable
            assert [str(one.status) for one in judged.findings] == ([status] if status else [])


def test_all_versions_say_the_same_in_one_form(subtests: pytest.Subtests) -> None:
    for path in fixtures("ok_*_payg*.xml"):
        with subtests.test(path.stem):
            require_one_form(path)


def require_one_form(path: Path) -> None:
    message = parse(path.read_bytes())

    release = message.main_release
    assert release is not None
    assert [one.text for one in release.titles] == ["Kooperativ"]
    assert [one.value for one in release.identifiers] == ["4006381333931"]
    assert release.genres == ("Electronic",)
    recordings = [one for one in message.resources if one.duration_s is not None]
    assert [one.titles[0].text for one in recordings] == ["Första spåret", "Второй & <трек>"]
    assert [one.identifiers[0].value for one in recordings] == ["QZTST2400001", "QZTST2400002"]
    assert [float(one.duration_s or 0) for one in recordings] == [208, 31.5]
    assert [one.p_lines[0].text for one in recordings] == ["(P) 2024 Testlabel Coop"] * 2
    assert [one.files[0].uri for one in recordings] == [
        "resources/4006381333931_01.flac",
        "resources/4006381333931_02.flac",
    ]
    assert {one.files[0].codec for one in recordings} == {"FLAC"}
    assert all(one.files[0].hashes[0].value for one in recordings)
    [deal] = message.deals
    assert deal.releases == ("R0", "R1", "R2")
    assert [one.value for one in deal.terms[0].uses] == ["OnDemandStream", "PermanentDownload"]
    tracks = [item.resource for item in release.items if not item.link]
    assert tracks == ["A1", "A2"]
    for recording in recordings:
        [credit] = recording.artists
        party = message.parties.get(credit.party)
        assert (party.name if party else credit.names[0][1]) == "Ärtist Ensemble"
