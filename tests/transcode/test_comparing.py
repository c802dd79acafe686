import numpy as np
import pytest

from tests.support.waves import noise, silence, sine
from transcode.comparing import level_off_db


def test_levels_are_compared_channel_by_channel() -> None:
    here = np.concatenate([sine(440), sine(660)], axis=1)

    assert level_off_db(here, here) == 0
    assert level_off_db(here, here * 0.5) == pytest.approx(6.02, abs=0.01)
    assert level_off_db(here, here * [1, 0.25]) == pytest.approx(12.04, abs=0.01)
    assert level_off_db(here, here[:, ::-1]) < 0.1


def test_what_is_hardly_heard_may_be_anything() -> None:
    quiet = noise(10_000, level=0.001)

    assert level_off_db(quiet, silence(10_000, 2)) == 0
    assert level_off_db(quiet[:0], quiet) == 0
