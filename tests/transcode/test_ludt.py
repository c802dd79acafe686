"""The coding is that of ISO/IEC 23003-4, 7.3.1 and table A.48, here written the other way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.units import Dbtp, Lufs
from transcode.ludt import Levels, print_ludt

TRACK = Levels(
    integrated_lufs=Lufs(-14.0),
    range_lu=7.5,
    max_momentary_lufs=Lufs(-9.25),
    max_short_term_lufs=Lufs(-11.0),
    sample_peak_dbfs=-1.0,
    true_peak_dbtp=Dbtp(-0.5),
)
BODY = bytes.fromhex(
    "00000000 0000 2a0290 23 04"  # (20 + 1) * 32 and (20 + 0.5) * 32; BS.1770, measured
    "01 af 23"  # (-14 + 57.75) * 4 = 175, BS.1770
    "04 c2 13"  # 194, EBU R 128
    "05 bb 13"  # 187
    "06 1e 13"  # 7.5 * 4
)
HEAD = {"track": b"\0\0\0\x1ftlou", "album": b"\0\0\0\x1falou"}


def lufs(value: int) -> float:
    return -57.75 + value / 4


def lu(value: int) -> float:
    return value / 4 if value <= 128 else value / 2 - 32 if value <= 204 else value - 134


def read(levels: Levels) -> tuple[dict[int, int], tuple[int, int]]:
    body = print_ludt(levels)[16:]
    peaks = int.from_bytes(body[6:9])
    assert body[10] == 4
    methods = {body[at]: body[at + 1] for at in (11, 14, 17, 20)}
    return methods, (peaks >> 12, peaks & 0xFFF)


def test_levels_are_coded_as_the_standard_says() -> None:
    assert print_ludt(TRACK) == b"\0\0\0\x27ludt" + HEAD["track"] + BODY


def test_an_album_stands_beside_the_track() -> None:
    both = print_ludt(TRACK, TRACK)

    assert both == b"\0\0\0\x46ludt" + HEAD["track"] + BODY + HEAD["album"] + BODY


def test_what_is_not_known_keeps_its_place() -> None:
    assert len(print_ludt(Levels())) == len(print_ludt(TRACK))
    assert read(Levels()) == ({0: 0}, (0, 0))


@given(st.floats(-57.75, 6.0))
def test_loudness_is_right_to_an_eighth(level: float) -> None:
    methods, _ = read(
        Levels(
            integrated_lufs=Lufs(level),
            max_momentary_lufs=Lufs(level),
            max_short_term_lufs=Lufs(level),
        )
    )

    assert all(abs(lufs(methods[method]) - level) <= 0.125 for method in (1, 4, 5))


@given(st.floats(-107.9, 19.95))
def test_peaks_are_right_to_a_64th(level: float) -> None:
    _, peaks = read(Levels(sample_peak_dbfs=level, true_peak_dbtp=Dbtp(level)))

    assert all(abs(20 - peak / 32 - level) <= 1 / 64 + 1e-9 for peak in peaks)


@given(st.floats(0, 121))
def test_a_range_is_right_to_half_a_step(level: float) -> None:
    methods, _ = read(Levels(range_lu=level))

    step = 0.25 if level <= 32 else 0.5 if level <= 70 else 1
    assert abs(lu(methods[6]) - level) <= step / 2 + 1e-9


@pytest.mark.parametrize(("level", "value"), [(-200.0, 0), (-57.76, 0), (6.1, 255), (40.0, 255)])
def test_loudness_beyond_what_can_be_said_is_the_nearest_that_can(level: float, value: int) -> None:
    assert read(Levels(integrated_lufs=Lufs(level)))[0][1] == value


@pytest.mark.parametrize(
    ("level", "value"), [(50.0, 1), (20.0, 1), (-107.96875, 4095), (-400, 4095)]
)
def test_a_peak_is_never_said_to_be_unknown(level: float, value: int) -> None:
    assert read(Levels(sample_peak_dbfs=level, true_peak_dbtp=Dbtp(level)))[1] == (value, value)
