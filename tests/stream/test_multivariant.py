from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken
from stream.multivariant import (
    MultivariantPlaylist,
    StatedLoudness,
    Variant,
    parse_multivariant,
    print_multivariant,
)

AAC = Variant(
    uri="aac-128.m3u8", codecs="mp4a.40.2", peak_bps=131_204, average_bps=128_950, score=4.0
)
PLAYLIST = MultivariantPlaylist(
    variants=(
        AAC,
        Variant(uri="opus-96.m3u8", codecs="Opus", peak_bps=104_000, average_bps=97_120, score=4.5),
        Variant(
            uri="flac.m3u8", codecs="fLaC", peak_bps=1_011_000, average_bps=870_455, score=10.0
        ),
    ),
    loudness=StatedLoudness(integrated_lufs=-16.97, range_lu=2.4, true_peak_dbtp=-1.37),
)
TEXT = """\
#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-DATA:DATA-ID="coop.refrain.loudness.integrated-lufs",VALUE="-16.97"
#EXT-X-SESSION-DATA:DATA-ID="coop.refrain.loudness.range-lu",VALUE="2.40"
#EXT-X-SESSION-DATA:DATA-ID="coop.refrain.loudness.true-peak-dbtp",VALUE="-1.37"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-128",NAME="Stereo",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus-96",NAME="Stereo",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="flac",NAME="Stereo",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"
#EXT-X-STREAM-INF:BANDWIDTH=131204,AVERAGE-BANDWIDTH=128950,SCORE=4.0,CODECS="mp4a.40.2",AUDIO="aac-128"
aac-128.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=104000,AVERAGE-BANDWIDTH=97120,SCORE=4.5,CODECS="Opus",AUDIO="opus-96"
opus-96.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1011000,AVERAGE-BANDWIDTH=870455,SCORE=10.0,CODECS="fLaC",AUDIO="flac"
flac.m3u8
"""


def test_a_playlist_prints_as_its_golden_text_and_parses_back() -> None:
    assert print_multivariant(PLAYLIST) == TEXT
    assert parse_multivariant(TEXT) == PLAYLIST


def test_what_was_not_measured_is_not_said() -> None:
    silent = replace(PLAYLIST, loudness=StatedLoudness())

    assert "SESSION-DATA" not in print_multivariant(silent)
    assert parse_multivariant(print_multivariant(silent)) == silent


@pytest.mark.parametrize(("channels", "name"), [(1, "Mono"), (2, "Stereo"), (6, "6 channels")])
def test_channels_are_told_and_called_what_people_call_them(channels: int, name: str) -> None:
    text = print_multivariant(replace(PLAYLIST, channels=channels))

    assert f'NAME="{name}"' in text
    assert f'CHANNELS="{channels}"' in text
    assert parse_multivariant(text).channels == channels


LINES = st.lists(st.sampled_from([*TEXT.splitlines(), "x"])).map("\n".join)


@given(LINES.map("#EXTM3U\n".__add__) | LINES)
def test_any_text_is_read_or_said_to_be_bad(text: str) -> None:
    try:
        parse_multivariant(text)
    except Broken as broken:
        assert broken.code == "bad-playlist"  # noqa: PT017 - both ways out are right


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT[:-10], id="a variant without address"),
        pytest.param(TEXT.replace("BANDWIDTH=131204,", ""), id="no bandwidth"),
        pytest.param(TEXT.replace('"Opus"', '""'), id="no codecs"),
        pytest.param(TEXT.replace("SCORE=4.5,", ""), id="no score"),
        pytest.param(TEXT.replace("SCORE=4.5", "SCORE=-4.5"), id="negative score"),
        pytest.param(TEXT.replace('"-16.97"', '"loud"'), id="no level"),
        pytest.param(TEXT.replace('CHANNELS="2"', 'CHANNELS="two"'), id="no channels"),
    ],
)
def test_what_is_no_playlist_of_ours_is_said_to_be_bad(text: str) -> None:
    with pytest.raises(Broken, match="bad-playlist"):
        parse_multivariant(text)


@pytest.mark.parametrize("name", ["", 'a"b.mp4', "a\nb.mp4", "a\rb.mp4", "#EXT-X-ENDLIST"])
def test_a_name_that_would_break_a_line_is_never_printed(name: str) -> None:
    with pytest.raises(Broken, match="bad-playlist"):
        print_multivariant(replace(PLAYLIST, variants=(replace(AAC, uri=name),)))
