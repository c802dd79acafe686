from collections.abc import Iterator

import pytest

from tests.support.house import House, open_house
from tests.support.uploading import LIMIT_BYTES, Tus


@pytest.fixture(scope="session")
def upload_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house that takes uploads, and does nothing else with them."""
    limits = {
        "upload_limit_bytes": str(LIMIT_BYTES),
        "upload_open_limit": "10000",
        "uploads_per_minute": "100000",
    }
    with open_house(tmp_path_factory.mktemp("uploads"), workers="0", **limits) as opened:
        yield opened


@pytest.fixture
def tus(upload_house: House) -> Tus:
    return Tus(upload_house)
