import pytest

from transcode.tools import Tools, find_tools


@pytest.fixture
async def tools() -> Tools:
    return await find_tools()
