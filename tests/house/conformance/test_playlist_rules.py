from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refrain.conformance.attributes import read_attributes
from refrain.conformance.findings import Finding
from refrain.conformance.hls import read_playlist
from refrain.conformance.media_rules import check_media_playlist
from refrain.conformance.multivariant_rules import check_multivariant
from refrain.conformance.syntax_rules import check_syntax
from tests.support.streams import clauses

MEDIA = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="a.mp4",BYTERANGE="100@0"
#EXTINF:6.0,
#EXT-X-BYTERANGE:1000@100
a.mp4
#EXTINF:3.5,
#EXT-X-BYTERANGE:500
a.mp4
#EXT-X-ENDLIST
"""
MULTIVARIANT = """#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-DATA:DATA-ID="org.example.title",VALUE="A song",LANGUAGE="en"
#EXT-X-SESSION-DATA:DATA-ID="org.example.title",VALUE="Ein Lied",LANGUAGE="de"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="One",DEFAULT=YES,AUTOSELECT=YES,URI="a.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Two",URI="b.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="a",SCORE=1.0
a.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=260000,AVERAGE-BANDWIDTH=256000,CODECS="mp4a.40.2",SCORE=2
b.m3u8
"""


def media(data: bytes) -> list[Finding]:
    playlist = read_playlist(data)
    return [*check_syntax(playlist, "x"), *check_media_playlist(playlist, "x")]


def variants(data: bytes) -> list[Finding]:
    playlist = read_playlist(data)
    return [*check_syntax(playlist, "x"), *check_multivariant(playlist, "x")]


def test_good_playlists_have_no_findings() -> None:
    assert media(MEDIA.encode()) == []
    assert media(MEDIA.replace("\n", "\r\n").encode()) == []
    assert variants(MULTIVARIANT.encode()) == []


@pytest.mark.parametrize(
    ("clause", "before", "after"),
    [
        ("RFC 8216bis 4.1", "#EXTM3U\n", "\ufeff#EXTM3U\n"),
        ("RFC 8216bis 4.1", "6.0,", "6.0,a\x07"),
        ("RFC 8216bis 4.4.1.1", "#EXTM3U\n", "\n#EXTM3U\n"),
        ("RFC 8216bis 4.4.1.1", "#EXTM3U\n", "#EXTM3U\n#EXTM3U\n"),
        ("RFC 8216bis 4.4.1.2", "VERSION:6", "VERSION:6\n#EXT-X-VERSION:6"),
        ("RFC 8216bis 4.4.1.2", "VERSION:6", "VERSION:six"),
        ("RFC 8216bis 8", "#EXT-X-VERSION:6\n", ""),
        ("RFC 8216bis 8", "VERSION:6", "VERSION:5"),
        ("RFC 8216bis 6.2.1", "VERSION:6", "VERSION:7"),
        ("RFC 8216bis 6.2.1", "#EXT-X-ENDLIST\n", ""),
        (
            "RFC 8216bis 4.4.2",
            "#EXT-X-TARGET",
            "#EXT-X-START:TIME-OFFSET=0\n#EXT-X-START:TIME-OFFSET=0\n#EXT-X-TARGET",
        ),
        ("RFC 8216bis 4.4.3", "#EXT-X-ENDLIST", "#EXT-X-ENDLIST\n#EXT-X-ENDLIST"),
        ("RFC 8216bis 4.4.3.1", "#EXT-X-TARGETDURATION:6\n", ""),
        ("RFC 8216bis 4.4.3.1", "DURATION:6", "DURATION:6.5"),
        ("RFC 8216bis 4.4.3.1", "EXTINF:6.0", "EXTINF:6.5"),
        ("Apple 7.5", "DURATION:6", "DURATION:10"),
        ("Apple 7.6", "EXTINF:6.0", "EXTINF:5.4"),
        ("Apple 7.7", "EXTINF:6.0", "EXTINF:6.501"),
        ("RFC 8216bis 4.4.3.2", "SEQUENCE:0", "SEQUENCE:-1"),
        ("RFC 8216bis 4.4.3.2", "#EXT-X-ENDLIST", "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ENDLIST"),
        ("RFC 8216bis 4.4.3.5", "TYPE:VOD", "TYPE:LIVE"),
        ("Apple 8.6", "#EXT-X-PLAYLIST-TYPE:VOD\n", ""),
        ("RFC 8216bis 4.4.4", "#EXT-X-ENDLIST", "#EXT-X-ENDLIST\n#EXTINF:1,"),
        ("RFC 8216bis 4.4.4.1", "#EXTINF:3.5,\n", ""),
        ("RFC 8216bis 4.4.4.1", "EXTINF:3.5,", "EXTINF:long,"),
        ("RFC 8216bis 4.4.4.1", "EXTINF:3.5,", "EXTINF:3.5"),
        ("RFC 8216bis 4.4.4.2", "BYTERANGE:500", "BYTERANGE:500@"),
        ("RFC 8216bis 4.4.4.2", "1000@100", "1000"),
        ("RFC 8216bis 4.4.4.5", 'URI="a.mp4",', ""),
        ("RFC 8216bis 4.4.4.5", "100@0", "100"),
        ("RFC 8216bis 3.1.2", '#EXT-X-MAP:URI="a.mp4",BYTERANGE="100@0"\n', ""),
        ("Apple 8.20", '#EXT-X-MAP:URI="a.mp4",BYTERANGE="100@0"\n', ""),
        ("RFC 8216bis 4.2", 'URI="a.mp4"', "URI=a.mp4"),
        ("RFC 8216bis 4.2", 'URI="a.mp4"', 'URI="a.mp4",URI="a.mp4"'),
    ],
)
def test_a_broken_media_playlist_is_found_out(clause: str, before: str, after: str) -> None:
    assert before in MEDIA

    assert clause in clauses(media(MEDIA.replace(before, after, 1).encode()))


def test_a_media_playlist_without_segments_is_found_out() -> None:
    assert "RFC 8216bis 4.4.4.1" in clauses(media(b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n"))


def test_bytes_that_are_not_utf8_are_found_out() -> None:
    assert "RFC 8216bis 4.1" in clauses(media(MEDIA.encode() + b"#\xff\n"))


@pytest.mark.parametrize(
    ("clause", "before", "after"),
    [
        ("RFC 8216bis 4.2", "BANDWIDTH=130000", 'BANDWIDTH="130000"'),
        ("RFC 8216bis 4.2", "BANDWIDTH=130000", "BANDWIDTH=fast"),
        ("RFC 8216bis 4.2", "DEFAULT=YES", "DEFAULT=yes"),
        ("RFC 8216bis 4.2", ",AVERAGE", ", AVERAGE"),
        ("RFC 8216bis 4.2", "SCORE=2", "SCORE=2,"),
        ("RFC 8216bis 4.4.3", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-TARGETDURATION:6"),
        ("RFC 8216bis 4.4.4", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXTINF:6,"),
        ("RFC 8216bis 4.4.6.2", "AUDIO=", "VIDEO="),
        ("RFC 8216bis 4.4.6.2", 'AUDIO="a"', 'AUDIO="b"'),
        ("RFC 8216bis 4.4.6.2", "BANDWIDTH=130000,", ""),
        ("RFC 8216bis 4.4.6.2", "a.m3u8\n#EXT-X-STREAM", "#EXT-X-STREAM"),
        ("RFC 8216bis 4.4.6.2", ",SCORE=2", ""),
        ("RFC 8216bis 4.4.6.2", "SCORE=2", "SCORE=0"),
        ("Apple 9.13", "BANDWIDTH=130000,", ""),
        ("Apple 9.14", "AVERAGE-BANDWIDTH=128000,", ""),
        ("Apple 9.1", 'CODECS="mp4a.40.2",AUDIO', "AUDIO"),
        ("Apple 9.21", "BANDWIDTH=130000", "BANDWIDTH=192001"),
        ("RFC 8216bis 4.4.6.1", 'NAME="Two",', ""),
        ("RFC 8216bis 4.4.6.1", 'TYPE=AUDIO,GROUP-ID="a",NAME="Two"', 'GROUP-ID="a",NAME="Two"'),
        ("RFC 8216bis 4.4.6.1", "TYPE=AUDIO", "TYPE=SOUND"),
        ("RFC 8216bis 4.4.6.1", "TYPE=AUDIO", "TYPE=CLOSED-CAPTIONS"),
        ("RFC 8216bis 4.4.6.1", "AUTOSELECT=YES", "AUTOSELECT=NO"),
        ("RFC 8216bis 4.4.6.1.1", "Two", "One"),
        ("RFC 8216bis 4.4.6.1.1", 'NAME="Two"', 'NAME="Two",DEFAULT=YES'),
        ("RFC 8216bis 4.4.6.4", 'DATA-ID="org.example.title",VALUE="A', 'VALUE="A'),
        ("RFC 8216bis 4.4.6.4", 'VALUE="A song",', ""),
        ("RFC 8216bis 4.4.6.4", 'VALUE="A song"', 'VALUE="A song",URI="a.json"'),
        ("RFC 8216bis 4.4.6.4", 'LANGUAGE="de"', 'LANGUAGE="en"'),
    ],
)
def test_a_broken_multivariant_playlist_is_found_out(clause: str, before: str, after: str) -> None:
    assert before in MULTIVARIANT

    assert clause in clauses(variants(MULTIVARIANT.replace(before, after, 1).encode()))


def test_subtitles_without_a_uri_are_found_out() -> None:
    tag = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Words"\n'

    assert "RFC 8216bis 4.4.6.1" in clauses(variants((MULTIVARIANT + tag).encode()))


def test_unknown_tags_and_attributes_are_kept() -> None:
    playlist = read_playlist(b'#EXTM3U\n#EXT-X-NEW:A=1\n#EXT-X-MEDIA:X-B="2"\n')

    assert [(tag.line, tag.name) for tag in playlist.tags][1:] == [
        (2, "EXT-X-NEW"),
        (3, "EXT-X-MEDIA"),
    ]
    assert playlist.tags[2].attributes.get("X-B") == "2"


@given(st.text(max_size=300))
def test_any_text_is_read_as_attributes(text: str) -> None:
    found = read_attributes(text)

    assert bool(found.attributes) or bool(found.faults) or not text


@given(st.lists(st.sampled_from([*MEDIA.splitlines(), *MULTIVARIANT.splitlines(), ":", "\0"])))
def test_lines_in_any_order_give_findings_and_no_error(lines: list[str]) -> None:
    data = "\n".join(lines).encode()

    assert all(finding.sentence for finding in [*media(data), *variants(data)])


@given(st.binary(max_size=500))
def test_any_bytes_give_findings_and_no_error(data: bytes) -> None:
    assert media(data)
    assert variants(data)
