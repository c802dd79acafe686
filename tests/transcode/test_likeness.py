import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcode.likeness import likeness


def noise(seed: int = 1, frames: int = 30_000) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, (frames, 2)).astype(np.float32)


@given(st.floats(-30, 6))
def test_a_level_is_told(level_db: float) -> None:
    like = likeness(noise() * np.float32(10 ** (level_db / 20)), noise())

    assert like is not None
    assert like.correlation == pytest.approx(1)
    assert like.level_db == pytest.approx(level_db, abs=1e-4)


def test_the_same_has_no_residual() -> None:
    like = likeness(noise(), noise())

    assert like is not None
    assert like.residual_dbfs is None


def test_another_sound_is_not_alike() -> None:
    like = likeness(noise(1), noise(2))

    assert like is not None
    assert abs(like.correlation) < 0.05


def test_one_sample_makes_a_residual() -> None:
    other = noise()
    other[15_000, 1] += 2**-16

    like = likeness(other, noise())

    assert like is not None
    assert like.residual_dbfs == pytest.approx(-96.33, abs=0.1)


def test_the_edges_of_an_excerpt_do_not_count() -> None:
    other = noise()
    other[:4000] = other[-4000:] = 0

    like = likeness(other, noise())

    assert like is not None
    assert like.residual_dbfs is None


@pytest.mark.parametrize("frames", [0, 1, 4095])
def test_too_little_tells_nothing(frames: int) -> None:
    assert likeness(noise()[:frames], noise()) is None


def test_silence_tells_nothing() -> None:
    assert likeness(np.zeros_like(noise()), noise()) is None
