import json

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.masters import shared
from transcode.waveform import Origin, Waveform, WaveformMeter, to_dat, to_json


def measured(
    frames: NDArray[np.float32], *, pixel: int = 64, origin: Origin = Origin.INTEGER
) -> Waveform:
    meter = WaveformMeter(16_000, frames.shape[1], samples_per_pixel=pixel, origin=origin)
    meter.block(frames)
    return meter.result()


def peaks_of(*samples: list[float], origin: Origin = Origin.INTEGER) -> list[list[int]]:
    frames = np.array(samples, np.float32)
    peaks: list[list[int]] = measured(frames, pixel=2, origin=origin).peaks.tolist()
    return peaks


@pytest.fixture
def recording() -> Waveform:
    meter = WaveformMeter(16_000, 2, samples_per_pixel=64)
    with soundfile.SoundFile(shared("waveform", "test_file_stereo.wav")) as file:
        for block in file.blocks(1000, dtype="float32", always_2d=True):
            meter.block(block)
    return meter.result()


@pytest.mark.parametrize(("version", "suffix"), [(1, ""), (2, "_v2")])
@pytest.mark.parametrize("bits", [8, 16])
def test_dat_is_byte_for_byte_what_audiowaveform_wrote(
    recording: Waveform, version: int, suffix: str, bits: int
) -> None:
    reference = shared("waveform", f"test_file_stereo_{bits}bit_64spp_wav{suffix}.dat")

    written = to_dat(recording, version=version, bits=bits)  # type: ignore[arg-type] # from a table

    assert written == reference.read_bytes()


def test_json_is_byte_for_byte_what_audiowaveform_wrote(recording: Waveform) -> None:
    reference = shared("waveform", "test_file_stereo_8bit_64spp_wav.json")

    assert to_json(recording, bits=8).encode() == reference.read_bytes()


def test_the_mix_and_the_8_bit_form_round_towards_zero() -> None:
    step = 1 / 32768

    waveform = measured(np.array([[-3 * step, 0.0], [-300 * step, 0.0]], np.float32), pixel=2)

    assert waveform.peaks.tolist() == [[-150, -1]]
    assert json.loads(to_json(waveform, bits=8))["data"] == [0, 0]


def test_a_24_bit_sample_loses_its_low_bits_by_a_shift() -> None:
    step = 1 / (1 << 23)

    assert peaks_of([-1 * step], [255 * step]) == [[-1, 0]]


def test_a_float_sample_is_scaled_by_the_largest_integer() -> None:
    assert peaks_of([-1.0], [1.0], origin=Origin.FLOAT) == [[-32767, 32767]]
    assert peaks_of([-0.99999], [0.99999], origin=Origin.FLOAT) == [[-32766, 32766]]


def test_samples_beyond_full_scale_are_clipped_and_nan_is_silence() -> None:
    assert peaks_of([-1.7], [1e30]) == [[-32768, 32767]]
    assert peaks_of([float("nan")], [float("inf")], origin=Origin.FLOAT) == [[0, 32767]]


def test_a_track_without_samples_has_no_pixels() -> None:
    waveform = WaveformMeter(44_100, 2).result()

    assert to_dat(waveform, version=1, bits=8)[-4:] == b"\0\0\0\0"
    assert json.loads(to_json(waveform, bits=16))["data"] == []


def test_the_last_pixel_may_be_short() -> None:
    assert peaks_of([0.5], [0.25], [-0.5]) == [[8192, 16384], [-16384, -16384]]


def test_a_pixel_of_one_sample_is_unknown_to_the_format() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        WaveformMeter(44_100, 2, samples_per_pixel=1)


@given(
    channels=st.integers(1, 6),
    pixel=st.integers(2, 70_000),
    lengths=st.lists(st.integers(0, 40_000), max_size=6),
    seed=st.integers(0, 2**32 - 1),
)
def test_where_blocks_end_does_not_show(
    channels: int, pixel: int, lengths: list[int], seed: int
) -> None:
    noise = np.random.default_rng(seed).uniform(-1, 1, (sum(lengths), channels))
    frames = noise.astype(np.float32)
    meter = WaveformMeter(16_000, channels, samples_per_pixel=pixel)

    for block in np.split(frames, np.cumsum(lengths)):
        meter.block(block)

    whole = np.floor(frames.astype(np.float64) * 32768).sum(axis=1)
    mono = np.trunc(whole / channels)
    starts = np.arange(0, len(mono), pixel)
    expected = (
        np.stack([np.minimum.reduceat(mono, starts), np.maximum.reduceat(mono, starts)], axis=1)
        if len(mono)
        else np.empty((0, 2))
    )
    assert np.array_equal(meter.result().peaks, expected)
