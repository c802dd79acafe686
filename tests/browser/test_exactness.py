"""Chromium decodes and plays every rung to the sample, neither more nor less."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page
from scipy.signal import resample_poly

from tests.support.browser import Played, Programme, Track, decode, lag, open_page, play
from tests.support.masters import carillon
from tests.support.renditions import STREAMED, Sound, decoded, make
from transcode.encoded import Made
from transcode.ladder import Codec

#: Neither is a whole number of frames of any codec.
CD_SAMPLES, STUDIO_SAMPLES = 2 * 44_100 + 517, 2 * 96_000 + 517
HIGH = "flac at 96 kHz"
RUNGS = [*(rung.name for rung in STREAMED), HIGH]
#: A microsecond is how exactly Chromium tells times.
CLOCK_S = 2e-6
#: How far the floats of two decoders that do the same may be apart; those of Opus may differ (RFC
#: 6716, section 6), and the libopus that Debian 13's Chromium has does, by half a step of 16 bits.
FLOATS, OPUS_FLOATS = 1e-6, 1 / 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    made: Made
    master: Sound

    @property
    def floats(self) -> float:
        return OPUS_FLOATS if self.made.rung.codec is Codec.OPUS else FLOATS

    @property
    def file(self) -> str:
        return f"{self.made.path.parent.name}/{self.made.path.name}"

    def programme(self, file: str = "") -> Programme:
        track = Track(file=file or self.file, samples=self.made.line.samples)
        return Programme(tracks=(track,), mime=self.made.rung.mime, rate=self.made.line.rate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exactness")


@pytest.fixture(scope="module")
def renditions(folder: Path) -> dict[str, Rendition]:
    """Every rung of a CD's master; of a studio's what a CD's does not deserve."""
    cd = carillon(folder / "cd.wav", samples=CD_SAMPLES)
    studio = carillon(folder / "studio.wav", samples=STUDIO_SAMPLES, rate=96_000, subtype="PCM_24")
    high = make(studio, folder / "studio", "flac", "flac-48")
    made = {**make(cd, folder / "cd"), "flac-48": high["flac-48"], HIGH: high["flac"]}
    masters = {"cd": soundfile.read(cd)[0], "studio": soundfile.read(studio)[0]}
    return {
        name: Rendition(made=one, master=at_rate(masters[one.path.parent.name], one.line.rate))
        for name, one in made.items()
    }


@pytest.fixture(scope="module")
def page(browser: Browser, folder: Path, renditions: dict[str, Rendition]) -> Iterator[Page]:
    assert renditions
    with open_page(browser, folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def heard(page: Page, renditions: dict[str, Rendition]) -> dict[str, Played]:
    """All of them at once: they play in real time."""
    heard = play(page, [one.programme() for one in renditions.values()])
    return dict(zip(renditions, heard, strict=True))


def at_rate(master: Sound, rate: int) -> Sound:
    """Resample by another program than the one under test."""
    of = {CD_SAMPLES: 44_100, STUDIO_SAMPLES: 96_000}[len(master)]
    return master if rate == of else resample_poly(master, rate // 300, of // 300, axis=0)


def as_chromium(one: Rendition) -> Sound:
    """Chromium makes floats of 16 bits by halves: -32768 becomes -1, and 32767 becomes 1."""
    sound = decoded(one.made)
    if one.made.rung.codec is not Codec.FLAC or one.made.line.rate != 44_100:  # 24 bits, or floats
        return sound
    return np.where(sound > 0, sound * np.float32(32768 / 32767), sound)


def with_edit(made: Made, media_time: int, name: str) -> str:
    """Answer a copy of the file whose edit list says something else."""
    data = bytearray(made.path.read_bytes())
    # Behind the kind: version and flags, a count, and a duration of 64 bits (8.6.6).
    struct.pack_into(">q", data, data.index(b"elst") + 20, media_time)
    made.path.with_name(name).write_bytes(data)
    return f"{made.path.parent.name}/{name}"


@pytest.mark.parametrize("rung", RUNGS)
def test_web_audio_decodes_what_ffmpeg_decodes(
    page: Page, renditions: dict[str, Rendition], rung: str
) -> None:
    one = renditions[rung]

    there = decode(page, one.file, one.made.line.rate)

    here = as_chromium(one)
    assert len(here) == len(there) == one.made.line.samples == len(one.master)
    assert lag(there, one.master) == 0
    # Where AAC fills a band with noise, that is part of the decoder, and the same in both.
    np.testing.assert_allclose(there, here, rtol=0, atol=one.floats)


@pytest.mark.parametrize("rung", RUNGS)
def test_a_media_source_plays_what_ffmpeg_decodes(
    heard: dict[str, Played], renditions: dict[str, Rendition], rung: str
) -> None:
    one, there = renditions[rung], heard[rung]
    line = one.made.line

    assert there.ranges == [[0, pytest.approx(line.samples / line.rate, abs=CLOCK_S)]]
    assert len(there.sound) == line.samples
    assert lag(there.sound, one.master) == 0
    np.testing.assert_allclose(there.sound, as_chromium(one), rtol=0, atol=one.floats)


@pytest.mark.parametrize("rung", ["aac-128", "opus-96", "flac"])
def test_samples_that_the_edit_list_hides_by_mistake_are_missed(
    page: Page, renditions: dict[str, Rendition], rung: str
) -> None:
    # A control: what the tests above hold to would fail.
    one = renditions[rung]
    wrong = with_edit(one.made, one.made.line.edit + 40, "late.mp4")

    [there] = play(page, [one.programme(wrong)])

    assert there.ranges[0][1] < (one.made.line.samples - 39) / one.made.line.rate
    assert len(there.sound) == one.made.line.samples - 40
    assert lag(there.sound, one.master) == -40


def test_priming_that_no_edit_list_hides_is_heard(
    page: Page, renditions: dict[str, Rendition]
) -> None:
    # Another, the other way round; Web Audio hides the priming of Opus by its sample entry.
    one = renditions["aac-128"]

    there = decode(page, with_edit(one.made, 0, "early.mp4"), one.made.line.rate)

    assert len(there) == one.made.line.samples + one.made.line.priming
    assert lag(there, one.master) == one.made.line.priming


def test_opus_whose_edit_list_hides_all_its_priming_loses_music(
    page: Page, renditions: dict[str, Rendition]
) -> None:
    # Both skip it, one after the other. Why Timeline.edit is what it is: docs/gapless.md.
    one = renditions["opus-96"]
    line = one.made.line

    [there] = play(page, [one.programme(with_edit(one.made, line.priming, "all.mp4"))])

    assert lag(there.sound, one.master) < -100
