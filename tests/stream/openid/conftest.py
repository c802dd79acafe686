"""One house for all tests of the provider, whose clock only goes forward."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.served import Client, served


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    tmp_path_factory: pytest.TempPathFactory, valkey_server: str
) -> AsyncIterator[Client]:
    folder = tmp_path_factory.mktemp("openid")
    async with served(folder, redis_url=valkey_server) as client:
        yield client
