import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers, lists, text, tuples
from hypothesis.strategies import characters as any_character

from ingest.lrc import Line, Word, parse, plain, plain_of, print_lrc

LRC = """\ufeff[ar:Ada]
[ti:Song: one]
[00:12.00]First
[00:17.2]Second
[00:40.00][00:21.105]Again

[01:05:50]Old style
no time
"""
SUNG = text(
    any_character(codec="ascii", exclude_characters="[]<>", categories=("L", "N")), max_size=9
)
TIMES = integers(0, 5_999_999)
WORDS = lists(builds(Word, at_ms=TIMES, text=SUNG.filter(bool)), min_size=1, max_size=4)
PLAIN_LINES = builds(Line, at_ms=TIMES, text=SUNG)
WORDED = tuples(TIMES, WORDS).map(
    lambda both: Line(
        at_ms=both[0], text="".join(one.text for one in both[1]), words=tuple(both[1])
    )
)


def test_lines_come_in_the_order_of_their_times() -> None:
    lines = parse(LRC)

    assert [(one.at_ms, one.text) for one in lines] == [
        (12_000, "First"),
        (17_200, "Second"),
        (21_105, "Again"),
        (40_000, "Again"),
        (65_500, "Old style"),
    ]
    assert plain_of(lines) == "First\nSecond\nAgain\nAgain\nOld style"


@pytest.mark.parametrize(("offset", "at_ms"), [("+500", 9_500), ("-500", 10_500), ("99999", 0)])
def test_a_positive_offset_shows_all_earlier(offset: str, at_ms: int) -> None:
    assert parse(f"[offset: {offset}]\n[00:10.00]x") == (Line(at_ms=at_ms, text="x"),)


def test_words_may_have_times_of_their_own() -> None:
    [line] = parse("[00:01.00] <00:01.00>Two <00:01.50>words <00:02.00>")

    assert line.text == "Two words"
    assert [(one.at_ms, one.text) for one in line.words] == [
        (1_000, "Two "),
        (1_500, "words "),
        (2_000, ""),
    ]


@given(lists(PLAIN_LINES | WORDED, max_size=8))
def test_what_is_printed_is_read_again(lines: list[Line]) -> None:
    said = tuple(sorted(lines, key=lambda one: one.at_ms))

    assert parse(print_lrc(said)) == said


@given(text())
def test_whatever_it_is_it_is_read_and_its_print_stays(said: str) -> None:
    lines = parse(said)

    assert parse(print_lrc(lines)) == lines
    assert plain(plain(said)) == plain(said)


def test_what_has_no_times_is_no_lrc() -> None:
    assert parse("Just\nwords [x2]\n[Chorus]") == ()
    assert plain("Just \r\n\r\n\r\n\r\nwords\x00") == "Just\n\nwords"
