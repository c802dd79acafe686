from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import chromium


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each test or module has a context of its own in it."""
    with chromium() as opened:
        yield opened
