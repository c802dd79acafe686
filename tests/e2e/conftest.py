from collections.abc import Iterator

import pytest

from tests.support.house import House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all tests that only use it; a second of music counts as a play."""
    with open_house(
        tmp_path_factory.mktemp("house"), play_threshold_s="1", webhooks_to_private="true"
    ) as opened:
        yield opened
