import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Broken
from transcode.boxes import Fragment, Layout, read_layout


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def index(*entries: tuple[int, int], timescale: int = 44_100) -> bytes:
    head = struct.pack(">IIIIIHH", 0, 1, timescale, 0, 0, 0, len(entries))
    return box(b"sidx", head + b"".join(struct.pack(">III", *entry, 0) for entry in entries))


FRAGMENT = box(b"moof", bytes(12)) + box(b"mdat", bytes(72))
FILE = box(b"ftyp") + box(b"moov", bytes(4)) + index((100, 6000), (100, 500)) + 2 * FRAGMENT


def test_a_player_is_told_where_everything_is() -> None:
    assert read_layout(FILE) == Layout(
        init_bytes=20,
        index_offset=20,
        index_bytes=56,
        timescale=44_100,
        fragments=(
            Fragment(offset=76, size_bytes=100, duration=6000),
            Fragment(offset=176, size_bytes=100, duration=500),
        ),
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(FILE[:-1], id="cut off"),
        pytest.param(FILE + FRAGMENT, id="a fragment that the index does not know"),
        pytest.param(box(b"ftyp") + box(b"moov") + 2 * FRAGMENT, id="no index"),
        pytest.param(
            box(b"ftyp") + box(b"moov") + index((1 << 31 | 100, 1)) + FRAGMENT,
            id="nested index",
        ),
        pytest.param(
            box(b"ftyp") + box(b"moov") + index((100, 1), timescale=0) + FRAGMENT, id="no clock"
        ),
    ],
)
def test_what_is_no_such_file_is_said(data: bytes) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        read_layout(data)


@given(st.binary(max_size=300), st.integers(0, len(FILE)))
def test_garbage_raises_nothing_but_our_own_error(garbage: bytes, at: int) -> None:
    with suppress(Broken):
        read_layout(FILE[:at] + garbage + FILE[at + len(garbage) :])
