import numpy as np
import pytest
from scipy.signal import sosfilt

from transcode.k_weighting import k_filter
from transcode.passage import PASSAGE_FRAMES
from transcode.row_filter import Floats, RowFilter

RATES = [8_000, 44_100, 48_000, 96_000, 192_000, 384_000]


def filtered(samples: Floats, rate: int) -> Floats:
    """Filter passage by passage, as a meter does."""
    rows = RowFilter.of(k_filter(rate))
    memory, parts = rows.at_rest(len(samples)), []
    for start in range(0, samples.shape[1], PASSAGE_FRAMES):
        passage = samples[:, start : start + PASSAGE_FRAMES].astype(np.float32)
        part, memory = rows.after(passage, memory)
        parts.append(part)
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("length", [1, 63, 4_096, 2 * PASSAGE_FRAMES + 17])
def test_noise_is_filtered_as_sample_by_sample(rate: int, length: int) -> None:
    noise = np.random.default_rng(4).normal(0, 0.1, (2, length)).astype(np.float32)

    found = filtered(noise.astype(np.float64), rate)

    expected = sosfilt(k_filter(rate), noise.astype(np.float64), axis=1)
    assert found == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("rate", RATES)
def test_an_offset_leaves_nothing_that_could_be_heard(rate: int) -> None:
    offset = np.full((1, 4 * PASSAGE_FRAMES), 0.5)

    last = filtered(offset, rate)[0, -1000:]

    assert np.abs(last).max() < 10 ** (-120 / 20)


def test_a_filter_forgets() -> None:
    rows = RowFilter.of(k_filter(8_000))
    noise = np.ones((1, PASSAGE_FRAMES), np.float32)
    _, memory = rows.after(noise, rows.at_rest(1))

    for _ in range(3):
        _, memory = rows.after(np.zeros_like(noise), memory)

    assert not memory.any()
