import string

import pytest
from hypothesis import given
from hypothesis.strategies import DrawFn, composite, integers, none, sampled_from, text

from ingest.identifiers import isrc_of, upc_of
from ingest.naming import Tags, guess, guess_album, is_series, parse_tags, parts_of
from ingest.words import date_of, most_common, number_of, one_line

WORDS = text(string.ascii_letters + "äöüéñ&'!? ", min_size=1, max_size=30).filter(
    lambda words: words == " ".join(words.split()) and words[0].isalpha()
)


@composite
def named(draw: DrawFn) -> tuple[str, Tags]:
    """Answer a path as rippers and stores write them, and what it says."""
    number, title, artist = draw(integers(1, 99)), draw(WORDS), draw(WORDS)
    disc = draw(none() | integers(1, 9))
    folder = "" if disc is None else draw(sampled_from(["CD{}/", "Disc {}/", "x/cd 0{}/"]))
    form = draw(
        sampled_from(
            [
                "{number:02} - {artist} - {title}",
                "0{number} {artist} - {title}",
                "{number}. {artist} - {title}",
                "[{number:02}] {artist} - {title}",
                "0{number}.{artist} - {title}",
                "{artist} - An Album - {number:02} - {title}",
            ]
        )
    )
    name = form.format(number=number, artist=artist, title=title)
    album = "An Album" if "An Album" in form else None
    path = folder.format(disc) + name + draw(sampled_from([".flac", ".wav", ".aiff", ".mp3"]))
    return path, Tags(title=title, artist=artist, album=album, number=number, disc=disc)


@given(named())
def test_a_name_is_read_as_it_was_written(pair: tuple[str, Tags]) -> None:
    path, said = pair

    assert guess(path) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("1-03 Title.wav", Tags(title="Title", disc=1, number=3)),
        ("1.03 Title.wav", Tags(title="Title", disc=1, number=3)),
        ("Album [Disc 2]/03_my_song.wav", Tags(title="my song", disc=2, number=3)),
        ("C:\\Music\\CD 2\\7.wav", Tags(title="7", disc=2, number=7)),
        ("99 Luftballons.flac", Tags(title="99 Luftballons")),
        ("7-Eleven.wav", Tags(title="7-Eleven")),
        ("2.0 Remix.wav", Tags(title="2.0 Remix")),
        ("1979.flac", Tags(title="1979")),
        ("A - B - C.flac", Tags(title="B - C", artist="A")),
        ("../../etc/passwd", Tags(title="passwd")),
        ("", Tags(title="Untitled")),
        ("03 gnp\u202eevil.wav", Tags(title="gnpevil", number=3)),
    ],
)
def test_what_a_name_says(path: str, said: Tags) -> None:
    assert guess(path) == said


def test_a_number_is_one_where_all_names_begin_so() -> None:
    assert is_series(["9 Songs.wav", "10 Songs.wav"])
    assert not is_series(["99 Luftballons.wav", "Kino.wav"])
    assert guess("9 Songs.wav", in_series=True) == Tags(title="Songs", number=9)


@given(text(max_size=300))
def test_any_name_is_read_to_some_end_and_in_one_line(path: str) -> None:
    found = guess(path)

    assert found.title
    for word in (found.title, found.artist, found.album, *parts_of(path)):
        assert word is None or one_line(word) == word


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("Artist - Album (2026)", Tags(album="Album", album_artist="Artist", date="2026")),
        ("Album [1999]", Tags(album="Album", date="1999")),
        ("Album", Tags(album="Album")),
        (" - ", Tags()),
    ],
)
def test_what_a_folder_says(folder: str, said: Tags) -> None:
    assert guess_album(folder) == said


def test_tags_come_back_from_a_row_as_they_were() -> None:
    tags = Tags(title="T", number=3, credits=(("composer", "A"), ("producer", "B")), art="ab")

    assert parse_tags(tags.as_json()) == tags
    assert tags.as_json().keys() == {"title", "number", "credits", "art"}
    assert parse_tags(None) == Tags()


@given(text(max_size=2000))
def test_one_line_is_one_line_and_stays_itself(words: str) -> None:
    line = one_line(words, 50)

    assert line is None or (0 < len(line) <= 50 and len(line.splitlines()) == 1)
    assert line == one_line(line, 50)
    assert not {"\u202e", "\u2066", "\0"} & set(line or "")


@pytest.mark.parametrize(
    ("text_", "isrc"),
    [
        ("DE-ABC-26-00001", "DEABC2600001"),
        ("isrc DEABC2600001", "DEABC2600001"),
        ("DEABC26", None),
        ("", None),
    ],
)
def test_isrc(text_: str, isrc: str | None) -> None:
    assert isrc_of(text_) == isrc


@pytest.mark.parametrize(
    ("text_", "upc"),
    [
        ("4006381333931", "4006381333931"),
        ("0 36000 29145 2", "036000291452"),
        ("4006381333932", None),
        ("12", None),
    ],
)
def test_upc_is_taken_when_its_check_digit_is_right(text_: str, upc: str | None) -> None:
    assert upc_of(text_) == upc


@pytest.mark.parametrize(
    ("text_", "date"),
    [
        ("2026", "2026"),
        ("2026-11-24T12:00:00", "2026-11-24"),
        ("2026-13-01", "2026"),
        ("2026-11-99", "2026-11"),
        ("0000", None),
        ("20261", None),
        ("soon", None),
    ],
)
def test_dates(text_: str, date: str | None) -> None:
    assert date_of(text_) == date


@pytest.mark.parametrize(
    ("text_", "number"), [("3/12", 3), ("03 of 12", 3), ("0", None), ("A1", None), ("12345", None)]
)
def test_numbers(text_: str, number: int | None) -> None:
    assert number_of(text_) == number


def test_what_is_said_most_often() -> None:
    assert most_common(["a", None, "b", "b", "a", "b"]) == "b"
    assert most_common(["a", "b"]) == "a"
    assert most_common([None, ""]) is None
