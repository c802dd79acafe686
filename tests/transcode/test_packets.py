import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken
from transcode.boxes import box, full_box
from transcode.packets import Frames, Packets, read_wrapped

ENTRY = box("mp4a", bytes(28))


def moov(entry: bytes = ENTRY) -> bytes:
    stsd = full_box("stsd", struct.pack(">I", 1), entry)
    return box("moov", box("trak", box("mdia", box("minf", box("stbl", stsd)))))


def fragment(*frames: bytes, flags: int = 0x201, default: int | None = None) -> bytes:
    """Print a moof and an mdat as ffmpeg's muxer does, with the fields that `flags` ask for."""

    def moof(offset: int) -> bytes:
        fields = [flags & field for field in (0x100, 0x200, 0x400, 0x800)]
        values = [(1024, len(frame), 0, 0) for frame in frames]
        table = b"".join(
            struct.pack(">I", value)
            for row in values
            for value, is_there in zip(row, fields, strict=True)
            if is_there
        )
        first = struct.pack(">I", 0) if flags & 0x4 else b""
        trun = full_box("trun", struct.pack(">Ii", len(frames), offset), first, table, flags=flags)
        tfhd = struct.pack(">I", 1) + (b"" if default is None else struct.pack(">I", default))
        return box(
            "moof",
            full_box("mfhd", bytes(4)),
            box("traf", full_box("tfhd", tfhd, flags=0x20000 | (0x10 if default else 0)), trun),
        )

    return moof(len(moof(0)) + 8) + box("mdat", *frames)


def read(data: bytes) -> list[bytes]:
    packets = read_wrapped(memoryview(data)).packets
    return [bytes(packets.frame(number)) for number in range(len(packets))]


FRAMES = [b"one", b"three", b"", b"x" * 300]
FILE = box("ftyp") + moov() + fragment(*FRAMES) + fragment(b"last")


@pytest.mark.parametrize("flags", [0x201, 0x205, 0x301, 0x701, 0xF01, 0xA05])
def test_frames_are_found_whatever_stands_beside_their_sizes(flags: int) -> None:
    data = box("ftyp") + moov() + fragment(*FRAMES, flags=flags) + fragment(b"last", flags=flags)

    assert read(data) == [*FRAMES, b"last"]


def test_frames_of_one_size_are_found() -> None:
    assert read(moov() + fragment(b"ab", b"cd", flags=0x1, default=2)) == [b"ab", b"cd"]


def test_the_sample_entry_is_kept_as_it_is() -> None:
    assert read_wrapped(memoryview(FILE)).sample_entry == ENTRY


def test_a_file_without_frames_has_none() -> None:
    assert read(box("ftyp") + moov()) == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(fragment(b"x"), id="no header"),
        pytest.param(moov(b""), id="no sample entry"),
        pytest.param(box("moov"), id="no track"),
        pytest.param(FILE[:-1], id="cut off"),
        pytest.param(moov() + box("moof") + box("mdat"), id="a fragment without a table"),
        pytest.param(
            moov() + fragment(b"ab").replace(struct.pack(">I", 2), struct.pack(">I", 2**31)),
            id="a frame that is longer than the file",
        ),
        pytest.param(moov() + fragment(b"ab", flags=0x200), id="frames that are nowhere"),
        pytest.param(
            moov() + box("moof", box("traf", full_box("tfhd"), full_box("trun"))) + box("mdat"),
            id="boxes that are too short",
        ),
        pytest.param(
            moov().replace(struct.pack(">I", 1) + ENTRY, b""), id="a table of entries without any"
        ),
    ],
)
def test_what_is_no_such_file_is_said(data: bytes) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        read_wrapped(memoryview(data))


@pytest.mark.parametrize("offset", [-(2**31), -1000, 2**31 - 1])
def test_frames_outside_of_the_file_are_not_believed(offset: int) -> None:
    data = moov() + fragment(b"ab", b"cd")
    at = data.index(b"trun") + 12
    with pytest.raises(Broken, match="malformed-media"):
        read_wrapped(memoryview(data[:at] + struct.pack(">i", offset) + data[at + 4 :]))


def test_a_count_of_billions_costs_nothing() -> None:
    data = moov() + fragment(b"ab", b"ab", flags=0x1, default=2)
    at = data.index(b"trun") + 8
    with pytest.raises(Broken, match="malformed-media"):
        read_wrapped(memoryview(data[:at] + struct.pack(">I", 2**32 - 1) + data[at + 4 :]))


@given(st.binary(max_size=60), st.integers(0, len(FILE)))
def test_garbage_raises_nothing_but_our_own_error(garbage: bytes, at: int) -> None:
    data = FILE[:at] + garbage + FILE[at + len(garbage) :]
    with suppress(Broken):
        packets = read_wrapped(memoryview(data)).packets
        assert sum(len(packets.frame(n)) for n in range(len(packets))) == packets.sizes.sum()


@given(st.integers(0, len(FILE) - 4), st.integers(0, 2**32 - 1))
def test_a_hostile_number_raises_nothing_but_our_own_error(at: int, number: int) -> None:
    test_garbage_raises_nothing_but_our_own_error.hypothesis.inner_test(  # type: ignore[attr-defined]
        struct.pack(">I", number), at
    )


def cut(data: bytes, sizes: list[int]) -> Packets:
    lengths = np.array(sizes, np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])[:-1]
    return Packets(data=memoryview(data), offsets=offsets, sizes=lengths)


@given(st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=4), st.data())
def test_frames_of_several_parts_are_one_row(parts: list[list[int]], data: st.DataObject) -> None:
    packed = [cut(bytes(range(sum(sizes))), sizes) for sizes in parts]
    every = [bytes(part.frame(n)) for part in packed for n in range(len(part))]
    first = data.draw(st.integers(0, len(every)))
    end = data.draw(st.integers(first, len(every)))

    chosen = Frames(tuple(packed)).between(first, end)

    assert len(chosen) == end - first
    assert chosen.sizes.tolist() == [len(frame) for frame in every[first:end]]
    assert b"".join(chosen.bytes()) == b"".join(every[first:end])
