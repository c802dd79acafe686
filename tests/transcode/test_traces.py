"""Who was once encoded is found out, and nobody else."""

import subprocess

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly, square

from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.snippets import MOST_SNIPPETS, SnippetsSoFar, no_snippets
from transcode.tools import Tools
from transcode.traces import Traces, traces_in

RATE = 44_100
Sound = NDArray[np.floating]


def snippets(sound: Sound, rate: int = RATE) -> SnippetsSoFar:
    heard = no_snippets(rate)
    for first in range(0, len(sound), PASSAGE_FRAMES):
        part = sound[first : first + PASSAGE_FRAMES].astype(np.float32)
        heard = heard.after(Passage.of(part))
    return heard


def traces(sound: Sound, rate: int = RATE, *, is_suspect: bool = False) -> Traces | None:
    return traces_in(snippets(sound, rate).kept, rate, is_suspect=is_suspect)


def is_found(traces: Traces | None) -> bool:
    return traces is not None and traces.strength > 6.2


def music(seconds: float = 6, rate: int = RATE) -> Sound:
    """Make pink-like noise that comes and goes, different on either side, in 16 bits."""
    chance = np.random.default_rng(3)
    white = chance.normal(0, 0.1, (round(seconds * rate), 2))
    pink = lfilter([1], [1, -0.8], white, axis=0)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 1.7 * np.arange(len(pink)) / rate)
    return np.rint(pink * swell[:, np.newaxis] * 16_000) / 32_768


def through(tools: Tools, sound: Sound, *encoder: str, rate: int = RATE) -> Sound:
    pcm = ["-f", "s16le", "-ar", str(rate), "-ac", "2"]
    begin = [tools.ffmpeg, "-v", "error"]
    raw = np.rint(sound * 32_768).astype("<i2").tobytes()
    argv = [*begin, *pcm, "-i", "-", "-c:a", *encoder, "-f", "nut", "-"]
    small = subprocess.run(argv, check=True, capture_output=True, input=raw).stdout
    argv = [*begin, "-i", "-", *pcm, "-"]
    heard = subprocess.run(argv, check=True, capture_output=True, input=small).stdout
    return np.frombuffer(heard, "<i2").reshape(-1, 2) / 32_768


@pytest.mark.parametrize(
    ("codec", "encoder"),
    [
        ("mp3", ("libmp3lame", "-b:a", "192k")),
        ("aac", ("aac", "-b:a", "128k")),
        ("vorbis", ("libvorbis", "-b:a", "160k")),
        ("opus", ("libopus", "-b:a", "96k")),
    ],
)
def test_the_codec_is_named(tools: Tools, codec: str, encoder: tuple[str, ...]) -> None:
    found = traces(through(tools, music(), *encoder))

    assert is_found(found)
    assert found is not None
    assert found.codec == codec


def test_traces_survive_a_cut_a_gain_and_another_rate(tools: Tools) -> None:
    lossy = through(tools, music(), "libmp3lame", "-b:a", "128k")

    assert is_found(traces(lossy[12_345:] * 0.37))
    assert is_found(traces(resample_poly(lossy, 160, 147), 48_000, is_suspect=True))


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_what_was_never_encoded_has_none(rate: int) -> None:
    assert not is_found(traces(music(rate=rate), rate, is_suspect=True))


def steps(every: int) -> Sound:
    levels = np.random.default_rng(4).uniform(-0.5, 0.5, 6 * RATE // every + 1)
    return np.repeat(levels, every)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.eye(1, 6 * RATE, 100)[0], id="a click"),
        pytest.param(np.tile(np.eye(1, 1024)[0], 260), id="clicks as often as blocks"),
        pytest.param(steps(1024), id="steps as long as a block"),
        pytest.param(steps(960), id="steps of 20 ms"),
        pytest.param(0.5 * square(np.arange(6 * RATE) * np.pi / 24), id="a square wave"),
        pytest.param(0.5 * np.sin(np.arange(6 * RATE) * np.pi / 8), id="a tone"),
        pytest.param(np.zeros(6 * RATE), id="silence"),
    ],
)
def test_music_in_steps_is_no_encoder_s(sound: Sound) -> None:
    for rate in (44_100, 48_000):
        assert not is_found(traces(sound[:, np.newaxis], rate, is_suspect=True))


@pytest.mark.parametrize("rate", [8_000, 44_101, 47_999, 96_000, 192_000, 384_000])
def test_no_rate_is_too_odd(rate: int) -> None:
    assert not is_found(traces(music(1, rate), rate, is_suspect=True))


def test_a_track_of_a_moment_has_none() -> None:
    assert traces(music(0.1)) is None


def test_only_the_busiest_moments_are_kept() -> None:
    loudness = np.repeat(np.random.default_rng(5).uniform(0, 1, 20), PASSAGE_FRAMES)
    noise = np.random.default_rng(6).normal(0, 0.1, len(loudness)) * loudness

    kept = snippets(noise[:, np.newaxis]).kept

    assert len(kept) == MOST_SNIPPETS
    quietest = min(loudness[snippet.start] for snippet in kept)
    louder = loudness[::PASSAGE_FRAMES] > quietest
    assert louder.sum() < MOST_SNIPPETS
    for snippet in kept:
        part = noise[snippet.start : snippet.start + len(snippet.samples.T)]
        assert np.array_equal(snippet.samples[0], part.astype(np.float32))
