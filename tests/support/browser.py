"""Debian's Chromium, and what it makes of our files."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.support.masters import debian_tool
from tests.support.renditions import Sound

#: Nobody serves this; the pages of `open_page` find the files of a folder here.
ADDRESS = "https://refrain.test"
SOUND_JS = Path(__file__).with_name("sound.js")
_ARGUMENTS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
#: Silence amid music that is longer than this, in samples, is a dropout.
_DROPOUT = 32
#: Sound comes out in real time, and a machine that is busy elsewhere leaves holes in it: what has
#: holes is played again, so many times. What is shifted, or too short, or too long, has none.
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A file in the folder of the page, and how many samples of music it should have.

    `cut` is how many more the append window cuts before them, which no decoder skips.
    """

    file: str
    samples: int
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Tracks that are appended one behind another to one source buffer."""

    tracks: tuple[Track, ...]
    mime: str
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """What was buffered, in seconds, and what was heard from its first to its last sound."""

    ranges: list[list[float]]
    sound: Sound


@contextmanager
def chromium() -> Iterator[Browser]:
    program = debian_tool("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, folder: Path) -> Iterator[Page]:
    """Answer a page that can hear the files of a folder, and of the folders in it."""

    def answer(route: Route) -> None:
        path = folder / route.request.url.removeprefix(f"{ADDRESS}/")
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.route(f"{ADDRESS}/**", answer)
        page.goto(f"{ADDRESS}/")
        page.add_script_tag(path=SOUND_JS)
        yield page


def faults_of(page: Page) -> list[str]:
    """Answer a list that gets what goes wrong on a page."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return faults


def use_token(page: Page, url: str, token: str) -> None:
    """Come in by a token, at the home of a house."""
    page.goto(f"{url}/sign-in")
    page.get_by_text("Use a token instead").click()
    page.get_by_label("Your token").fill(token)
    page.get_by_role("button", name="Use this token").click()


def open_account_menu(page: Page) -> None:
    """Open what the head has for who is signed in: their pages, the light, and the way out."""
    page.get_by_test_id("account-menu").click()


def sign_out(page: Page) -> None:
    """Go, by the menu of the head."""
    open_account_menu(page)
    page.get_by_role("button", name="Sign out", exact=True).click()


def decode(page: Page, file: str, rate: int) -> Sound:
    """Answer what Web Audio decodes."""
    channels = page.evaluate("([url, rate]) => decoded(url, rate)", [f"{ADDRESS}/{file}", rate])
    return sound_of(channels)


def play(page: Page, programmes: Sequence[Programme]) -> list[Played]:
    """Play programmes, all at the same time, and those with dropouts once more."""
    done: dict[int, Played] = {}
    for _ in range(_MOST_TRIES):
        waiting = [number for number in range(len(programmes)) if number not in done]
        answers = page.evaluate(
            "(all) => Promise.all(all.map(([tracks, mime, rate]) => played(tracks, mime, rate)))",
            [_arguments(programmes[number]) for number in waiting],
        )
        tried = dict(zip(waiting, map(_played, answers), strict=True))
        done |= {number: one for number, one in tried.items() if not has_dropouts(one.sound)}
        if len(done) == len(programmes):
            return [done[number] for number in range(len(programmes))]
    raise AssertionError("The machine is too busy to play without dropouts.")


def has_dropouts(sound: Sound) -> bool:
    """Tell whether there is silence amid the sound."""
    sounding = np.flatnonzero(np.any(sound != 0, axis=1))
    return bool(np.any(np.diff(sounding) > _DROPOUT))


def trimmed(sound: Sound) -> Sound:
    """Leave out the silence before and behind."""
    sounding = np.flatnonzero(np.any(sound != 0, axis=1))
    return sound[sounding[0] : sounding[-1] + 1] if len(sounding) else sound[:0]


def lag(here: Sound, there: Sound) -> int:
    """Answer by how many samples `here` comes later than the same music in `there`."""
    size = 1 << (len(here) + len(there)).bit_length()
    spectra = [np.fft.rfft(each.mean(axis=1), size) for each in (here, there)]
    likeness = np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)
    best = int(likeness.argmax())
    return best if best < size // 2 else best - size


def _arguments(programme: Programme) -> list[Any]:
    tracks = [
        {"url": f"{ADDRESS}/{track.file}", "samples": track.samples, "cut": track.cut}
        for track in programme.tracks
    ]
    return [tracks, programme.mime, programme.rate]


def _played(answer: dict[str, Any]) -> Played:
    return Played(ranges=answer["ranges"], sound=trimmed(sound_of(answer["channels"])))


def sound_of(channels: list[str]) -> Sound:
    """Read what `printed` in sound.js wrote."""
    return np.stack([np.frombuffer(base64.b64decode(each), "<f4") for each in channels], axis=1)
