"""How a page comes to a slow telephone: what Chromium tells of it, throttled as Lighthouse does.

Times are in milliseconds since the page was asked for; bytes are those that were sent.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, async_playwright

#: Of Lighthouse's telephone: 150 ms there and back, 1.6 Mbit/s and 750 kbit/s, a fourth of a core.
_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_SLOWER = 4
_SCREEN: Any = {"width": 412, "height": 823}
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: A task that takes longer keeps a press waiting.
_LONG_MS = 50.0
_TOLD = """(() => {
  const told = (window.told = { fcp: 0, lcp: 0, cls: 0, ready: 0, long: [] });
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take))
      .observe({ type, buffered: true });
  watch("paint", (one) => one.name === "first-contentful-paint" && (told.fcp = one.startTime));
  watch("largest-contentful-paint", (one) => (told.lcp = one.startTime));
  watch("layout-shift", (one) => one.hadRecentInput || (told.cls += one.value));
  watch("longtask", (one) => told.long.push([one.startTime, one.duration]));
  customElements.whenDefined("refrain-player").then(() => (told.ready = performance.now()));
})()"""
#: Until the page is loaded, and no task was long for five seconds.
_QUIET = """() => {
  const [, length] = told.long.at(-1) ?? [0, 0];
  const last = (told.long.at(-1)?.[0] ?? 0) + length;
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  return loaded > 0 && performance.now() - Math.max(last, loaded) > 5000;
}"""
_SENT = """() => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize])"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a page came: its first and its largest picture, what moved, and when it could be used.

    `blocked_ms` is what long tasks had beyond 50 ms between the first picture and `usable_ms`, from
    when on none was long and the player was there, where the page has one.
    """

    fcp_ms: float
    lcp_ms: float
    shifted: float
    blocked_ms: float
    usable_ms: float
    requests: int
    #: By what it was: page, style, script, other.
    sent: Mapping[str, int]


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Answer a Chromium: the machine's, else Playwright's own."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


async def seen(browser: Browser, url: str, *, token: str = "") -> Seen:
    """Look at a page as who comes for the first time."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    context = await browser.new_context(
        viewport=_SCREEN, is_mobile=True, has_touch=True, locale="en", extra_http_headers=headers
    )
    try:
        page = await context.new_page()
        debugger = await context.new_cdp_session(page)
        await debugger.send("Network.enable")
        await debugger.send("Network.emulateNetworkConditions", _LINE)
        await debugger.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        await page.add_init_script(_TOLD)
        await page.goto(url)
        await page.wait_for_function(_QUIET, polling=250, timeout=60_000)
        return _read(await page.evaluate("told"), await page.evaluate(_SENT))
    finally:
        await context.close()


def _read(told: Mapping[str, Any], sent: list[tuple[str, int]]) -> Seen:
    ends = [start + length for start, length in told["long"]]
    usable_ms = max(told["fcp"], told["ready"], *ends, 0.0)
    after = [length for start, length in told["long"] if start >= told["fcp"]]
    by_kind: Counter[str] = Counter()
    for number, (path, size) in enumerate(sent):
        ending = path.rpartition(".")[2]
        kind = {"css": "style", "js": "script"}.get(ending, "other") if number else "page"
        by_kind[kind] += size
    return Seen(
        fcp_ms=told["fcp"],
        lcp_ms=told["lcp"],
        shifted=told["cls"],
        blocked_ms=sum(length - _LONG_MS for length in after),
        usable_ms=usable_ms,
        requests=len(sent),
        sent=by_kind,
    )
