"""An album sounds as one recording: where a track ends, the next goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from scipy.signal import resample_poly

from tests.support.browser import Played, Programme, Track, lag, open_page, play
from tests.support.masters import shared, written
from tests.support.renditions import STREAMED, Sound, decoded, make
from transcode.encoded import Made

RUNGS = [rung.name for rung in STREAMED if rung.name != "flac-48"]
PLAYED = ["aac-128", "opus-96", "flac"]
#: How much of either track is encoded, as a track of its own: no whole number of frames.
BEFORE, BEHIND = 3 * 44_100 + 77, 3 * 44_100 + 333
#: Clicks are short; what a codec does to a frame is not. Both are looked for.
WINDOWS = [64, 1024]
#: A joint is no worse than the worst hundredth of what is not near it.
QUANTILE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The end of a track and the beginning of the next, encoded each for itself."""

    halves: tuple[Sound, Sound]
    made: tuple[dict[str, Made], dict[str, Made]]

    def decoded(self, rung: str) -> Sound:
        return np.concatenate([decoded(half[rung]) for half in self.made])

    def original(self, rung: str) -> Sound:
        """What the decode should be: at its rate, and as much quieter as it was made."""
        return np.concatenate(
            [
                at_rate(sound, half[rung].line.rate) * 10 ** (half[rung].gain_db / 20)
                for sound, half in zip(self.halves, self.made, strict=True)
            ]
        )

    def programme(self, rung: str) -> Programme:
        files = [half[rung] for half in self.made]
        tracks = tuple(
            Track(file="/".join(made.path.parts[-2:]), samples=made.line.samples) for made in files
        )
        return Programme(tracks=tracks, mime=files[0].rung.mime, rate=files[0].line.rate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("album")


@pytest.fixture(scope="module")
def joints(folder: Path) -> list[Joint]:
    paths = [shared("media", "album", f"0{number}.flac") for number in (1, 2, 3)]
    tracks = [soundfile.read(path, dtype="float32")[0] for path in paths]
    halves = [(one[-BEFORE:], two[:BEHIND]) for one, two in pairwise(tracks)]
    return [joint_of(both, folder, number) for number, both in enumerate(halves)]


def joint_of(halves: tuple[Sound, Sound], folder: Path, number: int) -> Joint:
    made = []
    for side, half in zip("ab", halves, strict=True):
        master = written(folder / f"{number}{side}.wav", half, 44_100)
        made.append(make(master, folder / f"{number}{side}", *RUNGS))
    return Joint(halves=halves, made=(made[0], made[1]))


@pytest.fixture(scope="module")
def page(browser: Browser, folder: Path, joints: list[Joint]) -> Iterator[Page]:
    assert joints
    with open_page(browser, folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def heard(page: Page, joints: list[Joint]) -> dict[str, list[Played]]:
    programmes = [joint.programme(rung) for rung in PLAYED for joint in joints]
    played = iter(play(page, programmes))
    return {rung: [next(played) for _ in joints] for rung in PLAYED}


def at_rate(sound: Sound, rate: int) -> Sound:
    return sound if rate == 44_100 else resample_poly(sound, 160, 147, axis=0)


def residue(here: Sound, there: Sound, window: int) -> NDArray[np.floating]:
    """Answer the mean square of what is different, in windows that begin at every sample."""
    squares = np.square(here.astype(float) - there).mean(axis=1)
    sums = np.concatenate([[0.0], np.cumsum(squares)])
    return (sums[window:] - sums[:-window]) / window


def is_seamless(residues: NDArray[np.floating], joint: int, window: int) -> bool:
    """Tell whether the windows with the joint in them are like those without it."""
    with_it = slice(joint - window, joint + 1)
    elsewhere = np.delete(residues, with_it)
    # Sums of floats leave a rest where nothing is different.
    return bool(residues[with_it].max() <= np.quantile(elsewhere, QUANTILE) + 1e-12)


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("window", WINDOWS)
def test_a_joint_is_no_worse_than_the_music_around_it(
    joints: list[Joint], rung: str, window: int
) -> None:
    for joint in joints:
        here, there = joint.decoded(rung), joint.original(rung)
        at = joint.made[0][rung].line.samples

        assert here.shape == there.shape
        assert is_seamless(residue(here, there, window), at, window)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_joint_with_a_hole_would_be_seen(joints: list[Joint], window: int) -> None:
    # A control, and a small one: half a window is 0.7 ms of the shorter.
    for joint in joints:
        here, there = joint.decoded("aac-128"), joint.original("aac-128")
        at = joint.made[0]["aac-128"].line.samples
        here[at : at + window // 2] = 0

        assert not is_seamless(residue(here, there, window), at, window)


@pytest.mark.parametrize("rung", PLAYED)
def test_a_browser_goes_on_with_the_next_track(
    joints: list[Joint], heard: dict[str, list[Played]], rung: str
) -> None:
    for joint, there in zip(joints, heard[rung], strict=True):
        here = joint.original(rung)
        at = joint.made[0][rung].line.samples

        assert there.ranges == [
            [0, pytest.approx(len(here) / joint.programme(rung).rate, abs=4e-6)]
        ]
        assert len(there.sound) == len(here)
        assert lag(there.sound[:at], here[:at]) == 0
        assert lag(there.sound[at:], here[at:]) == 0
        for window in WINDOWS:
            assert is_seamless(residue(there.sound, here, window), at, window)


def test_opus_tracks_that_look_alike_keep_their_priming_at_the_joint(
    page: Page, joints: list[Joint]
) -> None:
    # A limit, not a wish: docs/gapless.md. Where Chromium begins its decoder anew, nothing is kept.
    made = joints[0].made[0]["opus-96"]
    track = joints[0].programme("opus-96").tracks[0]

    [there] = play(page, [Programme(tracks=(track, track), mime=made.rung.mime, rate=48_000)])

    assert len(there.sound) - 2 * track.samples in {0, made.line.priming}


def test_the_append_window_cuts_what_a_decoder_that_goes_on_does_not_skip(
    page: Page, joints: list[Joint]
) -> None:
    made = joints[0].made[0]["opus-96"]
    track = joints[0].programme("opus-96").tracks[0]
    tracks = (track, replace(track, cut=made.line.priming))

    [there] = play(page, [Programme(tracks=tracks, mime=made.rung.mime, rate=48_000)])

    assert len(there.sound) == 2 * track.samples
    once = there.sound[: track.samples]
    assert lag(there.sound[track.samples :], once) == 0
