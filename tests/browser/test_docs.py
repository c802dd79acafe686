"""The description as people read it, under the strict policy of our pages."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.house import House


def test_the_interface_is_read_and_tried_out_in_a_browser(house: House, browser: Browser) -> None:
    faults: list[str] = []
    strangers: list[str] = []

    with browser.new_context(viewport={"width": 1100, "height": 900}) as context:
        page = context.new_page()
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((house.url, "data:")) else strangers.append(asked.url)
            ),
        )
        page.goto(f"{house.url}/docs")
        page.get_by_role("link", name="topup-products", exact=True).click()
        page.get_by_text("Packs of credits that are sold").first.click()
        if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / "docs.png")
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()

        expect(page.locator(".live-responses-table tr.response .response-col_status")).to_have_text(
            "200"
        )
        if folder:
            page.screenshot(path=Path(folder) / "docs-tried.png")

    assert (faults, strangers) == ([], [])
