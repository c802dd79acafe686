import math

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.masters import MASTERS, shared
from tests.support.waves import noise, silence, sine
from transcode.passage import PASSAGE_FRAMES
from transcode.pcm import Block
from transcode.peaks import Peak, PeakMeter

RATE = 44_100


def peaks_of(*blocks: Block, rate: int = RATE) -> tuple[Peak, ...]:
    meter = PeakMeter(rate, blocks[0].shape[1])
    for block in blocks:
        meter.block(block)
    return meter.result()


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 80_000), max_size=8),
    channels=st.integers(1, 6),
    rate=st.sampled_from([8_000, 96_000, 192_000]),
)
def test_where_blocks_end_does_not_show(cuts: list[int], channels: int, rate: int) -> None:
    frames = noise(80_000, channels)

    whole = peaks_of(frames, rate=rate)
    parts = peaks_of(*np.split(frames, sorted(cuts)), rate=rate)

    assert parts == whole


def every_point(samples: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    """Compute all points between samples, as BS.1770-5 annex 2 does, without a short cut."""
    distance = np.arange(-5, 7)
    points = [samples]
    for phase in np.arange(1, factor) / factor:
        taps = np.sinc(distance - phase) * np.cos(np.pi * (distance - phase) / 12) ** 2
        points.append(np.convolve(samples, taps[::-1]))
    return np.abs(np.concatenate(points))


@pytest.mark.parametrize("name", MASTERS)
def test_the_true_peaks_are_those_of_every_point(name: str) -> None:
    frames, rate = soundfile.read(shared("media", name), dtype="float32", always_2d=True)

    found = peaks_of(frames, rate=rate)

    for channel, peak in zip(frames.T, found, strict=True):
        highest = every_point(channel.astype(np.float64), 4 if rate < 96_000 else 2).max()
        assert peak.true_peak_dbtp == pytest.approx(20 * math.log10(highest), abs=1e-4)
        assert peak.sample_peak_dbfs == pytest.approx(20 * math.log10(np.abs(channel).max()))


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    level=st.floats(0.001, 2),
    length=st.integers(1, 100_000),
    rate=st.sampled_from([(44_100, 4), (96_000, 2), (192_000, 1)]),
)
def test_no_point_is_overlooked_in_noise(
    seed: int, level: float, length: int, rate: tuple[int, int]
) -> None:
    frames = noise(length, 1, level=level, seed=seed)

    (peak,) = peaks_of(frames, rate=rate[0])

    highest = every_point(frames[:, 0].astype(np.float64), rate[1]).max()
    assert peak.true_peak_dbtp == pytest.approx(20 * math.log10(highest), abs=1e-4)


@pytest.mark.parametrize(
    ("degrees", "amplitude", "expected"), [(0, 0.5, -6), (45, 0.5, -6), (45, 1.41, 3)]
)
@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_tech_3341_true_peak_lies_between_samples(
    degrees: float, amplitude: float, expected: float, rate: int
) -> None:
    time = np.arange(rate)
    wave = amplitude * np.sin(2 * np.pi * time / 4 + math.radians(degrees))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 1000)

    (peak,) = peaks_of((wave * fade)[:, np.newaxis].astype(np.float32), rate=rate)

    assert peak.true_peak_dbtp is not None
    assert expected - 0.4 <= peak.true_peak_dbtp <= expected + 0.2


def test_each_channel_has_its_own_peak_and_silence_has_none() -> None:
    left, right, none = peaks_of(np.hstack([sine(997), sine(997, level=0.25), silence(RATE)]))

    assert left.sample_peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert right.sample_peak_dbfs == pytest.approx(-12.04, abs=0.01)
    assert none.sample_peak_dbfs is None
    assert none.true_peak_dbtp is None


@pytest.mark.parametrize(
    "place", [0, 15, PASSAGE_FRAMES - 11, PASSAGE_FRAMES - 1, PASSAGE_FRAMES, 40_000 - 1]
)
def test_a_peak_between_two_samples_is_found_wherever_they_are(place: int) -> None:
    # Before and after a track there is silence, so that the borders are places like any other.
    frames, middle = silence(40_000), silence(40_000)
    frames[place : place + 2] = 0.5
    middle[8_000 : 8_000 + len(frames[place : place + 2])] = 0.5

    assert peaks_of(frames) == peaks_of(middle)
