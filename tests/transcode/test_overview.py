import json

import numpy as np

from transcode.curve import LoudnessCurve
from transcode.overview import PIXELS, overview_of
from transcode.waveform import Waveform


def curve() -> LoudnessCurve:
    levels = np.array([-70.0, -23.04, -9.96], np.float32)
    return LoudnessCurve(step_s=0.1, momentary_lufs=levels, short_term_lufs=levels)


def test_a_long_track_is_no_wider_than_a_page_and_keeps_its_peaks() -> None:
    peaks = np.zeros((123_457, 2), np.int16)
    peaks[100_000] = (-32_768, 16_384)
    waveform = Waveform(sample_rate=44_100, samples_per_pixel=256, peaks=peaks)

    found = overview_of(waveform, curve())["waveform"]

    assert len(found["lowest"]) == len(found["highest"]) <= PIXELS
    assert (min(found["lowest"]), max(found["highest"])) == (-1.0, 0.5)
    at = found["lowest"].index(-1.0) * found["step_s"]
    assert abs(at - 100_000 * 256 / 44_100) < found["step_s"]


def test_numbers_are_printed_as_short_as_they_are_meant() -> None:
    waveform = Waveform(sample_rate=8_000, samples_per_pixel=256, peaks=np.zeros((1, 2), np.int16))

    text = json.dumps(overview_of(waveform, curve())["loudness"])

    assert "[-70.0, -23.0, -10.0]" in text
