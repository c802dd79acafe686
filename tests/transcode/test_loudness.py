import math
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.masters import debian_tool, shared
from transcode.loudness import Loudness, LoudnessMeter
from transcode.pcm import Block

RATES = [44_100, 48_000, 96_000, 192_000]


def sine(*parts: tuple[float, float], rate: int = 48_000, hertz: float = 1000) -> Block:
    """Answer stereo sines, each (level in dBFS, seconds), one after another."""
    levels = np.concatenate([np.full(round(s * rate), 10 ** (db / 20)) for db, s in parts])
    wave = levels * np.sin(2 * np.pi * hertz * np.arange(len(levels)) / rate)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def measure(signal: Block, rate: int = 48_000) -> Loudness:
    meter = LoudnessMeter(rate, signal.shape[1])
    meter.block(signal)
    return meter.result()


def measure_file(path: Path) -> Loudness:
    with soundfile.SoundFile(path) as file:
        meter = LoudnessMeter(file.samplerate, file.channels)
        for block in file.blocks(65_536, dtype="float32", always_2d=True):
            meter.block(block)
    return meter.result()


@pytest.mark.parametrize("rate", RATES)
def test_tech_3341_case_1_a_sine_reads_its_level(rate: int) -> None:
    measured = measure(sine((-23, 20), rate=rate), rate)

    assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)
    assert measured.max_momentary_lufs == pytest.approx(-23, abs=0.1)
    assert measured.max_short_term_lufs == pytest.approx(-23, abs=0.1)
    assert measured.true_peak_dbtp == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([(-36, 10), (-23, 60), (-36, 10)], id="case 3: the relative gate"),
        pytest.param(
            [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], id="case 4: both gates"
        ),
        pytest.param([(-26, 20), (-20, 20.1), (-26, 20)], id="case 5: no gate"),
    ],
)
def test_tech_3341_gating(parts: list[tuple[float, float]]) -> None:
    assert measure(sine(*parts)).integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(-30, -20, 10), (-15, -20, 5), (-40, -20, 20)]
)
def test_tech_3342_loudness_range(low: float, high: float, expected: float) -> None:
    assert measure(sine((low, 20), (high, 20))).range_lu == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_the_peak_between_two_samples_is_found(rate: int) -> None:
    # A quarter of the rate, sampled 45 degrees off its crest: 3 dB are between the samples.
    time = np.arange(rate)
    wave = 0.5 * np.sin(2 * np.pi * time / 4 + np.pi / 4)
    measured = measure(wave[:, np.newaxis].astype(np.float32), rate)

    assert measured.true_peak_dbtp is not None
    assert measured.true_peak_dbtp == pytest.approx(20 * math.log10(0.5), abs=0.4)
    assert measured.true_peak_dbtp > 20 * math.log10(np.abs(wave).max()) + 2.5


def test_silence_has_no_loudness() -> None:
    measured = measure(np.zeros((48_000, 2), np.float32))

    assert measured == Loudness(
        integrated_lufs=None,
        range_lu=None,
        max_momentary_lufs=None,
        max_short_term_lufs=None,
        true_peak_dbtp=None,
    )


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=6))
def test_where_blocks_are_cut_makes_no_difference(cuts: list[int]) -> None:
    noise = np.random.default_rng(2).uniform(-1, 1, (40_000, 2)).astype(np.float32)
    whole, parts = LoudnessMeter(8000, 2), LoudnessMeter(8000, 2)

    whole.block(noise)
    for part in np.split(noise, sorted(cuts)):
        parts.block(part)

    for name in ("integrated_lufs", "range_lu", "true_peak_dbtp"):
        left, right = getattr(whole.result(), name), getattr(parts.result(), name)
        assert left == pytest.approx(right, abs=1e-4)


@pytest.mark.parametrize(
    "name",
    [
        "single-16bit-44k.flac",
        "single-24bit-48k.flac",
        "upsampled-24bit-96k.flac",
        "clipped-16bit-44k.flac",
        "mp3-sourced-16bit-44k.flac",
    ],
)
def test_loudgain_agrees(name: str) -> None:
    path = shared("media", name)
    answer = subprocess.run(
        [debian_tool("loudgain"), "-O", "-q", path], check=True, capture_output=True, text=True
    )
    head, row = answer.stdout.splitlines()[:2]
    told = dict(zip(head.split("\t"), row.split("\t"), strict=False))

    measured = measure_file(path)

    lufs = -18 - float(told["Gain"].split()[0])  # ReplayGain 2 aims at -18 LUFS
    assert measured.integrated_lufs == pytest.approx(lufs, abs=0.1)
    assert measured.true_peak_dbtp is not None
    peak_dbtp = 20 * math.log10(float(told["True_Peak"].split()[0]))
    assert measured.true_peak_dbtp == pytest.approx(peak_dbtp, abs=0.2)
