import pytest

from refrain.listeners.asked import Piece, pieces_of, variants_of

MULTIVARIANT = b"""#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.5"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"
high.m3u8
"""
RANGES = b"""#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MAP:URI="a.mp4",BYTERANGE="700@0"
#EXTINF:6,
#EXT-X-BYTERANGE:1000@800
a.mp4
#EXTINF:4.5,
#EXT-X-BYTERANGE:900
a.mp4
#EXT-X-ENDLIST
"""


def test_variants_are_offered_by_a_multivariant_playlist_alone() -> None:
    assert variants_of(MULTIVARIANT) == ("low.m3u8", "high.m3u8")
    assert variants_of(RANGES) == ()


def test_a_player_asks_for_the_initialisation_once_and_then_for_each_range() -> None:
    assert pieces_of(RANGES) == (
        Piece(uri="a.mp4", start=0, length=700),
        Piece(uri="a.mp4", start=800, length=1000, duration_s=6.0),
        Piece(uri="a.mp4", start=1800, length=900, duration_s=4.5),
    )
    assert pieces_of(RANGES)[0].headers == {"Range": "bytes=0-699"}


def test_whole_files_are_asked_for_without_a_range() -> None:
    [piece] = pieces_of(b"#EXTM3U\n#EXTINF:6,\n1.ts\n")
    assert piece == Piece(uri="1.ts", duration_s=6.0)
    assert piece.headers == {}


@pytest.mark.parametrize(
    "playlist",
    [
        b"#EXTM3U\n",
        b"nothing of the kind",
        b"#EXTM3U\nno-duration.ts\n",
        b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:6,\n1.ts\n',
    ],
)
def test_what_cannot_be_played_says_so(playlist: bytes) -> None:
    with pytest.raises(ValueError, match="no segments"):
        pieces_of(playlist)
