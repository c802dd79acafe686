"""One story from an album folder to money at the bank, by pages alone, on the real stack.

Each step stands on the one before: an artist publishes, a listener makes a track theirs, treasurers
close the month and pay, an operator stops a job and has it done again.
"""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_queue import as_chromium, record, recorded, settle
from tests.support.axe import axe
from tests.support.browser import has_dropouts
from tests.support.house import until
from tests.support.joined import PASSWORD
from tests.support.masters import carillon, hiss, written
from tests.support.payouts import IBANS
from tests.support.renditions import the_tools
from tests.support.town import Town, at, email_of, follow, press, sure, take, town

pytestmark = pytest.mark.long

RATE = 44_100
#: Where the album is cut: no whole number of frames of any codec.
CUTS = (0, 2 * RATE + 77, 4 * RATE + 311, 6 * RATE + 1_005)
TITLES = ("First Snow", "Harbour Lights", "Thaw")
ALBUM = "Nine Winters"
#: The lossless file of who owns a track.
KEPT = "FLAC"
#: Sound comes out in real time; what has holes, a busy machine made, and is played again.
MOST_TRIES = 4
#: Later than any month lasts, so that the one in which all was heard is over.
A_MONTH = 32


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "all.wav"
    return carillon(path, samples=CUTS[-1])


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory, recording: Path) -> Path:
    folder = tmp_path_factory.mktemp("album") / f"Ada Rivers - {ALBUM} (2026)"
    folder.mkdir()
    music, _ = soundfile.read(recording, dtype="float32")
    for number, (title, (start, end)) in enumerate(zip(TITLES, pairwise(CUTS), strict=True), 1):
        written(folder / f"{number:02} - {title}.wav", music[start:end], RATE)
    return folder


def test_a_story_of_an_album(
    browser: Browser, tmp_path: Path, recording: Path, album: Path
) -> None:
    rules = {"play_threshold_s": "1", "payout_from_cents": "1", "payout_details_days": "0"}
    bank = {"sepa_name": "Refrain eG", "sepa_iban": IBANS[0]}
    with town(browser, tmp_path, artists_join="open", **rules, **bank) as here:
        with here.opened():
            people_for_the_office_come(here)
            an_artist_publishes(here, album)
            a_listener_makes_a_track_theirs(here, recording, album)
        with here.opened(days_later=A_MONTH):
            a_month_is_closed_and_paid_out(here)
            a_job_is_stopped_and_done_again(here, hiss(tmp_path / "Long Hiss.wav", seconds=40))
    assert here.faults == []


def people_for_the_office_come(here: Town) -> None:
    """Olga runs the house; Tess keeps the books."""
    assert here.house is not None
    tess = here.go("Tess", "/join")
    here.join("Tess")
    olga = here.page("Olga")
    olga.goto(here.house.set_up)
    olga.get_by_label("E-mail address").fill(email_of("Olga"))
    olga.get_by_label("New password").fill(PASSWORD)
    press(olga, "Set this password")
    here.sign_in("Olga")
    here.set_up_app("Olga")
    olga.get_by_role("link", name="Office").first.click()
    at(olga, "Office")
    olga.get_by_test_id("office-nav").get_by_role("link", name="Accounts", exact=True).click()
    at(olga, "Accounts")
    follow(olga, "Tess")
    at(olga, re.compile("Tess"))
    olga.locator("#grant > summary").click()
    olga.get_by_role("radio", name=re.compile("Treasurer")).check()
    press(olga, "Grant it")
    expect(olga.get_by_role("status").first).to_be_visible()
    tess.goto(f"{here.url}/office")
    here.set_up_app("Tess")
    at(tess, "Office")


def an_artist_publishes(here: Town, album: Path) -> None:
    ada = here.go("Ada", "/")
    ada.get_by_role("link", name="You make music? Join with it").click()
    here.join("Ada")
    at(ada, "Make your music heard here")
    assert axe(ada) == []
    take(ada, "a1-join")
    ada.get_by_label("Your name as an artist").fill("Ada Rivers")
    ada.get_by_label("I agree to this.").check()
    press(ada, "Open my studio")
    at(ada, "Studio")
    take(ada, "a2-studio")
    ada.get_by_role("link", name="Upload your first release").click()
    ada.get_by_test_id("folder").set_input_files(str(album))
    files = ada.get_by_test_id("file")
    expect(files).to_have_count(3)
    for number in range(3):
        expect(files.nth(number)).to_have_attribute("data-state", "done")
    take(ada, "a3-upload")
    ada.get_by_test_id("to-release").click()
    at(ada, ALBUM)
    last = ada.get_by_test_id("track").locator("input[name=title]").nth(2)
    last.fill("Thaw (for Bea)")
    last.press("Enter")
    expect(ada.locator("#said")).to_have_text("Saved: Title")
    draft = ada.url
    share_with(here, "Bea")
    ada.goto(draft)
    expect(ada.get_by_text("Ready to come out")).to_be_visible()
    take(ada, "a6-ready")
    press(ada, "Publish now")
    expect(ada.get_by_text("all can hear it")).to_be_visible()
    take(ada, "a7-out")


def share_with(here: Town, name: str) -> None:
    """Give somebody who is not here yet a part, which they claim and accept."""
    ada, tess = here.page("Ada"), here.page("Tess")
    follow(ada, "Who shares it")
    at(ada, "Splits")
    follow(ada, "The split for all your music")
    at(ada, "Who shares all your music")
    ada.get_by_label("Who", exact=True).nth(1).fill(name)
    ada.get_by_label("Per cent").nth(0).fill("70")
    ada.get_by_label("Per cent").nth(1).fill("30")
    ada.get_by_label("Mail, if they are new here").nth(1).fill(email_of(name))
    press(ada, "Propose it")
    expect(ada.locator("main .shares").first).to_contain_text(name)
    take(ada, "a4-split")
    bea = here.page(name)
    bea.goto(here.invitation(name))
    follow(bea, "Join")
    here.office.taken.clear()
    here.join(name)
    at(bea, f"A share for {name}")
    bea.get_by_label("How can one tell that it is you?").fill("I sang on it; ask Ada.")
    press(bea, "It is me")
    at(bea, "Splits")
    take(bea, "a5-claimed")
    tess.goto(f"{here.url}/office")
    follow(tess, "1 claim waits for an answer")
    at(tess, "Claims")
    sure(tess, "Approve it …", "Approve this claim?")
    at(tess, "Claims")
    bea.reload()
    press(bea, "Accept")
    expect(bea.get_by_test_id("waiting")).to_contain_text("Nothing waits for you.")


def a_listener_makes_a_track_theirs(here: Town, recording: Path, album: Path) -> None:
    lou = here.go("Lou", "/")
    lou.get_by_role("link", name="Create your account").click()
    here.join("Lou")
    top_up(here, "Lou")
    find_and_hear(here, recording, album)


def find_and_hear(here: Town, recording: Path, album: Path) -> None:
    lou = here.page("Lou")
    lou.goto(f"{here.url}/search?q=nine+winters")
    lou.locator("main").get_by_role("link", name=ALBUM).first.click()
    at(lou, ALBUM)
    take(lou, "b2-release")
    # Levelling changes samples, and a line that is busy is no reason to lose some.
    settle(lou, quality="lossless", levelling="off")
    music, _ = soundfile.read(recording, dtype="float32")
    sound = heard_whole(lou)
    for _ in range(MOST_TRIES - 1):
        sound = heard_whole(lou) if has_dropouts(sound) else sound
    assert len(sound) == len(music)
    np.testing.assert_allclose(sound, as_chromium(music), rtol=0, atol=1e-6)
    follow(lou, "Harbour Lights")
    at(lou, "Harbour Lights")
    hear_until_owned(lou)
    path = Path(kept(lou))
    master, _ = soundfile.read(album / "02 - Harbour Lights.wav", dtype="int16")
    assert np.array_equal(pcm_of(path), master)


def top_up(here: Town, name: str) -> None:
    page, tess = here.page(name), here.page("Tess")
    page.get_by_test_id("balance").click()
    at(page, "Wallet")
    follow(page, "Top up")
    at(page, "Top up")
    page.get_by_label("Where you live").select_option("DE")
    press(page, "Go on to pay")
    at(page, "Your top-up")
    reference = page.get_by_test_id("reference").inner_text()
    tess.goto(f"{here.url}/office/top-ups")
    tess.get_by_label("Reference of a transfer, or number of a top-up").fill(reference)
    press(tess, "Find it")
    at(tess, f"Top-up of {name}")
    tess.get_by_label("Its number on the bank's statement").fill("2026-11-1")
    press(tess, "Go on …")
    tess.get_by_test_id("sure").click()
    at(tess, f"Top-up of {name}")
    # The page of who waits looks by itself.
    expect(page.get_by_test_id("topup")).not_to_contain_text("How to pay it")
    take(page, "b1-topped-up")


def heard_whole(page: Page) -> NDArray[np.float32]:
    """Hear the album once through, by its button."""
    page.reload()
    record(page)
    page.get_by_test_id("play-all").click()
    expect(page.get_by_test_id("bar-title")).to_have_text("Thaw (for Bea)")
    expect(page.get_by_test_id("bar-play")).to_have_attribute("aria-label", "Play")
    page.wait_for_timeout(500)
    return recorded(page)


def hear_until_owned(page: Page) -> None:
    page.get_by_test_id("play-button").click()
    page.get_by_test_id("repeat").click()
    page.get_by_test_id("repeat").click()
    expect(page.get_by_test_id("repeat")).to_have_attribute("data-repeat", "one")
    expect(page.get_by_test_id("bar-beads")).to_have_attribute("data-filled", "9", timeout=120_000)
    expect(page.get_by_test_id("owned-moment")).to_contain_text("“Harbour Lights” is yours.")
    take(page, "b3-owned")
    page.get_by_test_id("owned-moment").get_by_role("link", name="Download it").click()


def kept(page: Page) -> str:
    page.get_by_test_id("bar-play").click()
    with page.expect_download() as download:
        page.get_by_test_id("downloads").get_by_role("link", name=re.compile(KEPT)).click()
    return str(download.value.path())


def pcm_of(path: Path) -> NDArray[np.int16]:
    argv = [the_tools().ffmpeg, "-v", "error", "-i", path, "-f", "s16le", "-"]
    output = subprocess.run(argv, check=True, capture_output=True).stdout
    return np.frombuffer(output, "<i2").reshape(-1, 2)


def a_month_is_closed_and_paid_out(here: Town) -> None:
    ada = here.go("Ada", "/studio/earnings")
    follow(ada, "Enter bank details")
    at(ada, "Where payouts go")
    follow(ada, "Sign in again")
    here.sign_in("Ada")
    at(ada, "Where payouts go")
    ada.get_by_label("Who holds the account").fill("Ada Rivers")
    ada.get_by_label("IBAN").fill(IBANS[1])
    press(ada, "Use this account")
    at(ada, "Earnings")
    take(ada, "c0-earnings")
    close_and_pay(here)


def close_and_pay(here: Town) -> None:
    ada = here.page("Ada")
    tess = here.go("Tess", "/office/months")
    at(tess, "Months")
    tess.get_by_role("link", name=re.compile("^Close ")).click()
    at(tess, re.compile("^Close "))
    tess.get_by_test_id("sure").click()
    expect(tess.get_by_role("status").first).to_contain_text("The month is closed.")
    take(tess, "c1-closed")
    olga = here.go("Olga", "/office/payouts")
    at(olga, "Payouts")
    sure(olga, "Plan a run …", "Plan a payout run?")
    at(olga, re.compile("^Payout run of "))
    tess.goto(olga.url)
    follow(tess, "Approve it …")
    here.sign_in("Tess")
    at(tess, "Approve this run?")
    tess.get_by_test_id("sure").click()
    expect(tess.get_by_role("status").first).to_contain_text("under way")
    take(tess, "c2-approved")
    ada.goto(f"{here.url}/studio/earnings")
    expect(ada.get_by_test_id("payouts")).to_contain_text("Ada Rivers")
    take(ada, "c3-earnings")
    ada.get_by_test_id("statements").get_by_role("link", name=re.compile("^Proof of ")).click()
    expect(ada.get_by_test_id("proof")).to_contain_text("In the root of")
    take(ada, "c4-proof")


def a_job_is_stopped_and_done_again(here: Town, master: Path) -> None:
    ada, olga = here.go("Ada", "/studio/upload"), here.go("Olga", "/office/fleet")
    ada.get_by_test_id("files").set_input_files(str(master))
    job = olga.get_by_test_id("workers").get_by_role("link", name="Make all qualities")
    job.first.click()
    at(olga, "Make all qualities")
    olga.locator("#cancel > summary").click()
    olga.get_by_label("Why").last.fill("The machine is needed.")
    press(olga, "Yes, cancel it")
    expect(olga.get_by_role("status").first).to_contain_text("It is cancelled")
    take(olga, "d1-cancelled")
    expect(olga.get_by_role("heading", level=1)).to_be_visible()
    olga.locator("#retry > summary").click()
    press(olga, "Yes, retry")
    expect(olga.get_by_role("status").first).to_contain_text("It waits to be done again")
    here_it_is = olga.url.partition("?")[0]
    attempts = olga.get_by_test_id("attempts").get_by_role("listitem")

    def is_done() -> bool:
        olga.goto(here_it_is)
        return "done" in attempts.first.inner_text()

    until(is_done, seconds=300)
    expect(attempts).to_have_count(2)
    take(olga, "d3-done")
