import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.masters import MASTERS, debian_tool, shared
from transcode.k_weighting import k_filter
from transcode.loudness import Loudness, LoudnessMeter
from transcode.pcm import Block
from transcode.tools import Tools

RATES = [11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000]
NOTHING = Loudness(
    integrated_lufs=None,
    range_lu=None,
    max_momentary_lufs=None,
    max_short_term_lufs=None,
    true_peak_dbtp=None,
)
SILENT = -200.0


def mono(*parts: tuple[float, float], rate: int = 48_000) -> Block:
    """Answer a 1 kHz sine whose parts are (level in dBFS, seconds), one after another."""
    levels = np.concatenate([np.full(round(s * rate), 10 ** (db / 20)) for db, s in parts])
    wave = levels * np.sin(2 * np.pi * 1000 * np.arange(len(levels)) / rate)
    return wave[:, np.newaxis].astype(np.float32)


def stereo(*parts: tuple[float, float], rate: int = 48_000) -> Block:
    return np.repeat(mono(*parts, rate=rate), 2, axis=1)


def measure(*blocks: Block, rate: int = 48_000) -> Loudness:
    meter = LoudnessMeter(rate, blocks[0].shape[1])
    for block in blocks:
        meter.block(block)
    return meter.result()


def measure_file(path: Path) -> Loudness:
    with soundfile.SoundFile(path) as file:
        return measure(*file.blocks(65_536, dtype="float32", always_2d=True), rate=file.samplerate)


@pytest.mark.parametrize("level", [-23, -33])
@pytest.mark.parametrize("rate", RATES)
def test_tech_3341_cases_1_and_2_a_sine_reads_its_level(level: float, rate: int) -> None:
    measured = measure(stereo((level, 20), rate=rate), rate=rate)

    assert measured.integrated_lufs == pytest.approx(level, abs=0.1)
    assert measured.max_momentary_lufs == pytest.approx(level, abs=0.1)
    assert measured.max_short_term_lufs == pytest.approx(level, abs=0.1)
    assert measured.range_lu == pytest.approx(0, abs=0.1)
    assert measured.true_peak_dbtp == pytest.approx(level, abs=0.2)


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
    assert measure(stereo(*parts)).integrated_lufs == pytest.approx(-23, abs=0.1)


def test_tech_3341_case_6_surrounds_weigh_more() -> None:
    levels = [-28, -28, -24, -30, -30]

    measured = measure(np.hstack([mono((level, 20)) for level in levels]))

    assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)


def test_the_lfe_channel_is_not_counted() -> None:
    levels = [-28, -28, -24, 0, -30, -30]

    measured = measure(np.hstack([mono((level, 20)) for level in levels]))

    assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)
    assert measured.true_peak_dbtp == pytest.approx(0, abs=0.2)


def test_tech_3341_case_9_short_term_holds_still() -> None:
    measured = measure(stereo(*[(-20, 1.34), (-30, 1.66)] * 5))

    assert measured.max_short_term_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("file", range(20))
def test_tech_3341_case_10_short_term_finds_a_burst_wherever_it_is(file: int) -> None:
    measured = measure(stereo((SILENT, file * 0.15), (-23, 3), (SILENT, 1)))

    assert measured.max_short_term_lufs == pytest.approx(-23, abs=0.1)


def test_tech_3341_case_12_momentary_holds_still() -> None:
    measured = measure(stereo(*[(-20, 0.18), (-30, 0.22)] * 25))

    assert measured.max_momentary_lufs == pytest.approx(-23, abs=0.1)


def test_tech_3341_case_11_short_term_follows_bursts_of_rising_level() -> None:
    parts = [((SILENT, n * 0.15), (n - 38, 3), (SILENT, 3 - n * 0.15)) for n in range(20)]

    heard = [measure(stereo(*part)).max_short_term_lufs for part in parts]

    assert heard == pytest.approx(range(-38, -18), abs=0.1)


def test_tech_3341_case_14_momentary_follows_bursts_of_rising_level() -> None:
    parts = [((SILENT, n * 0.02), (n - 38, 0.4), (SILENT, 0.4 - n * 0.02)) for n in range(20)]

    heard = [measure(stereo(*part)).max_momentary_lufs for part in parts]

    assert heard == pytest.approx(range(-38, -18), abs=0.1)


@pytest.mark.parametrize("file", range(20))
def test_tech_3341_case_13_momentary_finds_a_burst_wherever_it_is(file: int) -> None:
    measured = measure(stereo((SILENT, file * 0.02), (-23, 0.4), (SILENT, 1)))

    assert measured.max_momentary_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("part_of_rate", "degrees", "amplitude", "expected"),
    [
        pytest.param(4, 0, 0.5, -6, id="case 15"),
        pytest.param(4, 45, 0.5, -6, id="case 16"),
        pytest.param(6, 60, 0.5, -6, id="case 17"),
        pytest.param(8, 67.5, 0.5, -6, id="case 18"),
        pytest.param(4, 45, 1.41, 3, id="case 19"),
    ],
)
@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_tech_3341_true_peak_lies_between_samples(
    part_of_rate: int, degrees: float, amplitude: float, expected: float, rate: int
) -> None:
    time = np.arange(rate)
    wave = amplitude * np.sin(2 * np.pi * time / part_of_rate + math.radians(degrees))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 1000)

    measured = measure((wave * fade)[:, np.newaxis].astype(np.float32), rate=rate)

    assert measured.true_peak_dbtp is not None
    assert expected - 0.4 <= measured.true_peak_dbtp <= expected + 0.2


@pytest.mark.parametrize("quarters", range(4))
def test_tech_3341_cases_20_to_23_a_peak_at_any_quarter_of_a_sample(quarters: int) -> None:
    # Not EBU's own files, but what they are for: one period at full scale in a tone at half of it.
    time = np.arange(-24_000, 24_000) - quarters / 4
    swell = 0.5 + 0.5 * np.exp(-((time / 12) ** 2))
    fade = np.minimum(1, (24_000 - np.abs(time)).clip(0) / 1000)
    wave = swell * fade * np.cos(2 * np.pi * time / 6)

    measured = measure(wave[:, np.newaxis].astype(np.float32))

    assert measured.true_peak_dbtp is not None
    assert -0.4 <= measured.true_peak_dbtp <= 0.2


def test_the_last_samples_of_a_track_have_a_true_peak_too() -> None:
    silence, burst = np.zeros((30_000, 1), np.float32), np.full((2, 1), 0.5, np.float32)

    assert measure(silence, burst) == measure(silence, burst, silence[:100])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-20, 20), (-30, 20)], 10),
        ([(-20, 20), (-15, 20)], 5),
        ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ],
)
def test_tech_3342_loudness_range(parts: list[tuple[float, float]], expected: float) -> None:
    assert measure(stereo(*parts)).range_lu == pytest.approx(expected, abs=1)


def test_the_filter_at_48_khz_is_the_one_that_bs_1770_tables() -> None:
    shelf = (1.53512485958697, -2.69169618940638, 1.19839281085285)
    shelf_feedback = (1.0, -1.69065929318241, 0.73248077421585)
    high_pass = (1.0, -2.0, 1.0)
    high_pass_feedback = (1.0, -1.99004745483398, 0.99007225036621)

    sections = k_filter(48_000)

    assert sections[0] == pytest.approx(shelf + shelf_feedback, abs=1e-8)
    assert sections[1] == pytest.approx(high_pass + high_pass_feedback, abs=1e-8)


def test_silence_and_nothing_have_no_loudness() -> None:
    assert measure(np.zeros((480_000, 2), np.float32)) == NOTHING
    assert measure(np.empty((0, 2), np.float32)) == NOTHING


def test_a_track_shorter_than_a_gating_block_has_a_peak_and_no_loudness() -> None:
    measured = measure(stereo((-6, 0.39)))

    assert measured.integrated_lufs is None
    assert measured.range_lu is None
    assert measured.true_peak_dbtp == pytest.approx(-6, abs=0.2)


def test_a_float_master_is_not_clipped_by_the_meter() -> None:
    measured = measure(stereo((6, 5)))

    assert measured.integrated_lufs == pytest.approx(6, abs=0.1)
    assert measured.true_peak_dbtp == pytest.approx(6, abs=0.2)


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf, 1e38])
def test_a_sample_that_is_no_sound_does_not_spoil_the_rest(broken: float) -> None:
    wave = stereo((SILENT, 3), (-23, 5))
    wave[100] = broken

    measured = measure(wave)

    assert all(
        math.isfinite(value)
        for value in (
            measured.integrated_lufs or 0,
            measured.range_lu or 0,
            measured.true_peak_dbtp or 0,
        )
    )


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 7), (48_000, 0), (3_000, 2)])
def test_what_the_standard_does_not_cover_is_refused(rate: int, channels: int) -> None:
    with pytest.raises(ValueError, match=r"no K weighting|1 to 6 channels"):
        LoudnessMeter(rate, channels)


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 60_000), max_size=8),
    channels=st.integers(1, 6),
    rate=st.sampled_from([8000, 11_025]),
)
def test_where_blocks_end_does_not_show_in_the_last_bit(
    cuts: list[int], channels: int, rate: int
) -> None:
    noise = np.random.default_rng(2).uniform(-1, 1, (60_000, channels)).astype(np.float32)

    whole = measure(noise, rate=rate)
    parts = measure(*np.split(noise, sorted(cuts)), rate=rate)

    assert parts == whole


def test_asking_for_the_result_does_not_disturb_the_meter() -> None:
    noise = np.random.default_rng(3).uniform(-1, 1, (100_000, 2)).astype(np.float32)
    meter = LoudnessMeter(8000, 2)

    for block in np.split(noise, 7 * np.arange(1, 11) * 1000):
        meter.block(block)
        meter.result()

    assert meter.result() == measure(noise, rate=8000)


@pytest.mark.parametrize("name", MASTERS)
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
    peak_dbtp = 20 * math.log10(float(told["True_Peak"].split()[0]))
    assert measured.true_peak_dbtp == pytest.approx(peak_dbtp, abs=0.2)


@pytest.mark.parametrize("name", MASTERS)
def test_pyloudnorm_agrees(name: str) -> None:
    samples, rate = soundfile.read(shared("media", name), always_2d=True)
    # De Man's filters, as ours: those of its default are made for 48 kHz.
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")

    measured = measure_file(shared("media", name))

    assert measured.integrated_lufs == pytest.approx(meter.integrated_loudness(samples), abs=0.1)


@pytest.mark.parametrize("name", MASTERS)
def test_ffmpeg_agrees(name: str, tools: Tools) -> None:
    path = shared("media", name)
    meter = "ebur128=peak=true:metadata=1,ametadata=print:file=-"
    answer = subprocess.run(
        [tools.ffmpeg, "-nostdin", "-nostats", "-i", path, "-af", meter, "-f", "null", "-"],
        check=True,
        capture_output=True,
        text=True,
    )

    measured = measure_file(path)

    def told(key: str) -> list[float]:
        return [float(value) for value in re.findall(rf"r128\.{key}=(-?[\d.]+)", answer.stdout)]

    assert measured.integrated_lufs == pytest.approx(told("I")[-1], abs=0.1)
    assert measured.range_lu == pytest.approx(told("LRA")[-1], abs=0.1)
    assert measured.max_short_term_lufs == pytest.approx(max(told("S")), abs=0.1)
    # It looks every 100 ms and we every 10, so that ours may find a little more.
    assert measured.max_momentary_lufs == pytest.approx(max(told("M")), abs=0.2)
    peak_dbtp = 20 * math.log10(told("true_peak")[-1])
    assert measured.true_peak_dbtp == pytest.approx(peak_dbtp, abs=0.2)
