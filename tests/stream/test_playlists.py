from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken
from stream.playlists import ByteRange, Kind, MediaPlaylist, Segment, parse_media, print_media

MEDIA = MediaPlaylist(
    uri="aac-128.mp4",
    init=ByteRange(offset=0, length=742),
    segments=(
        Segment(duration_s=Fraction("6.013968"), bytes=ByteRange(offset=930, length=97_310)),
        Segment(duration_s=Fraction("1.5"), bytes=ByteRange(offset=98_240, length=24_021)),
    ),
)
MEDIA_TEXT = """\
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="aac-128.mp4",BYTERANGE="742@0"
#EXTINF:6.013968,
#EXT-X-BYTERANGE:97310@930
aac-128.mp4
#EXTINF:1.500000,
#EXT-X-BYTERANGE:24021@98240
aac-128.mp4
#EXT-X-ENDLIST
"""
EVENT = MediaPlaylist(
    uri="aac-128.0.mp4",
    init=ByteRange(offset=0, length=742),
    segments=(
        MEDIA.segments[0],
        replace(MEDIA.segments[1], uri="aac-128.1.mp4"),
        replace(MEDIA.segments[1], uri="aac-128.1.mp4"),
    ),
    kind=Kind.EVENT,
    is_ended=False,
)
EVENT_TEXT = """\
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-START:TIME-OFFSET=0
#EXT-X-MAP:URI="aac-128.0.mp4",BYTERANGE="742@0"
#EXTINF:6.013968,
#EXT-X-BYTERANGE:97310@930
aac-128.0.mp4
#EXTINF:1.500000,
#EXT-X-BYTERANGE:24021@98240
aac-128.1.mp4
#EXTINF:1.500000,
#EXT-X-BYTERANGE:24021@98240
aac-128.1.mp4
"""


def test_a_media_playlist_prints_as_its_golden_text_and_parses_back() -> None:
    assert print_media(MEDIA) == MEDIA_TEXT
    assert parse_media(MEDIA_TEXT) == MEDIA


def test_an_event_prints_as_its_golden_text_and_parses_back() -> None:
    assert print_media(EVENT) == EVENT_TEXT
    assert parse_media(EVENT_TEXT) == EVENT


def test_an_event_that_has_ended_is_what_it_was_and_an_end() -> None:
    ended = replace(EVENT, is_ended=True)

    assert print_media(ended) == EVENT_TEXT + "#EXT-X-ENDLIST\n"
    assert parse_media(print_media(ended)) == ended


@pytest.mark.parametrize("change", [{"is_ended": False}, {"segments": EVENT.segments}])
def test_only_an_event_grows_and_is_in_several_files(change: dict[str, Any]) -> None:
    with pytest.raises(Broken, match="bad-playlist"):
        print_media(replace(MEDIA, **change))


def test_lines_of_other_machines_and_titles_are_read_too() -> None:
    text = MEDIA_TEXT.replace("6.013968,", "6.013968,a title, of sorts").replace("\n", "\r\n")

    assert parse_media(text) == MEDIA


@pytest.mark.parametrize(
    ("longest", "target"),
    [("6", 6), ("6.499999", 6), ("6.5", 7), ("5.5", 6), ("0.2", 1), ("1.49", 1)],
)
def test_the_target_is_the_longest_segment_rounded(longest: str, target: int) -> None:
    segment = replace(MEDIA.segments[0], duration_s=Fraction(longest))

    assert replace(MEDIA, segments=(segment,)).target_s == target


@given(
    lengths=st.lists(st.integers(1, 400_000), min_size=1, max_size=200),
    timescale=st.sampled_from([44_100, 48_000, 88_200, 96_000, 192_000]),
)
def test_printed_durations_never_drift_from_the_samples(lengths: list[int], timescale: int) -> None:
    where = ByteRange(offset=0, length=1)
    playlist = replace(
        MEDIA,
        segments=tuple(Segment(duration_s=Fraction(n, timescale), bytes=where) for n in lengths),
    )

    read = parse_media(print_media(playlist))

    for count in (1, len(lengths)):
        told = sum(segment.duration_s for segment in read.segments[:count])
        assert abs(told - Fraction(sum(lengths[:count]), timescale)) <= Fraction(1, 2_000_000)
    assert print_media(read) == print_media(playlist)


# Lines that a playlist is made of, in any order, cut and doubled at will.
LINES = st.lists(
    st.sampled_from([*MEDIA_TEXT.splitlines(), *EVENT_TEXT.splitlines(), '#EXTINF:1e9,"'])
).map("\n".join)


@given(LINES.map("#EXTM3U\n".__add__) | LINES)
def test_any_text_is_read_or_said_to_be_bad(text: str) -> None:
    try:
        parse_media(text)
    except Broken as broken:
        assert broken.code == "bad-playlist"  # noqa: PT017 - both ways out are right


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("#EXTM3U\n", id="no segments"),
        pytest.param(MEDIA_TEXT[:-16], id="cut off before its end"),
        pytest.param(MEDIA_TEXT[8:], id="no beginning"),
        pytest.param(MEDIA_TEXT.replace("1.500000", "1e99999999"), id="exponent"),
        pytest.param(MEDIA_TEXT.replace("1.500000", "3/2"), id="fraction"),
        pytest.param(MEDIA_TEXT.replace("1.500000", "-1.5"), id="negative"),
        pytest.param(MEDIA_TEXT.replace("24021@", "24021"), id="no offset"),
        pytest.param(MEDIA_TEXT.replace("742@0", "-742@0"), id="negative range"),
        pytest.param(MEDIA_TEXT.replace("742@0", "7" * 5_000 + "@0"), id="digits"),
        pytest.param(MEDIA_TEXT.replace("\naac-128.mp4", "\nb.mp4"), id="two files"),
        pytest.param(EVENT_TEXT[:-14], id="an event cut off in a segment"),
    ],
)
def test_what_is_no_playlist_of_ours_is_said_to_be_bad(text: str) -> None:
    with pytest.raises(Broken, match="bad-playlist"):
        parse_media(text)


@given(
    lengths=st.lists(st.integers(250_000, 280_000), min_size=1, max_size=60),
    cut=st.integers(1, 60),
)
def test_an_event_is_only_ever_added_to(lengths: list[int], cut: int) -> None:
    where = ByteRange(offset=0, length=1)
    segments = tuple(Segment(duration_s=Fraction(n, 44_100), bytes=where) for n in lengths)

    before = print_media(replace(EVENT, segments=segments[:cut]))

    assert print_media(replace(EVENT, segments=segments)).startswith(before)


@pytest.mark.parametrize("name", ["", 'a"b.mp4', "a\nb.mp4", "a\rb.mp4", "#EXT-X-ENDLIST"])
def test_a_name_that_would_break_a_line_is_never_printed(name: str) -> None:
    with pytest.raises(Broken, match="bad-playlist"):
        print_media(replace(MEDIA, uri=name))
    with pytest.raises(Broken, match="bad-playlist"):
        print_media(replace(EVENT, segments=(replace(MEDIA.segments[0], uri=name),)))


def test_a_rendition_without_segments_is_never_printed() -> None:
    with pytest.raises(Broken, match="no segments"):
        print_media(replace(MEDIA, segments=()))
