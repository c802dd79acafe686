from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import chromium
from tests.support.house import House, open_house
from tests.support.joined import CHEAP

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
    """One house for all who only look at pages: nobody works there."""
    cheap = {name: str(value) for name, value in CHEAP.items()}
    with open_house(tmp_path_factory.mktemp("house"), workers="0", **cheap) as opened:
        yield opened
