import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.units import Samples
from transcode.hearing import ZOOMS, Heard, Hearing
from transcode.k_weighting import PowerMeter
from transcode.loudness import LoudnessMeter, powers_of
from transcode.pcm import Block
from transcode.peaks import PeakMeter
from transcode.quality import QualityMeter
from transcode.source import SourceInfo
from transcode.waveform import WaveformMeter

RATE = 44_100


def info(channels: int = 2, rate: int = RATE) -> SourceInfo:
    return SourceInfo(
        container="wav",
        codec="pcm_s24le",
        sample_rate=rate,
        channels=channels,
        bit_depth=24,
        is_float=False,
        is_lossless=True,
        declared_samples=Samples(0),
    )


def noise(frames: int, channels: int = 2) -> Block:
    """Make noise in integers of 24 bits, as the master says that it has."""
    level = np.random.default_rng(5).normal(0, 0.2, (frames, channels))
    return (np.rint(level * 2**23) / 2**23).astype(np.float32)


def hear(*blocks: Block) -> Heard:
    hearing = Hearing(info(blocks[0].shape[1]))
    for block in blocks:
        hearing.block(block.tobytes())
    return hearing.result()


def test_what_is_heard_is_what_every_meter_says_on_its_own() -> None:
    frames = noise(150_000)
    meters = LoudnessMeter(RATE, 2), PeakMeter(RATE, 2), QualityMeter(RATE, 2)
    power = PowerMeter(RATE, 2)
    for meter in (*meters, power):
        meter.block(frames)

    heard = hear(frames)

    assert heard.samples == 150_000
    assert (heard.loudness, heard.peaks, heard.quality) == tuple(m.result() for m in meters)
    assert np.array_equal(heard.powers.blocks, powers_of(power.result()).blocks)


@pytest.mark.parametrize("place", range(len(ZOOMS)))
def test_every_zoom_is_that_of_a_meter_with_such_pixels(place: int) -> None:
    frames = noise(150_000)
    meter = WaveformMeter(RATE, 2, samples_per_pixel=ZOOMS[place])
    meter.block(frames)

    zoom = hear(frames).zooms[place]

    assert zoom.samples_per_pixel == ZOOMS[place]
    assert np.array_equal(zoom.peaks, meter.result().peaks)


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 80_000), max_size=6), channels=st.integers(1, 2))
def test_where_blocks_end_does_not_show(cuts: list[int], channels: int) -> None:
    frames = noise(80_000, channels)

    whole, parts = hear(frames), hear(*np.split(frames, sorted(cuts)))

    assert parts.pcm_sha256 == whole.pcm_sha256
    assert (parts.loudness, parts.peaks, parts.quality) == (
        whole.loudness,
        whole.peaks,
        whole.quality,
    )
    assert np.array_equal(parts.powers.windows, whole.powers.windows)
    assert np.array_equal(parts.waveform.peaks, whole.waveform.peaks)


def test_the_true_peak_is_known_before_the_end() -> None:
    hearing, frames = Hearing(info()), noise(200_000)
    before = hearing.true_peak_dbtp

    for block in np.split(frames, 4):
        hearing.block(block.tobytes())

    assert before is None
    assert hearing.true_peak_dbtp is not None
    assert math.isclose(
        hearing.true_peak_dbtp, hear(frames).loudness.true_peak_dbtp or 0, abs_tol=1
    )


def test_a_master_without_samples_has_no_pixels_at_any_zoom() -> None:
    heard = hear(noise(0))

    assert heard.samples == 0
    assert [len(zoom.peaks) for zoom in heard.zooms] == [0] * len(ZOOMS)
