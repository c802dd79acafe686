"""What the player reads is what the house writes: playlists, and the beginning of a rendition."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from base.units import Dbtp, Lufs, Samples
from stream.multivariant import MultivariantPlaylist, Variant, print_multivariant
from stream.playlists import ByteRange, Kind, MediaPlaylist, Segment, print_media
from tests.support.masters import ROOT
from tests.support.web import run_node
from transcode.boxes import box
from transcode.cmaf import Description, init_segment
from transcode.ladder import Codec, framing_for
from transcode.ludt import Levels
from transcode.timeline import timeline

AAC = timeline(framing_for(Codec.AAC, 44_100), rate=44_100, samples=Samples(300_001))
OPUS = timeline(framing_for(Codec.OPUS, 48_000), rate=48_000, samples=Samples(300_001))
VARIANT = Variant(
    uri="aac-128.m3u8", codecs="mp4a.40.2", peak_bps=140_000, average_bps=130_000, score=4
)
GROWING = MediaPlaylist(
    uri="aac-128.0.mp4",
    init=ByteRange(offset=0, length=700),
    segments=(
        Segment(duration_s=Fraction(602, 100), bytes=ByteRange(offset=700, length=9000)),
        Segment(duration_s=Fraction(6), bytes=ByteRange(offset=0, length=8000), uri="b.mp4"),
    ),
    kind=Kind.EVENT,
    is_ended=False,
)


Reader = Callable[[Path, bytes], dict[str, Any]]


@pytest.fixture(scope="module")
def read(bundled: Callable[[Path], Path]) -> Reader:
    """Answer what reads a header, and what stands in two playlists."""
    script = bundled(ROOT / "tests" / "support" / "player_formats.mjs")
    return lambda folder, header: _read(script, folder, header)


def _read(script: Path, folder: Path, header: bytes) -> dict[str, Any]:
    files = {
        "init": header,
        "media": print_media(GROWING).encode(),
        "multivariant": print_multivariant(MultivariantPlaylist(variants=(VARIANT,))).encode(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found: dict[str, Any] = run_node(script, *(folder / name for name in files))
    return found


def test_a_player_reads_how_long_how_hidden_and_how_loud_a_track_is(
    read: Reader, tmp_path: Path
) -> None:
    track = Levels(integrated_lufs=Lufs(-14.25), true_peak_dbtp=Dbtp(-1.5))
    album = Levels(integrated_lufs=Lufs(-16.5))
    entry = box("mp4a", bytes(28))
    description = Description(timeline=AAC, sample_entry=entry, levels=track, album=album)

    found = read(tmp_path, init_segment(description))

    assert found["facts"] == {
        "duration": pytest.approx(300_001 / 44_100),
        "hidden": pytest.approx(AAC.priming / 44_100),
        "preSkip": 0,
        "track": {"integrated_lufs": -14.25, "true_peak_dbtp": -1.5},
        "album": {"integrated_lufs": -16.5, "true_peak_dbtp": None},
    }
    assert found["variants"] == [
        {
            "uri": "aac-128.m3u8",
            "codecs": "mp4a.40.2",
            "peak_bps": 140_000,
            "average_bps": 130_000,
            "score": 4,
        }
    ]
    assert found["media"] == {
        "init": {"uri": "aac-128.0.mp4", "offset": 0, "length": 700},
        "segments": [
            {"uri": "aac-128.0.mp4", "offset": 700, "length": 9000, "start": 0, "duration": 6.02},
            {"uri": "b.mp4", "offset": 0, "length": 8000, "start": 6.02, "duration": 6},
        ],
        "isEnded": False,
        "target_s": 6,
    }


def test_a_player_reads_what_an_opus_decoder_skips(read: Reader, tmp_path: Path) -> None:
    entry = box("Opus", bytes(28), box("dOps", struct.pack(">BBHIhB", 0, 2, 1234, 48_000, 0, 0)))

    found = read(tmp_path, init_segment(Description(timeline=OPUS, sample_entry=entry)))

    # It grows: how long it is, is not known, and nothing was measured.
    assert found["facts"] == {
        "duration": 0,
        "hidden": 0,
        "preSkip": 1234,
        "track": None,
        "album": None,
    }
