"""What we tell of a release is read again as the same, whatever anybody called anything."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.credit_roles import ArtistRole
from catalog.findings import Severity
from ingest.ddex.canonical import (
    DealTerms,
    Identifier,
    IdKind,
    Message,
    Resource,
    ResourceKind,
    Title,
    Use,
)
from ingest.ddex.export.elements import plain
from ingest.ddex.export.facts import Line, Model, Named, Offer, Party, Release, Track
from ingest.ddex.export.messages import new_release, purge
from ingest.ddex.judging import judge
from ingest.ddex.messages import parse
from ingest.ddex.schema import schema_of
from ingest.ddex.versions import MessageKind, Version
from tests.support.told import (
    ADA,
    ENVELOPE,
    NOON,
    PAID,
    THEM,
    US,
    release,
    releases,
    told,
    track,
)

#: A release is large: a few of them have all that there is.
few = settings(max_examples=25)


def rules(content: bytes, schemas: Path | None = None) -> dict[str, Severity]:
    return {one.rule: one.severity for one in judge(content, us=THEM, schemas=schemas).findings}


def sent(of: Release) -> Message:
    return parse(new_release(told(of)))


def titles(*texts: str) -> list[str]:
    return [plain(text) for text in texts]


def test_nothing_is_to_be_said_of_a_message_of_a_release_that_lacks_nothing() -> None:
    assert rules(new_release(told())) == {}


@few
@given(releases())
def test_a_release_is_read_as_it_was_told(of: Release) -> None:
    message = sent(of)
    main = message.main_release
    assert main is not None

    assert [one.text for one in main.titles] == titles(of.title)
    assert main.display_artist == plain(of.artist)
    assert main.genres == tuple(dict.fromkeys(titles(*of.genres)))
    assert str(main.released_on or "") == (of.released_on if is_day(of.released_on) else "")
    assert [one.year for one in main.c_lines] == ([of.c_line.year] if of.c_line else [])
    assert [message.parties[one].name for one in main.labels] == titles(
        of.label.name if of.label else of.artist
    )
    assert {(one.kind, one.value) for one in main.identifiers} == {
        (kind, plain(value))
        for kind, value in {
            IdKind.GRID: of.grid,
            IdKind.ICPN: of.upc,
            IdKind.CATALOG_NUMBER: of.catalogue_number,
            IdKind.PROPRIETARY: str(of.id),
        }.items()
        if value
    }
    assert [(one.resource, one.disc, one.sequence) for one in main.items if not one.link] == [
        (f"A{number}", one.disc, one.position) for number, one in enumerate(of.tracks, 1)
    ]


def is_day(text: str | None) -> bool:
    return text is not None and len(text) == len("2024-03-08")


@few
@given(releases())
def test_each_track_is_read_as_it_was_told(of: Release) -> None:
    message = sent(of)

    recordings = [one for one in message.resources if one.kind is ResourceKind.SOUND_RECORDING]
    assert len(recordings) == len(of.tracks)
    for recording, one in zip(recordings, of.tracks, strict=True):
        assert_same(message, recording, one, of)
    singles = [one for one in message.releases if one.is_track]
    assert [[title.text for title in one.titles] for one in singles] == [
        titles(one.title) for one in of.tracks
    ]


def assert_same(message: Message, recording: Resource, one: Track, of: Release) -> None:
    assert [title.text for title in recording.titles] == titles(one.title)
    assert recording.display_artist == plain(one.artist)
    assert recording.duration_s == one.duration_s
    assert recording.language == (one.language or "")
    line = one.p_line or of.p_line
    assert [(p.year, plain(line.owner) in p.text) for p in recording.p_lines if line] == (
        [(line.year, True)] if line else []
    )
    assert [message.parties[credit.party].name for credit in recording.artists] == titles(
        *(each.party.name for each in one.artists)
    )
    assert [message.parties[credit.party].name for credit in recording.contributors] == titles(
        *(each.party.name for each in one.credits)
    )
    files = [(each.uri, each.hashes[0].value) for each in recording.files]
    assert one.sound
    assert files == ([(one.sound.path, one.sound.sha256)] if of.is_offered else [])


@few
@given(releases())
def test_no_message_of_ours_would_be_refused_here(of: Release) -> None:
    found = judge(new_release(told(of)), us=THEM).findings

    assert {one.rule for one in found if one.severity is not Severity.NOTE} <= {
        *("no-deals", "no-deal-for-track", "original-date-later")
    }


@few
@given(releases())
def test_offers_are_read_as_deals(of: Release) -> None:
    message = sent(of)

    by_release: dict[str, list[DealTerms]] = {}
    for deal in message.deals:
        for reference in deal.releases:
            by_release.setdefault(reference, []).extend(deal.terms)
    for reference, offers in offers_by_reference(of).items():
        found = [read(one) for one in by_release.get(reference, [])]
        assert found == list(offers)


def offers_by_reference(of: Release) -> dict[str, tuple[Offer, ...]]:
    return {"R0": tuple(of.offers)} | {
        f"R{number}": tuple(one.offers) for number, one in enumerate(of.tracks, 1)
    }


def read(terms: DealTerms) -> Offer:
    [period] = terms.periods
    is_free = Use(value="FreeOfChargeModel") in terms.models
    return Offer(
        model=Model.FREE if is_free else Model.PAID,
        territories=terms.territories.codes,
        is_all_but=terms.territories.is_all_but,
        starts_at=period.starts,  # type: ignore[arg-type] - an instant, as we tell it
        ends_at=period.ends,  # type: ignore[arg-type] - the same
    )


def test_what_is_paid_for_by_play_is_owned_in_the_end_in_our_own_words() -> None:
    [deal] = sent(release()).deals
    [terms] = deal.terms

    assert terms.models == (
        Use(value="PayAsYouGoModel"),
        Use(value="UserDefined", namespace=US, own_value="StreamToOwn"),
    )
    assert [one.value for one in terms.uses] == ["OnDemandStream", "PermanentDownload"]
    content = new_release(told()).decode()
    assert 'UserDefinedValue="StreamToOwn:2"' in content
    assert '<SuggestedRetailPrice CurrencyCode="EUR">0.004</SuggestedRetailPrice>' in content


def test_nobody_owns_what_is_free() -> None:
    free = replace(PAID, model=Model.FREE)
    [first, second] = sent(replace(release(), offers=(free,))).deals

    assert [one.value for one in first.terms[0].models] == ["FreeOfChargeModel"]
    assert [one.value for one in first.terms[0].uses] == ["OnDemandStream"]
    assert second.releases == ("R1", "R2")


def test_what_was_withdrawn_is_told_without_deals_and_without_files() -> None:
    gone = replace(release(), offers=(), tracks=[replace(track(), offers=())])
    message = sent(gone)

    assert message.deals == ()
    assert told(gone).files == {}
    assert all(not one.files for one in message.resources)
    assert rules(new_release(told(gone))) == {
        "no-deals": Severity.WARNING,
        "no-file": Severity.NOTE,
    }


def test_a_release_is_forgotten_by_all_of_its_numbers() -> None:
    content = purge(told(replace(release(), grid="A12425GABC1234002M")))

    message = parse(content)
    assert message.kind is MessageKind.PURGE
    assert [[one.kind for one in each] for each in message.purged] == [
        [IdKind.GRID, IdKind.ICPN, IdKind.PROPRIETARY]
    ]
    assert rules(content) == {}


def test_numbers_of_ours_are_told_in_our_namespace() -> None:
    message = sent(release())

    [party] = [one for one in message.parties.values() if one.name == "Ada"]
    assert party.identifiers == (
        Identifier(kind=IdKind.ISNI, value="0000000121032683"),
        Identifier(kind=IdKind.IPI, value="00045620792"),
        Identifier(kind=IdKind.PROPRIETARY, value=str(ADA.id), namespace=US),
    )


def test_the_header_says_who_tells_whom_and_when() -> None:
    at = NOON + timedelta(microseconds=1)
    content = new_release(replace(told(), envelope=replace(ENVELOPE, created_at=at, is_test=True)))

    header = parse(content).header
    assert (header.sender, header.recipients, header.message_id) == (US, (THEM,), "M-1")
    assert (header.created_at, header.is_test) == (at, True)
    assert header.thread_id == str(release().id)


def test_the_same_facts_are_the_same_bytes() -> None:
    assert new_release(told()) == new_release(told())


@pytest.mark.parametrize(
    "hostile",
    [
        "]]><Evil/>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
        '" IsDefault="true',
        "nul\x00 and bell\x07 and \ufffe",
        "half \ud800 a letter",
        "two\r\nlines\u2028and more",
        "e\u0301" * 150,
        "\u202eright to left",
    ],
)
def test_a_hostile_title_is_a_title_and_nothing_else(hostile: str) -> None:
    of = replace(release(track(title=hostile)), title=hostile, language="de")
    of = replace(of, artists=(Named(party=Party(name=hostile), role=ArtistRole.REMIXER),))
    content = new_release(told(replace(of, p_line=Line(owner=hostile), catalogue_number=hostile)))

    message = parse(content)
    assert message.main_release
    assert message.main_release.titles == (Title(text=plain(hostile), language="de"),)
    assert len(message.releases) == 2
    assert rules(content) == {}


SCHEMAS = Path(os.environ.get("REFRAIN_DDEX_XSD_DIR") or "/nowhere")
needs_schemas = pytest.mark.skipif(
    not (SCHEMAS / Version.ERN_43.folder).is_dir(),
    reason="REFRAIN_DDEX_XSD_DIR names no schemas of DDEX: they may not be given away",
)


@needs_schemas
@few
@given(releases())
def test_what_we_write_is_valid_by_the_schema(of: Release) -> None:
    schema = schema_of(SCHEMAS, Version.ERN_43)
    assert schema is not None

    for content in (new_release(told(of)), purge(told(of))):
        assert "schema" not in rules(content, SCHEMAS)
