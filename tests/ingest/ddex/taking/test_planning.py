"""A message comes to a plan: which title is shown, who stands where, and in what order."""

from dataclasses import replace
from fractions import Fraction

import pytest

from catalog.credit_roles import ArtistRole
from catalog.supplied_facts import Name
from ingest.ddex.canonical import (
    Credit,
    Identifier,
    IdKind,
    Item,
    Message,
    Party,
    Release,
    RightsLine,
    Title,
)
from ingest.ddex.messages import parse
from ingest.ddex.taking.planned import PlannedRelease
from ingest.ddex.taking.planning import plan_of, shown_title
from tests.support.ern import SENDER, message_43

PLAIN = message_43(["One", "Two", "Three"])
MESSAGE = parse(PLAIN)


def main_of(message: Message) -> Release:
    assert message.main_release
    return message.main_release


def planned(message: Message = MESSAGE, **of_main: object) -> PlannedRelease:
    return plan_of(message, replace(main_of(message), **of_main))  # type: ignore[arg-type]


def recorded(**told: object) -> PlannedRelease:
    """Plan the message with other words of its first recording."""
    first, *others = MESSAGE.resources
    resources = (replace(first, **told), *others)  # type: ignore[arg-type]
    return planned(replace(MESSAGE, resources=resources))


def called(*names: str, **more: str) -> dict[str, Party]:
    """Answer a list of parties, whose references are their names."""
    parties = {one: Party(reference=one, names=(("", one),)) for one in names}
    return (
        dict(MESSAGE.parties)
        | parties
        | {
            one: Party(reference=one, names=(("", one),), identifiers=(ident(isni, IdKind.ISNI),))
            for one, isni in more.items()
        }
    )


def ident(value: str, kind: IdKind = IdKind.PROPRIETARY, namespace: str = "") -> Identifier:
    return Identifier(kind=kind, value=value, namespace=namespace)


@pytest.mark.parametrize(
    ("titles", "language", "shown"),
    [
        ([Title(text="One")], "en", "One"),
        ([Title(text="Eins", language="de"), Title(text="One", language="en")], "en", "One"),
        ([Title(text="One", language="en"), Title(text="Eins", language="de")], "de", "Eins"),
        ([Title(text="Eins", language="de"), Title(text="One", language="en-GB")], "en", "One"),
        # Of none in the message's language, one that says no language, else the first.
        ([Title(text="一", language="ja"), Title(text="One")], "en", "One"),
        ([Title(text="一", language="ja"), Title(text="Eins", language="de")], "en", "一"),
        # What is not displayed is never shown before what is.
        ([Title(text="Formal", kind="FormalTitle", language="en"), Title(text="One")], "en", "One"),
        ([Title(text="One", subtitle="Live")], "en", "One (Live)"),
        ([Title(text="One (Live)", subtitle="Live")], "en", "One (Live)"),
        ([], "en", "Untitled"),
        ([Title(text=" \t ")], "en", "Untitled"),
    ],
)
def test_of_titles_in_several_languages_the_one_of_the_message_is_shown(
    titles: list[Title], language: str, shown: str
) -> None:
    assert shown_title(titles, language) == shown


def test_all_titles_are_kept() -> None:
    titles = (Title(text="One", language="en"), Title(text="Eins", subtitle="Lied", language="de"))

    plan = planned(titles=titles)

    assert plan.title == "One"
    assert plan.told["titles"] == [
        {"text": "One", "language": "en", "kind": "DisplayTitle"},
        {"text": "Eins", "subtitle": "Lied", "language": "de", "kind": "DisplayTitle"},
    ]


def test_titles_of_a_recording_are_kept_where_there_is_more_than_the_one_that_is_shown() -> None:
    two = (Title(text="One", language="en"), Title(text="Eins", language="de"))

    kept = recorded(titles=two).told["resources"]

    assert list(kept) == ["A1"]
    assert [one["text"] for one in kept["A1"]["titles"]] == ["One", "Eins"]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (("MainArtist",), ArtistRole.MAIN),
        (("FeaturedArtist",), ArtistRole.FEATURED),
        (("Brand",), ArtistRole.MAIN),
        (("Composer",), ArtistRole.COMPOSER),
        (("Conductor",), ArtistRole.CONDUCTOR),
        (("Remixer",), ArtistRole.REMIXER),
        (("DJ",), ArtistRole.DJ),
        (("Juggler", "FeaturedArtist"), ArtistRole.FEATURED),
        (("Juggler",), ArtistRole.MAIN),
    ],
)
def test_as_what_somebody_stands_on_the_front(said: tuple[str, ...], role: ArtistRole) -> None:
    plan = recorded(artists=(Credit(roles=said, party="PA1"),))

    assert [(one.who.name, one.role) for one in plan.tracks[0].fronts] == [("Somebody", role)]


def test_what_the_shown_line_has_between_names_stands_between_them() -> None:
    said = tuple(Credit(roles=("MainArtist",), party=one) for one in ("Ada", "Bo"))
    message = replace(MESSAGE, parties=called("Ada", "Bo"))

    as_told = planned(message, display_artist="Ada feat. Bo", artists=said)
    otherwise = planned(message, display_artist="Everybody", artists=said)
    untold = planned(message, display_artist="", artists=said)

    assert [one.joined for one in as_told.fronts] == [" feat. ", ""]
    assert [one.joined for one in otherwise.fronts] == [" & ", ""]
    assert (as_told.artist, otherwise.artist) == ("Ada feat. Bo", "Everybody")
    assert untold.artist == "Ada & Bo"


def test_who_did_what_is_told_in_words_that_people_read_and_once() -> None:
    parties = called("Ada", Bo="0000000121032683")
    said = (
        Credit(roles=("MusicPublisher", "ComposerLyricist"), party="Bo"),
        Credit(roles=("Violin",), party="Ada"),
        Credit(roles=("Violin",), party="Ada"),
        Credit(roles=(), names=(("", "Cy"),)),
        Credit(roles=("Producer",), party="Nobody"),
    )
    first, *others = MESSAGE.resources
    resources = (replace(first, contributors=said), *others)

    works = planned(replace(MESSAGE, parties=parties, resources=resources)).tracks[0].works

    assert [(one.who.name, one.who.isni, one.role) for one in works] == [
        ("Bo", "0000000121032683", "Music Publisher"),
        ("Bo", "0000000121032683", "Composer Lyricist"),
        ("Ada", None, "Violin"),
        ("Cy", None, "Contributor"),
    ]


def test_somebody_is_called_as_in_the_language_of_the_message_and_known_by_their_best_number() -> (
    None
):
    numbers = (ident("5", namespace="PADPIDA1"), ident("0000 0001 2103 2683", IdKind.ISNI))
    party = Party(
        reference="PA1", names=(("ja", "誰か"), ("en", "Somebody Else")), identifiers=numbers
    )

    [front] = planned(replace(MESSAGE, parties={**MESSAGE.parties, "PA1": party})).fronts

    assert (front.who.name, front.who.isni) == ("Somebody Else", "0000000121032683")
    assert front.who.names == (
        Name(kind="ISNI", value="0000000121032683"),
        Name(kind="ProprietaryId", value="5", namespace="PADPIDA1"),
    )


def test_who_has_no_number_is_known_by_name() -> None:
    [front] = planned().fronts

    assert front.who.names == (Name(kind="Name", value="Somebody"),)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ((), None),
        ((RightsLine(text="2024 A Label"),), (2024, "A Label")),
        ((RightsLine(text="A Label", year=2023),), (2023, "A Label")),
        ((RightsLine(text="2024 A Label", year=2023),), (2023, "A Label")),
        ((RightsLine(text=" "), RightsLine(text="Another")), (None, "Another")),
    ],
)
def test_lines_of_rights(
    lines: tuple[RightsLine, ...], line: tuple[int | None, str] | None
) -> None:
    plan = planned(p_lines=lines, c_lines=())

    assert (plan.p_line, plan.c_line) == (line, None)
    assert planned(c_lines=lines).c_line == line
    assert recorded(p_lines=lines).tracks[0].p_line == line


def test_genres_that_are_known_are_taken_and_all_are_kept() -> None:
    plan = planned(genres=("Folk", "Nonsense", "Drone", "Folk", "Baroque", "Opera"))

    assert plan.genres == ("folk", "drone", "baroque")
    assert plan.told["genres"] == ["Folk", "Nonsense", "Drone", "Folk", "Baroque", "Opera"]
    # Its own track release says another.
    assert {one.genres for one in plan.tracks} == {("folk",)}


def test_a_track_whose_release_says_no_genre_has_those_of_the_album() -> None:
    tracks = [replace(one, genres=()) for one in MESSAGE.releases if one.is_track]
    message = replace(MESSAGE, releases=(main_of(MESSAGE), *tracks))

    assert planned(message, genres=("Drone",)).tracks[0].genres == ("drone",)


@pytest.mark.parametrize(
    ("advisory", "said"),
    [
        ("Explicit", "explicit"),
        ("ExplicitContentEdited", "cleaned"),
        ("NotExplicit", "not"),
        ("NoAdviceAvailable", "unknown"),
        ("", "unknown"),
    ],
)
def test_advice_for_parents(advisory: str, said: str) -> None:
    assert recorded(advisory=advisory).tracks[0].explicit == said


def test_languages_are_written_as_their_tags_are() -> None:
    plan = planned(replace(MESSAGE, language="deu-at"))

    assert plan.words["language"] == "de-AT"
    assert recorded(language="nonsense!").tracks[0].language is None
    assert recorded(language="pt_br").tracks[0].language == "pt-BR"


def test_numbers_and_dates_of_a_release() -> None:
    message = parse(
        PLAIN.replace(
            b"<ICPN>4006381333931</ICPN>",
            b"<GRid>A1-2425G-0000000001-M</GRid><ICPN>4006381333931</ICPN>"
            b'<CatalogNumber Namespace="PADPIDA1">CAT 1</CatalogNumber>',
        )
    )

    assert planned(message).words == {
        "label": "A Label",
        "upc": "4006381333931",
        "grid": "A12425G0000000001M",
        "catalogue_number": "CAT 1",
        "released_on": "2024-03-08",
        "original_on": None,
        "type": "album",
        "language": "en",
    }


def test_tracks_stand_where_their_release_puts_them_once_and_counted_through() -> None:
    items = (
        Item(resource="A3", disc=2, sequence=7),
        Item(resource="A2", disc=1, sequence=5),
        Item(resource="A1", disc=1, sequence=2),
        Item(resource="A1", disc=2, sequence=9),
        Item(resource="I1", disc=1, sequence=1),
        Item(resource="A3", disc=1, link="VisualRepresentation"),
    )

    tracks = planned(items=items).tracks

    assert [(one.reference, one.disc, one.position) for one in tracks] == [
        ("A1", 1, 1),
        ("A2", 1, 2),
        ("A3", 2, 1),
    ]


def test_what_has_no_number_in_its_order_comes_last_as_it_is_listed() -> None:
    items = (Item(resource="A3"), Item(resource="A2"), Item(resource="A1", sequence=8))

    assert [one.reference for one in planned(items=items).tracks] == ["A1", "A3", "A2"]


def test_a_track_is_known_by_its_isrc_and_goes_by_the_names_of_its_own_release() -> None:
    track = planned().tracks[0]

    assert (track.key, track.isrc) == ("QZTST2400001", "QZTST2400001")
    assert track.names == (
        Name(kind="ISRC", value="QZTST2400001"),
        Name(kind="ProprietaryId", value="T1", namespace=SENDER),
    )
    assert track.duration_s == Fraction(208)


def test_a_recording_without_an_isrc_is_known_by_what_else_it_has() -> None:
    [own, *_] = recorded(identifiers=(ident("7", namespace="PADPIDA1"),)).tracks
    [none, *_] = recorded(identifiers=()).tracks

    assert (own.key, own.isrc) == ("ProprietaryId:PADPIDA1:7", None)
    assert none.key == "Reference:A1"


def test_the_file_that_is_taken_is_no_clip() -> None:
    [file] = MESSAGE.resources[0].files
    clip = replace(file, uri="resources/clip.mp3", is_clip=True, codec="MP3")

    track = recorded(files=(clip, file)).tracks[0]

    assert [one.uri for one in track.files] == ["resources/01.flac"]
    assert track.codec == "FLAC"
    assert recorded(files=(clip,)).tracks[0].codec == ""
