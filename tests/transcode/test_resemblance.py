import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.waves import noise, silence, sine
from transcode.resemblance import fault, is_audible

RATE = 44_100
Sound = NDArray[np.float32]


def stereo(left: Sound, right: Sound) -> Sound:
    return np.concatenate([left, right], axis=1)


LEFT, RIGHT = sine(440, 2 * RATE, level=0.3), sine(1_550, 2 * RATE, level=0.2)
MASTER = stereo(LEFT, RIGHT)


@pytest.mark.parametrize(
    ("rendition", "why"),
    [
        (stereo(RIGHT, LEFT), "order"),
        (MASTER * 0, "dB off"),
        (MASTER * 0.25, "dB off"),
        (MASTER * 4, "dB off"),
        (stereo(LEFT, RIGHT * 0), "dB off"),
        (stereo(LEFT, sine(9_000, 2 * RATE)), "dB off"),
    ],
    ids=["swapped", "silent", "soft", "loud", "one side", "another sound"],
)
def test_what_no_codec_does_is_a_fault(rendition: Sound, why: str) -> None:
    assert why in (fault(rendition, MASTER, rate=RATE) or "")


@pytest.mark.parametrize(
    "rendition",
    [
        MASTER,
        MASTER + noise(2 * RATE, level=0.05),
        MASTER * 0.5,
        stereo(LEFT + 0.3 * RIGHT, RIGHT + 0.3 * LEFT),
    ],
    ids=["itself", "noisy", "half", "joined"],
)
def test_what_a_codec_may_do_is_none(rendition: Sound) -> None:
    assert fault(rendition.astype(np.float32), MASTER, rate=RATE) is None


def test_the_gain_that_was_asked_for_is_no_fault() -> None:
    assert fault(MASTER * 0.1, MASTER, rate=RATE, gain_db=-20) is None


def test_channels_that_are_the_same_are_in_any_order() -> None:
    mono = stereo(LEFT, LEFT)

    assert fault(mono, mono, rate=RATE) is None


def test_what_nobody_hears_tells_nothing() -> None:
    high = sine(20_000, 2 * RATE)
    nothing = silence(2 * RATE)

    assert not is_audible(high, rate=RATE)
    assert fault(nothing, high, rate=RATE) is None
    assert fault(nothing, nothing, rate=RATE) is None
    assert fault(LEFT[:100], LEFT[:100], rate=RATE) is None


def test_a_channel_that_another_masks_may_go() -> None:
    loud = stereo(LEFT, sine(1_550, 2 * RATE, level=0.005))

    assert fault(stereo(LEFT, silence(2 * RATE)), loud, rate=RATE) is None
