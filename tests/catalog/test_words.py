"""Words that music is found by: genres, roles, languages, tags and types."""

import pytest
from hypothesis import example, given
from hypothesis.strategies import text

from catalog.credit_roles import RoleKind, kind_of
from catalog.genres import GENRES, genre_of, name_of, with_children
from catalog.languages import language_of
from catalog.release_types import type_of, type_said
from catalog.words import fold_tag, sort_name_of


def test_every_genre_hangs_below_one_that_is_there() -> None:
    assert all(one.parent is None or one.parent in GENRES for one in GENRES.values())
    assert all(genre_of(one.name) == slug == genre_of(slug) for slug, one in GENRES.items())
    assert {"techno", "minimal-techno", "acid-house"} <= with_children("electronic")
    assert "pop" not in with_children("electronic")


@pytest.mark.parametrize(
    ("said", "genre"),
    [
        ("Drum & Bass", "drum-and-bass"),
        ("dnb", "drum-and-bass"),
        ("HIP HOP/RAP", "hip-hop"),
        ("Klassik", "classical"),
        ("R&B", "r-and-b"),
        ("Hörspiel", None),
        ("Music", None),
        ("", None),
    ],
)
def test_a_genre_is_found_by_what_people_call_it(said: str, genre: str | None) -> None:
    assert genre_of(said) == genre
    assert genre is None or name_of(genre)


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("composer", RoleKind.COMPOSER),
        ("Music by", RoleKind.COMPOSER),
        ("Lyricist", RoleKind.LYRICIST),
        ("violin", RoleKind.PERFORMER),
        ("Bass Guitar", RoleKind.PERFORMER),
        ("lead vocals", RoleKind.VOCALS),
        ("co-producer", RoleKind.PRODUCER),
        ("mastering engineer", RoleKind.MASTERING),
        ("remixer", RoleKind.REMIXER),
        ("DJ-mix", RoleKind.DJ_MIXER),
        ("mixing", RoleKind.MIXER),
        ("Flöte", RoleKind.PERFORMER),
        ("catering", RoleKind.OTHER),
    ],
)
def test_a_role_is_one_of_a_few_kinds(role: str, kind: RoleKind) -> None:
    assert kind_of(role) is kind


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("zxx", "zxx"),
        ("gsw", "gsw"),
        ("de-1996", "de-1996"),
        ("English", None),
        ("", None),
        ("x" * 50, None),
    ],
)
def test_a_language_is_written_as_short_as_there_is_one(said: str, tag: str | None) -> None:
    assert language_of(said) == tag
    assert tag is None or language_of(tag) == tag


@given(text())
@example(":#")
@example("!#a")
@example("\uff03 #a")
def test_a_tag_is_one_word_whoever_writes_it(said: str) -> None:
    folded = fold_tag(said)

    assert folded is None or (fold_tag(folded) == folded and len(folded) <= 60)


def test_tags_are_the_same_without_case_accents_and_marks() -> None:
    assert fold_tag("#Café  Noir!") == fold_tag("cafe noir") == "cafe noir"
    assert fold_tag("!!") is None


def test_articles_stand_behind_a_name_in_order() -> None:
    assert sort_name_of("The Band") == "Band, The"
    assert sort_name_of("Thea") == "Thea"


@pytest.mark.parametrize(
    ("minutes", "kind"),
    [
        ([3], "single"),
        ([3, 4, 5], "single"),
        ([3, 11], "ep"),
        ([4] * 4, "ep"),
        ([4] * 7, "album"),
        ([31], "album"),
        ([], "single"),
    ],
)
def test_a_release_is_what_shops_call_it(minutes: list[int], kind: str) -> None:
    assert type_of([one * 60.0 for one in minutes]) == kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (["album; live"], "live"),
        (["album", "compilation"], "compilation"),
        (["DJ-mix"], "dj-mix"),
        (["EP"], "ep"),
        (["broadcast"], None),
    ],
)
def test_a_type_is_what_says_more(said: list[str], kind: str | None) -> None:
    assert type_said(said) == kind
