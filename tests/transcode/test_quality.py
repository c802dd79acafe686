import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.masters import MASTERS, shared
from tests.support.waves import noise, silence, sine
from transcode.passage import PASSAGE_FRAMES
from transcode.pcm import Block
from transcode.quality import Quality, QualityMeter

RATE = 44_100


def measure(*blocks: Block, rate: int = RATE) -> Quality:
    meter = QualityMeter(rate, blocks[0].shape[1])
    for block in blocks:
        meter.block(block)
    return meter.result()


def measure_file(path: Path) -> Quality:
    with soundfile.SoundFile(path) as file:
        return measure(*file.blocks(65_536, dtype="float32", always_2d=True), rate=file.samplerate)


# Anything.


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 80_000), max_size=8),
    channels=st.integers(1, 6),
    rate=st.sampled_from([8_000, 44_100, 96_000, 192_000]),
    level=st.sampled_from([1e-4, 0.2, 2.0]),
)
def test_where_blocks_end_does_not_show(
    cuts: list[int], channels: int, rate: int, level: float
) -> None:
    frames = np.clip(noise(80_000, channels, level=level), -1, 1)

    whole = measure(frames, rate=rate)
    parts = measure(*np.split(frames, sorted(cuts)), rate=rate)

    assert parts == whole


def test_asking_for_the_result_does_not_disturb_the_meter() -> None:
    frames = noise(100_000)
    meter = QualityMeter(RATE, 2)

    for block in np.split(frames, 7 * np.arange(1, 11) * 1000):
        meter.block(block)
        meter.result()

    assert meter.result() == measure(frames)


@pytest.mark.parametrize("length", [0, 1, 2, 4095, PASSAGE_FRAMES, PASSAGE_FRAMES + 1])
@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_the_shortest_tracks_have_a_quality_that_json_can_say(length: int, rate: int) -> None:
    for frames in (noise(length), silence(length, 2)):
        assert json.dumps(asdict(measure(frames, rate=rate)), allow_nan=False)


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf, 1e38])
def test_a_sample_that_is_no_sound_does_not_spoil_the_rest(broken: float) -> None:
    frames = noise(50_000)
    frames[100] = broken

    assert json.dumps(asdict(measure(frames)), allow_nan=False)


# Zero and the other channel.


def test_the_offset_is_the_mean_of_each_channel() -> None:
    frames = np.hstack([sine(100), sine(100) + np.float32(0.01), silence(RATE)])

    assert measure(frames).dc_offsets == pytest.approx((0, 0.01, 0), abs=1e-7)


@pytest.mark.parametrize(("sign", "is_mono"), [(1, True), (-1, False)])
def test_the_same_on_both_sides_is_mono_and_its_negative_is_not(
    *, sign: int, is_mono: bool
) -> None:
    left = noise(50_000, 1)

    found = measure(np.hstack([left, np.float32(sign) * left]))

    assert found.correlation == pytest.approx(sign, abs=1e-6)
    assert found.is_mono is is_mono


@pytest.mark.parametrize(("difference_db", "is_mono"), [(-70, True), (-50, False)])
def test_what_an_encoder_leaves_in_the_side_is_still_mono(
    *, difference_db: float, is_mono: bool
) -> None:
    left, other = noise(50_000, 1, level=0.2), noise(50_000, 1, level=0.2, seed=2)

    found = measure(np.hstack([left, left + np.float32(10 ** (difference_db / 20)) * other]))

    assert found.is_mono is is_mono


@given(seed=st.integers(0, 1000), mixed=st.floats(-1, 1), offset=st.floats(-0.1, 0.1))
@settings(max_examples=20, deadline=None)
def test_the_correlation_is_that_of_numpy(seed: int, mixed: float, offset: float) -> None:
    frames = noise(20_000, 2, seed=seed)
    frames[:, 1] += np.float32(mixed) * frames[:, 0] + np.float32(offset)

    expected = np.corrcoef(frames.T.astype(np.float64))[0, 1]

    assert measure(frames).correlation == pytest.approx(expected, abs=1e-4)


def test_one_channel_and_a_silent_side_have_no_correlation() -> None:
    constant = np.full((9_000, 1), 0.3, np.float32)

    assert measure(noise(9_000, 1)).correlation is None
    assert measure(np.hstack([noise(9_000, 1), constant])).correlation is None
    assert measure(np.hstack([noise(9_000, 1), silence(9_000)])).correlation is None
    assert measure(np.hstack([noise(9_000, 1), silence(9_000)])).is_mono is False


# Clipping.


def test_flat_tops_of_three_samples_or_more_are_counted() -> None:
    frames = sine(10, PASSAGE_FRAMES + RATE, level=0.5)
    for start, length, value in [
        (5, 2, 1),
        (100, 3, 1),
        (PASSAGE_FRAMES - 4, 10, -1),
        (40_000, 4, 1),
    ]:
        frames[start : start + length] = value

    (clipping,) = measure(frames).clipping

    assert (clipping.runs, clipping.longest_samples, clipping.total_samples) == (3, 10, 17)


def test_a_top_beyond_full_scale_is_flat_where_its_samples_are_the_same() -> None:
    frames = sine(500, 2 * PASSAGE_FRAMES, level=4.0)
    (before,) = measure(frames).clipping
    frames[PASSAGE_FRAMES - 2 : PASSAGE_FRAMES + 3] = 3.0

    (clipping,) = measure(frames).clipping

    assert before.runs == 0
    assert (clipping.runs, clipping.longest_samples) == (1, 5)


def test_a_square_wave_is_clipped_on_both_sides_and_to_its_end() -> None:
    square = np.where(np.arange(40_000) // 50 % 2, -1, 1)[:, np.newaxis].astype(np.float32)

    (clipping,) = measure(square).clipping

    assert (clipping.runs, clipping.longest_samples, clipping.total_samples) == (800, 50, 40_000)


def test_the_clipped_master_is_found_out_and_the_others_are_not() -> None:
    clipped = {
        name: sum(channel.runs for channel in measure_file(shared("media", name)).clipping)
        for name in MASTERS
    }

    assert clipped.pop("clipped-16bit-44k.flac") > 1000
    assert set(clipped.values()) == {0}


# Silence.


def test_silence_is_measured_to_the_sample() -> None:
    loud = np.full((1_000, 1), 0.1, np.float32)
    parts = [silence(20_001), loud, silence(777), loud, silence(40_000), loud, silence(33)]

    found = measure(np.concatenate(parts)).silence

    assert found.start_samples == 20_001
    assert found.longest_inside_samples == 40_000
    assert found.end_samples == 33


def test_silence_is_below_80_db_in_all_channels_at_once() -> None:
    step = np.float32(10 ** (-80 / 20))

    quiet = measure(np.hstack([silence(500), silence(500) + step * np.float32(0.99)])).silence
    sound = measure(np.hstack([silence(500), silence(500) - step * np.float32(1.01)])).silence

    assert (quiet.start_samples, quiet.end_samples) == (500, 0)
    assert (sound.start_samples, sound.longest_inside_samples) == (0, 0)


@given(
    lengths=st.lists(st.integers(1, 40_000), min_size=1, max_size=6),
    begins_silent=st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_start_inside_and_end_are_told_apart(*, lengths: list[int], begins_silent: bool) -> None:
    is_loud = [(place + begins_silent) % 2 == 0 for place in range(len(lengths))]
    frames = np.repeat(np.array(is_loud, np.float32), lengths)[:, np.newaxis]

    found = measure(frames).silence

    quiet = [0 if loud else length for loud, length in zip(is_loud, lengths, strict=True)]
    assert found.start_samples == quiet[0]
    assert found.end_samples == (quiet[-1] if len(quiet) > 1 else 0)
    assert found.longest_inside_samples == max(quiet[1:-1], default=0)


# Depth.


@pytest.mark.parametrize("bits", [1, 2, 8, 12, 16, 20, 23, 24])
def test_the_bits_that_are_used_are_found_in_what_was_padded(bits: int) -> None:
    half = 2 ** (bits - 1)
    whole = np.random.default_rng(3).integers(-half, half, (40_000, 2))

    assert measure((whole / half).astype(np.float32)).depth_bits == bits


def test_silence_needs_no_bits_and_a_float_mix_more_than_there_are() -> None:
    assert measure(silence(20_000)).depth_bits == 0
    assert measure(noise(20_000)).depth_bits is None


@pytest.mark.parametrize(
    ("name", "bits"), [("single-16bit-44k.flac", 16), ("single-24bit-48k.flac", 24)]
)
def test_the_masters_use_what_they_say(name: str, bits: int) -> None:
    assert measure_file(shared("media", name)).depth_bits == bits


def test_a_cd_that_was_saved_as_24_bits_is_found_out(tmp_path: Path) -> None:
    frames, rate = soundfile.read(shared("media", "album/01.flac"), always_2d=True)
    soundfile.write(tmp_path / "padded.flac", frames, rate, subtype="PCM_24")

    assert measure_file(tmp_path / "padded.flac").depth_bits == 16
