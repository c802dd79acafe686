"""Every page there is, in one house: fit for all, quiet, of one house alone, and used by keys.

Each is loaded once, by night on the smallest phone that counts (WCAG 1.4.10: 320 px), and looked
at again there by day and wide, where what differs is what is seen: contrast, sizes, order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from stream.pages.language import LANGUAGE_COOKIE
from tests.support.axe import axe
from tests.support.by_keys import Hands
from tests.support.demo import SMALL, Demo, open_demo
from tests.support.every_page import PAGES

pytestmark = pytest.mark.long

_PHONE, _DESK = {"width": 320, "height": 740}, {"width": 1280, "height": 900}
#: Who looks at all in Spanish; the others read English.
_SPANISH = {"noor", "mo"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with open_demo(tmp_path_factory.mktemp("demo"), SMALL) as opened:
        yield opened


@pytest.mark.parametrize("who", PAGES)
def test_pages_are_for_everybody(demo: Demo, browser: Browser, who: str) -> None:
    wrong: list[str] = []
    language = "es" if who in _SPANISH else "en"
    with browser.new_context(viewport=_PHONE, color_scheme="dark") as context:  # type: ignore[arg-type]
        cookies = {LANGUAGE_COOKIE: language, **demo.browser_of(who)}
        context.add_cookies(
            [{"name": name, "value": value, "url": demo.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("request", lambda asked: wrong.extend(_strange(demo, asked.url)))
        for address in PAGES[who].values():
            wrong += look(page, demo, address.format_map(demo.places), language)
    assert wrong == []


def look(page: Page, demo: Demo, path: str, language: str) -> Iterator[str]:
    """Answer what is wrong with a page, one line each."""
    answer = page.goto(demo.url + path, wait_until="load")
    if page.locator("#interface").count():  # the description is drawn by a script, and later
        page.locator("#interface .opblock-tag").first.wait_for()
    if answer is None or answer.status != 200:
        yield f"{path}: status {answer.status if answer else None}"
    lang, title, headings = page.evaluate(
        "[document.documentElement.lang, document.title, document.querySelectorAll('h1').length]"
    )
    if (lang, headings) != (language, 1) or not title:
        yield f"{path}: lang {lang}, title {title!r}, {headings} h1"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"{path}: {wide} px wider than a phone"
    yield from (f"{path}, phone: {one}" for one in axe(page))
    page.set_viewport_size(_DESK)
    page.emulate_media(color_scheme="light")
    yield from (f"{path}, desk: {one}" for one in axe(page, seen_only=True))
    page.set_viewport_size(_PHONE)
    page.emulate_media(color_scheme="dark")


def _strange(demo: Demo, url: str) -> list[str]:
    return [] if re.match(rf"{demo.url}/|data:|blob:", url) else [f"asked {url}"]


def signed_in(demo: Demo, browser: Browser, who: str) -> Page:
    """Open a window in which somebody is signed in."""
    context = browser.new_context(viewport=_DESK, locale="en", reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": demo.url}
            for name, value in demo.browser_of(who).items()
        ]
    )
    return context.new_page()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_listener_needs_no_mouse(demo: Demo, browser: Browser) -> None:
    page = signed_in(demo, browser, "noor")
    hands = Hands(page)
    page.goto(demo.url)

    hands.press("Tab")
    assert hands.at == "Skip to the content"
    expect(page.locator(".skip")).to_be_in_viewport()
    hands.press("Enter")
    expect(page.locator("#page")).to_be_focused()
    page.reload()
    order = hands.go_round()
    assert order[:3] == ["Skip to the content", "Refrain, to the beginning", "Home"]
    assert len(order) > 20

    # A menu takes the focus, and gives it back.
    hands.go_to("Account: Noor")
    hands.press("Enter", "Tab")
    assert hands.at == "Your account"
    hands.press("Escape")
    assert hands.at.startswith("Account: Noor")
    expect(page.locator("#account-menu")).to_be_hidden()

    # What is looked for is found, opened and played.
    hands.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("harbour years")
    expect(page.get_by_test_id("found-release")).to_be_visible()
    hands.go_to("Harbour Years")
    hands.press("Enter")
    heading(page, "Harbour Years")
    hands.go_to("Play")
    hands.press("Enter")
    expect(page.get_by_test_id("bar-title")).to_have_text("First Ferry")

    # The queue and the box in which one buys: into them, no further, and back.
    hands.go_to("Buy")
    hands.press("q")
    expect(page.get_by_test_id("queue-panel")).to_be_visible()
    hands.press("Escape")
    expect(page.get_by_test_id("queue-panel")).to_have_count(0)
    buy = page.get_by_test_id("buy-button")
    buy.focus()
    hands.press("Enter")
    expect(page.get_by_test_id("buy-price")).to_be_visible()
    for _ in range(6):
        hands.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    hands.press("Escape")
    expect(buy).to_be_focused()
    assert hands.faults == []
    page.context.close()


def test_an_artist_and_an_operator_need_none(demo: Demo, browser: Browser) -> None:
    page = signed_in(demo, browser, "mara")
    hands = Hands(page)
    page.goto(f"{demo.url}/studio/releases/{demo.places['draft']}")
    titles = page.get_by_test_id("track").locator("input[name=title]")
    page.wait_for_selector("td.place[draggable=true]")
    order = hands.go_round()
    assert len(order) > 30
    titles.nth(0).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Cartographers")
    hands.press("Enter")
    expect(titles.nth(1)).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: Title")
    hands.press("Shift+Tab")
    assert hands.faults == []
    page.context.close()

    page = signed_in(demo, browser, "olga")
    hands = Hands(page)
    page.goto(f"{demo.url}/office/jobs?state=quarantined")
    hands.go_round()
    hands.go_to("Make all qualities")
    hands.press("Enter")
    expect(page).to_have_url(f"{demo.url}/office/jobs/{demo.places['job']}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    hands.go_to("Retry")
    hands.press("Enter")
    hands.go_to("Yes, retry")
    assert hands.faults == []
    page.context.close()
