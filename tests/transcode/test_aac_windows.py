"""Bits of ISO/IEC 14496-3, tables 4.4 to 4.6, written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.aac_windows import Windows, windows_of


def frame(bits: str) -> bytes:
    digits = bits.replace(" ", "").ljust(64, "1")
    return int(digits, 2).to_bytes(8)


#: Element, tag, and for one channel its gain, for a pair that it is common; then `ics_info`:
#: a reserved bit, two of the sequence, one of the shape.
FRAMES = [
    ("000 0000 10101010 0 00 0", Windows(sequence=0, shape=0)),
    ("000 1111 00000000 0 10 1", Windows(sequence=2, shape=1)),
    ("001 0000 1 0 00 1", Windows(sequence=0, shape=1)),
    ("001 0000 1 0 01 0", Windows(sequence=1, shape=0)),
    ("001 0101 1 0 11 1", Windows(sequence=3, shape=1)),
]
#: A pair whose channels differ; a coupling channel, LFE, data, programme, fill, end.
SILENT = ["001 0000 0", "010", "011", "100", "101", "110", "111"]


@pytest.mark.parametrize(("bits", "windows"), FRAMES)
def test_windows_are_read_from_the_first_bits(bits: str, windows: Windows) -> None:
    assert windows_of(frame(bits)) == windows
    assert windows_of(memoryview(frame(bits))) == windows


@pytest.mark.parametrize("bits", SILENT)
def test_what_is_not_said_in_front_is_not_guessed(bits: str) -> None:
    assert windows_of(frame(bits)) is None


@given(st.binary(max_size=9))
def test_any_frame_has_windows_or_none(data: bytes) -> None:
    windows = windows_of(data)

    assert windows is None or (windows.sequence in range(4) and windows.shape in range(2))
