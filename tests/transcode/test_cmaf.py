import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from base.units import Lufs, Samples
from tests.support.sources import tracks
from transcode.boxes import box, read_layout
from transcode.cmaf import Description, fragment, fragment_bytes, init_segment, segment_index
from transcode.ladder import Codec, framing_for
from transcode.ludt import Levels
from transcode.packets import Frames, Packets
from transcode.timeline import Timeline, timeline

ENTRY = box("mp4a", bytes(4))
TINY = timeline(framing_for(Codec.AAC, 44_100), rate=44_100, samples=Samples(2000))
#: 2000 samples and 1072 before them are three frames of AAC.
HEADER = bytes.fromhex(
    "000000206674797063 6d666300000000 636d6663 69736f36 6d703431 64617368"  # ftyp
    "00000276 6d6f6f76"
    "0000006c 6d766864 00000000 00000000 00000000 0000ac44 00000000"
    "00010000 0100 0000 00000000 00000000"
    "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
    "00000000 00000000 00000000 00000000 00000000 00000000 00000002"
    "000001c6 7472616b"
    "0000005c 746b6864 00000007 00000000 00000000 00000001 00000000 00000000"
    "00000000 00000000 0000 0001 0100 0000"
    "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
    "00000000 00000000"
    "0000002c 65647473 00000024 656c7374 01000000 00000001"
    "00000000000007d0 0000000000000430 0001 0000"  # 2000 samples, behind 1072
    "00000107 6d646961"
    "00000020 6d646864 00000000 00000000 00000000 0000ac44 00000000 55c4 0000"
    "00000021 68646c72 00000000 00000000 736f756e 00000000 00000000 00000000 00"
    "000000be 6d696e66"
    "00000010 736d6864 00000000 00000000"
    "00000024 64696e66 0000001c 64726566 00000000 00000001 0000000c 75726c20 00000001"
    "00000082 7374626c"
    "0000001c 73747364 00000000 00000001 0000000c 6d703461 00000000"
    "00000010 73747473 00000000 00000000"
    "00000010 73747363 00000000 00000000"
    "00000014 7374737a 00000000 00000000 00000000"
    "00000010 7374636f 00000000 00000000"
    "0000001a 73677064 01000000 726f6c6c 00000002 00000001 ffff"  # one frame back
    "0000002f 75647461 00000027 6c756474 0000001f 746c6f75"
    "00000000 0000 000000 23 04 000023 000013 000013 000013"  # nothing known yet
    "0000003c 6d766578 00000014 6d656864 01000000 00000000000007d0"
    "00000020 74726578 00000000 00000001 00000001 00000400 00000000 02000000"
)
FRAGMENT = bytes.fromhex(
    "00000080 6d6f6f66 00000010 6d666864 00000000 00000001 00000068 74726166"
    "00000010 74666864 00020000 00000001"
    "00000014 74666474 01000000 0000000000000000"
    "00000020 7472756e 00000201 00000003 00000088 00000003 00000002 00000004"
    "0000001c 73626770 00000000 726f6c6c 00000001 00000003 00000001"
    "00000011 6d646174 616263646566676869"
)
INDEX = bytes.fromhex(
    "00000034 73696478 01000000 00000001 0000ac44 0000000000000000 0000000000000000 0000 0001"
    "00000091 000007d0 90000000"
)


def frames_of(sizes: list[int]) -> Frames:
    lengths = np.array(sizes, np.int64)
    offsets = np.cumsum(lengths) - lengths
    data = memoryview((b"abcdefghi" * (sum(sizes) // 9 + 1))[: sum(sizes)])
    return Frames((Packets(data=data, offsets=offsets, sizes=lengths),))


def file_of(line: Timeline, frames: Frames, levels: Levels) -> bytes:
    bounds = list(zip(line.starts(), line.starts()[1:], strict=False))
    parts = [frames.between(*each) for each in bounds]
    sizes = [
        fragment_bytes(line, p, first=first) for p, (first, _) in zip(parts, bounds, strict=True)
    ]
    header = init_segment(Description(timeline=line, sample_entry=ENTRY, levels=levels))
    return (
        header
        + segment_index(line, sizes)
        + b"".join(
            b"".join(fragment(line, part, number=number, first=first))
            for number, (part, (first, _)) in enumerate(zip(parts, bounds, strict=True), 1)
        )
    )


def test_a_tiny_track_is_written_as_it_should_be() -> None:
    frames = frames_of([3, 2, 4])
    size = fragment_bytes(TINY, frames, first=0)

    header = init_segment(Description(timeline=TINY, sample_entry=ENTRY, levels=Levels()))

    assert header == HEADER
    assert b"".join(fragment(TINY, frames, number=1, first=0)) == FRAGMENT
    assert segment_index(TINY, [size]) == INDEX
    assert size == len(FRAGMENT)


def test_a_last_frame_that_is_shorter_says_so() -> None:
    line = timeline(framing_for(Codec.FLAC, 44_100), rate=44_100, samples=Samples(4410 + 7))

    data = b"".join(fragment(line, frames_of([5, 6]), number=1, first=0))

    assert struct.pack(">III4I", 0x301, 2, 8 + data.index(b"mdat") - 4, 4410, 5, 7, 6) in data


levels = st.builds(
    Levels,
    integrated_lufs=st.none() | st.floats(-70, 10).map(Lufs),
    range_lu=st.none() | st.floats(0, 80),
    sample_peak_dbfs=st.none() | st.floats(-200, 100),
)


@given(tracks(), levels, st.none() | levels, st.sampled_from(list(Codec)))
def test_the_size_of_a_header_does_not_depend_on_levels(
    track: tuple[object, Samples], one: Levels, album: Levels | None, codec: Codec
) -> None:
    line = timeline(framing_for(codec, 48_000), rate=48_000, samples=track[1])
    bare = Description(timeline=line, sample_entry=ENTRY, levels=Levels(), album=album and Levels())
    told = Description(timeline=line, sample_entry=ENTRY, levels=one, album=album)

    assert len(init_segment(bare)) == len(init_segment(told))


@given(st.integers(1, 3_000_000), st.sampled_from([Codec.AAC, Codec.OPUS, Codec.FLAC]), st.data())
def test_what_is_written_is_read_back(count: int, codec: Codec, data: st.DataObject) -> None:
    line = timeline(framing_for(codec, 48_000), rate=48_000, samples=Samples(count))
    seed = data.draw(st.integers(0, 2**32))
    sizes = np.random.default_rng(seed).integers(0, 9, line.frames).tolist()

    layout = read_layout(file_of(line, frames_of(sizes), Levels()))

    assert layout.timescale == 48_000
    assert [f.duration for f in layout.fragments] == list(line.durations())
    assert sum(line.durations()) == count
