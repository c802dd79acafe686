import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import firwin, lfilter

from tests.support.masters import shared
from transcode.pcm import Block
from transcode.quality import QualityMeter
from transcode.spectrum import Bandwidth
from transcode.tools import Tools

WHOLE = [
    "single-16bit-44k.flac",
    "single-24bit-48k.flac",
    "clipped-16bit-44k.flac",
    "album/01.flac",
    "album/02.flac",
    "album/03.flac",
]


def bandwidth(frames: Block, *, rate: int = 44_100) -> Bandwidth:
    meter = QualityMeter(rate, frames.shape[1])
    meter.block(frames)
    return meter.result().bandwidth


def of_file(path: Path) -> Bandwidth:
    frames, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return bandwidth(frames, rate=rate)


def through(tools: Tools, path: Path, *encoder: str) -> Block:
    """Answer 15 s of a master after a lossy encoder, in the samples of a CD."""
    lossy = ["-t", "15", "-f", "nut", *encoder, "-"]
    pcm = ["-f", "s16le", "-ar", "44100", "-ac", "2", "-"]
    begin = [tools.ffmpeg, "-v", "error", "-i"]
    small = subprocess.run([*begin, path, *lossy], check=True, capture_output=True).stdout
    heard = subprocess.run([*begin, "-", *pcm], check=True, capture_output=True, input=small)
    return np.frombuffer(heard.stdout, "<i2").reshape(-1, 2) / np.float32(32768)


def cut(hertz: float, *, rate: int = 44_100, seconds: float = 4) -> Block:
    """Answer pink-like noise that a steep filter ended, above dither of 16 bits."""
    chance = np.random.default_rng(5)
    white = chance.normal(0, 0.1, (round(rate * seconds), 2))
    tilted = lfilter([1], [1, -0.9], white, axis=0)
    music = lfilter(firwin(1001, hertz, fs=rate), [1], tilted, axis=0)
    dithered = music + chance.uniform(-1, 1, music.shape) / 32768
    return dithered.astype(np.float32)


def test_a_master_from_an_mp3_ends_near_16_khz() -> None:
    found = of_file(shared("media", "mp3-sourced-16bit-44k.flac"))

    assert found.cutoff_hz == pytest.approx(16_200, abs=300)
    assert found.is_cut


def test_a_master_that_was_upsampled_ends_at_half_its_old_rate() -> None:
    found = of_file(shared("media", "upsampled-24bit-96k.flac"))

    assert found.cutoff_hz == pytest.approx(23_000, abs=1_000)
    assert found.is_cut


@pytest.mark.parametrize(
    ("codec", "bitrate", "hertz"),
    [
        ("libmp3lame", "128k", 16_000),
        ("libmp3lame", "192k", 18_600),
        ("libmp3lame", "320k", 20_000),
        ("aac", "128k", 17_200),
        ("libopus", "128k", 20_000),
    ],
)
def test_the_cut_of_every_encoder_is_found(
    tools: Tools, codec: str, bitrate: str, hertz: int
) -> None:
    master = shared("media", "album/01.flac")

    found = bandwidth(through(tools, master, "-c:a", codec, "-b:a", bitrate))

    assert found.is_cut
    assert found.cutoff_hz == pytest.approx(hertz, abs=300)


@pytest.mark.parametrize("name", WHOLE)
def test_a_converter_s_own_filter_is_no_cut(name: str) -> None:
    found = of_file(shared("media", name))

    assert not found.is_cut
    assert found.cutoff_hz is None or found.cutoff_hz > 20_500


@pytest.mark.parametrize(
    ("hertz", "rate"),
    [
        (4_000, 44_100),
        (11_025, 44_100),
        (16_000, 44_100),
        (19_000, 44_100),
        (15_000, 32_000),
        (16_000, 48_000),
        (20_000, 88_200),
        (22_050, 96_000),
        (24_000, 192_000),
        (48_000, 192_000),
    ],
)
def test_a_cut_is_found_where_it_was_made(hertz: int, rate: int) -> None:
    found = bandwidth(cut(hertz, rate=rate), rate=rate)

    assert found.cutoff_hz == pytest.approx(hertz, abs=200)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000, 192_000])
def test_noise_reaches_as_far_as_its_rate(rate: int) -> None:
    frames = np.random.default_rng(6).normal(0, 0.1, (rate * 2, 1)).astype(np.float32)

    assert bandwidth(frames, rate=rate) == Bandwidth(cutoff_hz=None, is_cut=False)


def test_a_gentle_slope_is_no_cliff() -> None:
    white = np.random.default_rng(7).normal(0, 0.1, (200_000, 1))
    sloped = lfilter([1], [1, -0.98], white, axis=0)
    for _ in range(2):
        sloped = lfilter([0.3], [1, -0.7], sloped, axis=0)

    assert bandwidth(sloped.astype(np.float32)).cutoff_hz is None


def test_a_click_does_not_fill_what_an_encoder_emptied() -> None:
    frames = cut(16_000, seconds=20)
    frames[len(frames) // 2] = 1.0

    assert bandwidth(frames).cutoff_hz == pytest.approx(16_000, abs=200)


def test_silence_around_the_music_does_not_hide_the_cut() -> None:
    music = cut(16_000)
    silence = np.zeros((400_000, 2), np.float32)

    found = bandwidth(np.concatenate([silence, music, silence]))

    assert found.cutoff_hz == pytest.approx(16_000, abs=200)


@pytest.mark.parametrize("frames", [np.zeros((0, 2)), np.zeros((200_000, 2)), np.ones((100, 1))])
def test_what_has_no_spectrum_has_no_cut(frames: Block) -> None:
    assert bandwidth(frames.astype(np.float32)) == Bandwidth(cutoff_hz=None, is_cut=False)
