"""What a page draws of a master: its spectrogram, and its loudness over time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.curve import POINTS, curve_of
from transcode.k_weighting import PowerMeter
from transcode.loudness import LoudnessMeter, Powers, powers_of
from transcode.pcm import Block
from transcode.quality import QualityMeter
from transcode.spectrogram import COLUMNS, ROWS, Spectrogram, SpectrogramSoFar

RATE = 48_000


def sine(hertz: float, *, level: float = 1.0, seconds: float = 2.0) -> Block:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE)
    return wave[:, np.newaxis].astype(np.float32)


def picture(frames: Block) -> Spectrogram:
    meter = QualityMeter(RATE, frames.shape[1])
    meter.block(frames)
    return meter.spectrogram(meter.rest())


def test_a_tone_is_a_line_in_its_row() -> None:
    found = picture(sine(6_060))

    row = round(6_060 / found.highest_hz * ROWS - 0.5)
    assert set(found.levels.argmax(axis=1)) == {row}
    assert found.levels[:, row] == pytest.approx(255, abs=1)
    assert found.levels[:, row + 20].max() < 40


def test_a_moment_is_found_where_it_sounds() -> None:
    quiet, loud = np.zeros((RATE, 1), np.float32), sine(3_000, seconds=1)

    found = picture(np.concatenate([quiet, loud, quiet]))

    sounds = found.levels.max(axis=1) > 100
    begins_s, ends_s = np.flatnonzero(sounds)[[0, -1]] * found.column_s
    assert (begins_s, ends_s) == (pytest.approx(1, abs=0.2), pytest.approx(2, abs=0.3))
    assert not found.levels[0].any()


@pytest.mark.parametrize("frames", [0, 1, 50, 4_000])
def test_the_shortest_sound_has_a_picture(frames: int) -> None:
    found = picture(sine(3_000)[:frames])

    assert found.levels.shape == (1, ROWS)
    assert found.levels.any() == (frames > 1)


@pytest.mark.parametrize(("windows", "cut"), [(0, 0), (1, 0), (1_024, 3), (1_025, 500), (4_100, 9)])
def test_a_picture_is_never_too_wide_and_says_how_long_it_is(windows: int, cut: int) -> None:
    powers = np.full((windows, ROWS), 1e-6, np.float32)

    heard = SpectrogramSoFar().after(powers[:cut]).after(powers[cut:])

    found = heard.result(0.25, highest_hz=1.0)
    length_s = found.column_s * len(found.levels)
    assert len(found.levels) <= COLUMNS
    assert windows * 0.25 <= length_s < windows * 0.25 + found.column_s
    assert len(set(found.levels.flat)) <= 1


def test_a_curve_shows_the_loudest_of_each_step() -> None:
    meter, power = LoudnessMeter(RATE, 1), PowerMeter(RATE, 1)
    for each in (meter, power):
        each.block(np.concatenate([sine(1_000, level=level, seconds=5) for level in (0.01, 0.5)]))

    found = curve_of(powers_of(power.result()))

    loudness = meter.result()
    assert found.step_s == 0.1
    assert len(found.momentary_lufs) == len(found.short_term_lufs) == 100
    assert found.momentary_lufs.max() == pytest.approx(loudness.max_momentary_lufs, abs=0.01)
    assert found.short_term_lufs.max() == pytest.approx(loudness.max_short_term_lufs, abs=0.01)
    assert (found.momentary_lufs[2], found.short_term_lufs[28]) == (-70, -70)
    assert found.momentary_lufs[3] == pytest.approx(-43, abs=0.5)
    # A second after the step, one window has heard nothing else and the other a third of it.
    assert found.momentary_lufs[59] - found.short_term_lufs[59] == pytest.approx(4.8, abs=0.1)


@given(blocks=st.integers(0, 3_000))
def test_a_curve_has_few_points(blocks: int) -> None:
    powers = Powers(blocks=np.full(blocks, 0.1), windows=np.full(max(0, blocks - 26), 0.1))

    found = curve_of(powers)

    assert len(found.momentary_lufs) == len(found.short_term_lufs) <= POINTS
    assert (len(found.momentary_lufs) == 0) == (blocks == 0)
