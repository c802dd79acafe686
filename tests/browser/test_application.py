"""The pages as an application: installed, there without a network, succeeded by a new version, and
how little a first page weighs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.axe import axe
from tests.support.browser import use_token
from tests.support.house import until
from tests.support.shop import Shop, newcomer

#: Of a telephone, as Lighthouse measures: 150 ms there and back, 1.6 Mbit/s and 750 kbit/s.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
PHONE = {"width": 412, "height": 823}
SCRIPT_BYTES, ALL_BYTES, REQUESTS, SHIFTED = 150_000, 300_000, 40, 0.01
#: Waits for nothing that was not there already: shifts, and what they are of.
OBSERVED = """(() => {
  window.shifted = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      if (!one.hadRecentInput)
        window.shifted.push([one.value, one.sources.map((it) => it.node?.outerHTML?.slice(0, 80))]);
  }).observe({ type: "layout-shift", buffered: true });
})()"""
WEIGHED = """() => {
  const all = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
  return all.map(({ name, encodedBodySize, renderBlockingStatus }) => ({
    path: new URL(name).pathname, bytes: encodedBodySize, blocks: renderBlockingStatus,
  }));
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const { pathname, search } = new URL(url);
      found.push([pathname + search, await (await cache.match(url, { ignoreVary: true })).text()]);
    }
  }
  return found;
}"""
ACTIVE = "async () => (await navigator.serviceWorker.ready).active.scriptURL"
#: Notes that the page has begun its worker, which is behind all else.
BEGUN = """(() => {
  const { register } = ServiceWorkerContainer.prototype;
  ServiceWorkerContainer.prototype.register = function (...all) {
    window.begun = true;
    return register.apply(this, all);
  };
})()"""
#: Scripts that ran do not run again.
OF_BEFORE = (
    """document.querySelector('head script[type="module"]').src = "/assets/app-before.js";"""
)
ACCOUNT = "document.querySelector('#shell').dataset.account"


def playing(context: BrowserContext, shop: Shop) -> Page:
    """Answer a page that plays, and has a worker beside it."""
    page = context.new_page()
    use_token(page, shop.house.url, newcomer(shop.house, "Lou"))
    expect(page.get_by_test_id("balance")).to_be_visible()
    page.evaluate(ACTIVE)
    page.goto(shop.address)
    page.get_by_test_id("play-all").click()
    expect(page.get_by_test_id("player")).to_have_attribute("data-playing", "true")
    return page


def goes_on(page: Page) -> bool:
    """Tell whether what is heard is heard further."""
    before = page.get_by_test_id("bar-time").text_content()
    return bool(until(lambda: page.get_by_test_id("bar-time").text_content() != before))


def seen(page: Page, name: str) -> None:
    if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_browsers_can_install_it(shop: Shop, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{shop.house.url}/?lang=es")
    page.evaluate(ACTIVE)
    debugger = context.new_cdp_session(page)

    told = debugger.send("Page.getAppManifest")
    assert told["errors"] == []
    assert "Música que pasa a ser tuya" in told["data"]
    found = debugger.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Contexts of tests are private windows, which nothing is installed from.
    assert {one["errorId"] for one in found} <= {"in-incognito"}
    answer = page.request.get(f"{shop.house.url}/service-worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert page.request.get(answer.url, headers=tag).status == 304


def test_without_a_network_music_goes_on_and_pages_say_so(
    shop: Shop, context: BrowserContext
) -> None:
    page = playing(context, shop)
    account = page.evaluate(ACCOUNT)
    other = context.new_page()
    other.goto(f"{shop.house.url}/?lang=es")

    kept = page.evaluate(KEPT)
    paths = [path for path, _ in kept]
    assert {path.split("/")[1].split("?")[0] for path in paths} == {"assets", "language", "offline"}
    # Nobody is in it, and no page but one that shows nobody.
    texts = [text for path, text in kept if not path.startswith("/assets/")]
    assert [text for text in texts if account in text or "data-account" in text] == []

    context.set_offline(True)
    other.goto(shop.address)
    expect(other.get_by_role("heading", level=1)).to_have_text("No tienes conexión")
    expect(other.get_by_role("link", name="Entrar")).to_have_count(0)
    assert axe(other) == []
    seen(other, "offline")
    assert goes_on(page)
    page.get_by_role("link", name="Ebb", exact=True).first.click()
    expect(page.get_by_test_id("toast").last).to_contain_text("offline")
    assert goes_on(page)

    context.set_offline(False)
    expect(other.get_by_role("heading", level=1)).to_have_text("Tide")
    assert goes_on(page)


def test_a_new_version_waits_until_somebody_asks_for_it(
    shop: Shop, context: BrowserContext
) -> None:
    context.add_init_script(BEGUN)
    page = playing(context, shop)
    until(lambda: page.evaluate("window.begun === true"))
    before = "async () => { await caches.open('refrain-before'); }"
    page.evaluate(before)
    toasts = page.get_by_test_id("toast").filter(has_text="A new version is here.")

    # The page is of it already: it takes over, and nobody need know.
    page.evaluate("navigator.serviceWorker.register('/service-worker.js?same')")
    until(lambda: "refrain-before" not in page.evaluate("caches.keys()"))
    expect(toasts).to_have_count(0)
    assert goes_on(page)

    page.evaluate(before)
    page.evaluate(OF_BEFORE)
    page.evaluate("navigator.serviceWorker.register('/service-worker.js?next')")
    expect(toasts).to_be_visible()
    assert axe(page) == []
    seen(page, "update")
    for _ in range(4):  # notes that pass do not push it out
        page.evaluate("dispatchEvent(new Event('online')) && null")
    expect(toasts).to_be_visible()
    assert goes_on(page)
    assert "refrain-before" in page.evaluate("caches.keys()")
    with page.expect_navigation():
        toasts.get_by_role("button", name="Reload").click()
    # Who takes over deletes what was kept before.
    assert "refrain-before" not in page.evaluate("caches.keys()")
    # What was heard is there again, where it was.
    expect(page.get_by_test_id("bar-title")).to_have_text("Ebb")


@pytest.mark.parametrize("place", ["home", "release", "home of a listener"])
def test_a_first_page_is_light_and_stands_still(shop: Shop, browser: Browser, place: str) -> None:
    known = {"Authorization": f"Bearer {shop.house.listener}"} if "listener" in place else {}
    with browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="es",
        device_scale_factor=2,
        extra_http_headers=known,
    ) as context:
        context.set_default_timeout(40_000)
        page = context.new_page()
        debugger = context.new_cdp_session(page)
        debugger.send("Network.emulateNetworkConditions", SLOW)
        debugger.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.add_init_script(OBSERVED)
        page.goto(shop.address if place == "release" else shop.house.url)
        page.evaluate(
            "Promise.all([customElements.whenDefined('refrain-player'), document.fonts.ready])"
        )

        weighed: list[dict[str, Any]] = page.evaluate(WEIGHED)
        scripts = [one for one in weighed if one["path"].endswith(".js")]
        assert 0 < sum(one["bytes"] for one in scripts) <= SCRIPT_BYTES, scripts
        assert sum(one["bytes"] for one in weighed) <= ALL_BYTES, weighed
        assert len(weighed) <= REQUESTS, weighed
        blocking = [one["path"] for one in weighed if one["blocks"] == "blocking"]
        assert [path for path in blocking if not path.startswith("/assets/style-")] == []
        shifted = page.evaluate("window.shifted")
        assert sum(value for value, _ in shifted) < SHIFTED, shifted
