from collections.abc import Iterator

import pytest

from tests.support.house import House, open_house
from tests.support.uploading import LIMIT_BYTES, Tus


@pytest.fixture(scope="session")
def upload_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house that takes uploads, and does nothing else with them."""
    folder = tmp_path_factory.mktemp("uploads")
    with open_house(folder, workers="0", upload_limit_bytes=str(LIMIT_BYTES)) as opened:
        yield opened


@pytest.fixture
def tus(upload_house: House) -> Tus:
    return Tus(upload_house)
