import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.browser import open_account_menu, use_token
from tests.support.house import House
from tests.support.masters import tone


def test_a_payee_sees_a_share_that_waits_and_accepts_it(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    track = house.put(tone(tmp_path / "Evening Song.wav", seconds=2)).json["track"]
    artist, listener = (
        house.ask("GET", "/api/v1/payees", token=token).json["payees"][0]["id"]
        for token in (house.artist, house.listener)
    )
    shares = [{"payee": artist, "ppm": 666_667}, {"payee": listener, "ppm": 333_333}]
    split = {"track": track, "shares": shares}
    key = {"Idempotency-Key": "once"}
    made = house.ask("POST", "/api/v1/splits", token=house.artist, data=split, headers=key)
    assert made.status == 201
    long_name = "The Extraordinarily Long-Named Recording Company & Sons"
    label = {"kind": "label", "name": long_name}
    keys = [{"Idempotency-Key": one} for one in ("label", "contract", "mine")]
    made = house.ask("POST", "/api/v1/payees", token=house.listener, data=label, headers=keys[0])
    contract = {"label": made.json["id"], "artist": artist, "ppm": 123_456}
    made = house.ask(
        "POST", "/api/v1/contracts", token=house.listener, data=contract, headers=keys[1]
    )
    assert made.status == 201
    faults: list[str] = []

    with browser.new_context(viewport={"width": 1000, "height": 800}) as context:
        page = context.new_page()
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        use_token(page, house.url, house.listener)
        open_account_menu(page)
        page.get_by_role("link", name="Shares").click()
        expect(page.get_by_test_id("waiting")).to_contain_text("Evening Song")
        expect(page.get_by_test_id("waiting")).to_contain_text("33.3333 %")
        if folder := os.environ.get("REFRAIN_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / "shares.png")
        page.set_viewport_size({"width": 360, "height": 740})
        if folder:
            page.screenshot(path=Path(folder) / "shares-phone.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.get_by_role("button", name="Accept").click()

        expect(page.get_by_test_id("waiting")).to_have_text("Nothing waits for you.")
        expect(page.get_by_test_id("others")).to_contain_text("agreed")
    assert faults == []
