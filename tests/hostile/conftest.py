import asyncio
from pathlib import Path

import pytest

from tests.support.formats import TAKEN, converted
from transcode.tools import Tools, find_tools


@pytest.fixture(scope="session")
def engine() -> Tools:
    return asyncio.run(find_tools())


@pytest.fixture(scope="session")
def forms(engine: Tools, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A third of a second in every form that is taken."""
    return converted(engine.ffmpeg, tmp_path_factory.mktemp("forms"), TAKEN)
