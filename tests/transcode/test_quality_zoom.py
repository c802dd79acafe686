import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcode.waveform import Waveform, WaveformMeter
from transcode.zoom import zoomed_out


def measured(frames: NDArray[np.float32], pixel: int) -> Waveform:
    meter = WaveformMeter(44_100, frames.shape[1], samples_per_pixel=pixel)
    meter.block(frames)
    return meter.result()


@given(
    length=st.integers(0, 5_000),
    channels=st.integers(1, 3),
    finest=st.integers(2, 64),
    factor=st.integers(1, 40),
    seed=st.integers(0, 1000),
)
def test_a_zoom_is_what_a_meter_with_larger_pixels_would_have_found(
    length: int, channels: int, finest: int, factor: int, seed: int
) -> None:
    frames = np.random.default_rng(seed).uniform(-1, 1, (length, channels)).astype(np.float32)

    zoom = zoomed_out(measured(frames, finest), finest * factor)

    direct = measured(frames, finest * factor)
    assert zoom.samples_per_pixel == direct.samples_per_pixel
    assert zoom.sample_rate == direct.sample_rate
    assert zoom.peaks.dtype == direct.peaks.dtype
    assert np.array_equal(zoom.peaks, direct.peaks)


@pytest.mark.parametrize("pixel", [0, 128, 300])
def test_pixels_cannot_be_split(pixel: int) -> None:
    waveform = measured(np.zeros((1_000, 1), np.float32), 256)

    with pytest.raises(ValueError, match="do not divide"):
        zoomed_out(waveform, pixel)
