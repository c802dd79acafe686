import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken
from base.units import Samples
from transcode.boxes import box, full_box
from transcode.ladder import Codec, framing_for
from transcode.sample_entry import sample_entry_for, with_frame_sizes, with_md5
from transcode.timeline import Timeline, timeline

#: STREAMINFO of 44.1 kHz, stereo, 16 bits (RFC 9639, 8.2), with a count that is not ours.
STREAMINFO = struct.pack(">HH6x", 4410, 4410) + struct.pack(
    ">Q", 44_100 << 44 | 1 << 41 | 15 << 36 | 12_345
)
FLAC = box("fLaC", bytes(28), full_box("dfLa", b"\x80\0\0\x22", STREAMINFO, b"m" * 16))
#: Version 0, two channels, a pre-skip of 312, 48 kHz, no gain, family 0.
OPUS = box("Opus", bytes(28), box("dOps", struct.pack(">BBHIhB", 0, 2, 312, 48_000, 0, 0)))
AAC = box("mp4a", bytes(28), full_box("esds", bytes(30)))


def line(codec: Codec, samples: int) -> Timeline:
    return timeline(framing_for(codec, 48_000), rate=48_000, samples=Samples(samples))


@given(st.integers(1, 2**36 - 1))
def test_flac_is_told_how_long_the_whole_track_is(samples: int) -> None:
    entry = sample_entry_for(Codec.FLAC, FLAC, line(Codec.FLAC, samples))

    told = entry.replace(struct.pack(">Q", 44_100 << 44 | 1 << 41 | 15 << 36 | samples), b"?")
    assert told == FLAC.replace(STREAMINFO[-8:], b"?")


@given(st.integers(1, 10**9))
def test_opus_is_told_how_much_to_skip(samples: int) -> None:
    track = line(Codec.OPUS, samples)

    entry = sample_entry_for(Codec.OPUS, OPUS, track)

    assert 312 <= track.priming < 312 + 960
    assert entry == OPUS.replace(struct.pack(">H", 312), struct.pack(">H", track.priming))


def test_aac_is_left_as_it_is() -> None:
    assert sample_entry_for(Codec.AAC, AAC, line(Codec.AAC, 9)) == AAC


@pytest.mark.parametrize("codec", [Codec.OPUS, Codec.FLAC])
@pytest.mark.parametrize("entry", [AAC, b"", OPUS[:40], FLAC[:60]])
def test_an_entry_of_another_codec_is_not_written_to(codec: Codec, entry: bytes) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        sample_entry_for(codec, entry, line(codec, 9))


def test_flac_is_told_of_its_frames_and_its_samples() -> None:
    told = with_md5(with_frame_sizes(FLAC, 14, 70_000), b"0123456789abcdef")

    info = told[told.index(b"dfLa") + 12 :]
    assert info[:10] == STREAMINFO[:4] + b"\0\0\x0e\1\x11\x70"
    assert info[10:] == STREAMINFO[10:] + b"0123456789abcdef"
    assert len(told) == len(FLAC)
