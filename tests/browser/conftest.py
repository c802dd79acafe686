from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.browser import chromium
from tests.support.house import House, open_house
from tests.support.joined import CHEAP
from tests.support.shop import Shop, open_shop

#: What a page is waited for at most: what comes is seen at once, and a busy machine is no fault.
PATIENCE_MS = 60_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder: while there is one, no other event loop runs in this thread."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all who only look at pages: nobody works there, and a password is enough."""
    cheap = {name: str(value) for name, value in CHEAP.items()}
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, workers="0", second_factor="none", **cheap) as opened:
        yield opened


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One house for all who hear and send music: who spends or owns something has an account."""
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Answer a browser of somebody who was nowhere yet."""
    with browser.new_context(viewport={"width": 1200, "height": 900}, locale="en") as opened:
        opened.set_default_timeout(PATIENCE_MS)
        yield opened
