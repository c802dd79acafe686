"""Pictures of the main pages, by day, by night and on a phone: `make screenshots`.

They are of the demo house (tests.support.demo), whose day is always the same.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import chromium
from tests.support.demo import SMALL, Demo, Size, open_demo
from tests.support.masters import ROOT

_DESK, _PHONE = {"width": 1280, "height": 832}, {"width": 390, "height": 844}
#: A little less than what is seen: enough for a page of a document.
_WIDE_PX, _PHONE_PX, _QUALITY = 1280, 390, 80
#: What is further down is loaded by who scrolls there, and waited for in vain.
_SEEN = """Promise.all([...document.images]
  .filter((one) => one.getBoundingClientRect().top < innerHeight)
  .map((one) => one.decode().catch(() => 0)))"""
Step = Callable[[Page], None]


def _look(page: Page) -> None:
    """Do nothing."""
    del page


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a page: who looks, where, and what they do before."""

    name: str
    who: str
    address: str
    does: Step = _look
    has_phone: bool = False


def _play(page: Page) -> None:
    """Let the page's track play, and stop it in the middle."""
    page.get_by_test_id("play-button").click()
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Pause", timeout=30_000)
    page.get_by_test_id("waveform").click()
    page.wait_for_timeout(1500)


SHOTS = (
    Shot(name="welcome", who="", address="/", has_phone=True),
    Shot(name="home", who="noor", address="/", has_phone=True),
    Shot(name="release", who="noor", address="/releases/{release}", has_phone=True),
    Shot(name="artist", who="noor", address="/artists/{artist}"),
    Shot(name="library", who="noor", address="/library", has_phone=True),
    Shot(name="wallet", who="noor", address="/wallet", has_phone=True),
    Shot(name="search", who="noor", address="/search?q=light"),
    # Who heard something sees it on all pages from then on.
    Shot(name="track", who="noor", address="/tracks/{track}", does=_play, has_phone=True),
    Shot(name="studio", who="mara", address="/studio"),
    Shot(name="editor", who="mara", address="/studio/releases/{draft}"),
    Shot(name="quality", who="mara", address="/tracks/{track}/quality"),
    Shot(name="insights", who="mara", address="/studio/insights?days=28", has_phone=True),
    Shot(name="earnings", who="mara", address="/studio/earnings?days=90"),
    Shot(name="office", who="olga", address="/office"),
    Shot(name="fleet", who="olga", address="/office/fleet?live=no"),
    Shot(name="jobs", who="olga", address="/office/jobs"),
    Shot(name="month", who="bob", address="/office/months/2026-10/close"),
    Shot(name="payouts", who="bob", address="/office/payouts/{run}"),
)


def take(demo: Demo, browser: Browser, folder: Path, shots: Sequence[Shot]) -> None:
    """Take all pictures into a folder."""
    for shot in shots:
        for light in ("light", "dark"):
            _take(demo, browser, folder / f"{shot.name}-{light}.webp", shot, light)
        if shot.has_phone:
            _take(demo, browser, folder / f"{shot.name}-phone.webp", shot, "light", phone=True)


def _take(  # noqa: PLR0913 - what a picture is taken of
    demo: Demo, browser: Browser, file: Path, shot: Shot, light: str, *, phone: bool = False
) -> None:
    context = browser.new_context(
        viewport=_PHONE if phone else _DESK,  # type: ignore[arg-type] # both have both
        color_scheme=light,  # type: ignore[arg-type] # one of those it knows
        device_scale_factor=2 if phone else 1,
        locale="en",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    with context:
        cookies = demo.browser_of(shot.who)
        context.add_cookies(
            [{"name": name, "value": value, "url": demo.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.goto(demo.url + shot.address.format_map(demo.places), wait_until="networkidle")
        shot.does(page)
        page.evaluate(_SEEN)
        page.wait_for_timeout(150)
        image = Image.open(io.BytesIO(page.screenshot()))
    width = _PHONE_PX * 2 if phone else _WIDE_PX
    height = round(image.height * width / image.width)
    image.convert("RGB").resize((width, height)).save(file, quality=_QUALITY, method=6)


def main() -> None:
    """Open the house, and take the pictures that are asked for, or all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--into", type=Path, default=ROOT / "docs" / "pictures" / "pages")
    asked.add_argument("--small", action="store_true", help="of a small house, to try it out")
    asked.add_argument("names", nargs="*", help="which; else all")
    said = asked.parse_args()
    shots = [one for one in SHOTS if not said.names or one.name in said.names]
    said.into.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_demo(Path(folder), SMALL if said.small else Size()) as demo,
        chromium() as browser,
    ):
        take(demo, browser, said.into, shots)


if __name__ == "__main__":
    main()
