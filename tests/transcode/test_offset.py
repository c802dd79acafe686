import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from transcode.offset import offset_of

Sound = NDArray[np.float32]
RATE = 44_100
SHIFTS = st.integers(-8192, 8192) | st.sampled_from([-8192, -1, 0, 1, 8192])


def noise(seconds: float = 2.0, seed: int = 3) -> Sound:
    samples = np.random.default_rng(seed).normal(0, 0.1, (round(seconds * RATE), 2))
    return samples.astype(np.float32)


def shifted(sound: Sound, by: int) -> Sound:
    silence = np.zeros_like(sound[: abs(by)])
    return np.concatenate([silence, sound] if by > 0 else [sound, silence])[max(-by, 0) :][
        : len(sound)
    ]


@settings(max_examples=20)
@given(SHIFTS)
def test_any_shift_is_found(by: int) -> None:
    sound = noise()

    assert offset_of(shifted(sound, by), sound) == by


@settings(max_examples=12)
@given(SHIFTS, st.integers(0, 99))
def test_a_shift_is_found_beneath_the_noise_of_a_codec(by: int, seed: int) -> None:
    sound = noise()

    assert offset_of(shifted(sound, by) + 2 * noise(seed=1000 + seed), sound) == by


@settings(max_examples=12)
@given(st.integers(-2000, 2000))
def test_music_in_opposite_channels_is_found_too(by: int) -> None:
    sound = noise() * np.array([1, 0], np.float32)
    sound[:, 1] = -sound[:, 0]

    assert offset_of(shifted(sound, by), sound) == by


@pytest.mark.parametrize("hertz", [30, 55, 110])
def test_a_bass_is_where_it_should_be(hertz: float) -> None:
    wave = 0.9 * np.sin(2 * np.pi * hertz * np.arange(2 * RATE) / RATE)
    sound = np.stack([wave, wave], axis=1).astype(np.float32)

    assert offset_of(sound + 0.003 * noise(), sound) == 0


@pytest.mark.parametrize("hertz", [1_000, 9_000, 19_000])
def test_a_tone_that_looks_the_same_a_period_later_is_where_it_should_be(hertz: float) -> None:
    wave = np.sin(2 * np.pi * hertz * np.arange(2 * RATE) / RATE)
    sound = np.stack([wave, wave], axis=1).astype(np.float32)
    fading = sound * np.linspace(1, 0.9, len(sound), dtype=np.float32)[:, np.newaxis]

    assert offset_of(sound + 3 * noise(), fading) == 0


@pytest.mark.parametrize("by", [-1, 1, 3])
def test_a_tone_that_is_late_is_found(by: int) -> None:
    wave = 0.9 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE)
    sound = np.stack([wave, wave], axis=1).astype(np.float32)

    assert offset_of(shifted(sound, by), sound) == by


def test_a_melody_that_repeats_is_where_it_should_be() -> None:
    sound = np.tile(noise(0.05), (40, 1))

    assert offset_of(sound, sound) == 0


def test_the_middle_of_a_rendition_may_lack_its_treble() -> None:
    sound = noise()
    dull = sosfilt(butter(8, 3000, fs=RATE, output="sos"), sound, axis=0).astype(np.float32)

    offset = offset_of(dull, sound)

    # A filter of its own delays it by a few samples; none of thousands.
    assert offset is not None
    assert 0 <= offset < 30


def test_silence_tells_nothing() -> None:
    silence = np.zeros((2 * RATE, 2), np.float32)

    assert offset_of(silence, noise()) is None
    assert offset_of(noise(), silence) is None
    assert offset_of(silence, silence) is None


@pytest.mark.parametrize("frames", [0, 1, 2, 100])
def test_too_little_sound_tells_nothing_wrong(frames: int) -> None:
    sound = noise()[:frames]

    assert offset_of(sound, sound) in {0, None}


@pytest.mark.parametrize("seed", range(5))
def test_what_has_nothing_in_common_has_no_offset(seed: int) -> None:
    assert offset_of(noise(seed=seed), noise(seed=99)) is None


def test_the_shorter_one_counts() -> None:
    sound = noise()

    assert offset_of(sound, sound[: RATE // 2]) == 0
