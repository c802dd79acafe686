"""Frames that are numbered anew, and ones that are written down, as FLAC's own library reads."""

import io
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.cut.flac_frames import Numbering, as_numbered, coded, verbatim, verbatim_bytes
from stream.kept.flac import STREAMINFO, headed

RATES = (44_100, 11_127, 192_000, 65_530)


def frame_of(music: np.ndarray, rate: int, depth: int) -> bytes:
    """Answer the one frame of a file."""
    file = io.BytesIO()
    soundfile.write(file, music << 32 - depth, rate, f"PCM_{depth}", format="FLAC")
    data, at, is_last = file.getvalue(), 4, False
    while not is_last:
        (head,) = struct.unpack_from(">I", data, at)
        is_last, at = bool(head >> 31), at + 4 + (head & 0xFFFFFF)
    return data[at:]


def read(frames: bytes, *, rate: int, channels: int, depth: int, blocks: tuple[int, int]) -> object:
    word = rate << 44 | channels - 1 << 41 | depth - 1 << 36 | sum(blocks)
    info = struct.pack(">HH6xQ16x", *blocks, word)
    music, _ = soundfile.read(
        io.BytesIO(headed([(STREAMINFO, info)]) + frames), dtype="int32", always_2d=True
    )
    return music >> 32 - depth


@settings(max_examples=40)
@given(
    st.integers(16, 700),
    st.sampled_from([1, 2, 8]),
    st.sampled_from([16, 24]),
    st.sampled_from(RATES),
    st.integers(0, (1 << 31) - 1),
)
def test_any_frame_may_have_any_number_and_may_stand_behind_one_that_is_written_down(
    count: int, channels: int, depth: int, rate: int, number: int
) -> None:
    most = 1 << depth - 1
    music = np.random.default_rng(number).integers(-most, most, (count, channels), np.int32)
    frame = frame_of(music, rate, depth)

    plain = verbatim(music, depth, like=frame)
    behind = as_numbered(frame, count, is_variable=True)

    assert len(plain) == verbatim_bytes(count, channels, depth, like=frame)
    told = {"rate": rate, "channels": channels, "depth": depth, "blocks": (count, count)}
    assert np.array_equal(read(plain + behind, **told), np.concatenate([music, music]))  # type: ignore[arg-type]
    again = as_numbered(as_numbered(frame, number, is_variable=True), 0, is_variable=False)
    assert again == frame


@given(st.integers(0, (1 << 36) - 1))
def test_numbers_are_written_as_utf_8_where_that_has_them(number: int) -> None:
    written = coded(number)

    if number <= 0x10FFFF and not 0xD800 <= number < 0xE000:
        assert written == chr(number).encode()
    rest = 6 * (len(written) - 1)
    low = sum((one & 0x3F) << rest - 6 * place for place, one in enumerate(written[1:], 1))
    assert (written[0] << rest | low) & (1 << rest) - 1 == number & (1 << rest) - 1


@pytest.mark.parametrize(
    "numbering",
    [
        Numbering(is_variable=False, second=1, step=1),
        Numbering(is_variable=True, second=17, step=4_096),
    ],
)
@given(first=st.integers(0, 70_000), count=st.integers(0, 300))
def test_how_long_numbers_are_is_told_without_writing_them(
    numbering: Numbering, first: int, count: int
) -> None:
    written = [coded(numbering.of(one)) for one in range(first, first + count)]

    assert numbering.bytes_of(first, count) == sum(map(len, written))
