"""Real services for the tests, begun when one first asks and ended with the run."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis.asyncio
from hypothesis import settings
from xdist.remote import Producer

from base.database import Database
from base.storage.port import Storage
from base.tools import open_storage
from tests.support.catalog import migrated, open_database, sqlite_template
from tests.support.compiling import share_compiled
from tests.support.folders import quick_folder, service_folder
from tests.support.postgres import a_database, new_database, open_to_all, postgres
from tests.support.renditions import the_tools
from tests.support.s3 import bucket, s3_server, share_services
from tests.support.sharing import ByFile, longest_first, stand_back, workers
from tests.support.valkey import valkey
from transcode.tools import Tools

#: What was written is told at once: tests ask again before a moment has passed.
os.environ.setdefault("REFRAIN_PUBLIC_MOMENT_S", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)
    gc.freeze()  # what was imported and collected stays


def pytest_xdist_auto_num_workers() -> int:
    return workers()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


# How long an example takes says more of the machine than of the code. A run is the same each time,
# so that what fails is what was changed; `make chaos` looks further, and never at the same.
settings.register_profile("refrain", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("chance", deadline=None, max_examples=400)
settings.load_profile("refrain")
# Nearly all that is made while tests are collected stays: to look for rings in it again and again
# takes as long as the tests of a room.
gc.set_threshold(50_000)
stand_back()
share_compiled()
share_services()


@pytest.fixture(scope="session")
def tools() -> Tools:
    return the_tools()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with quick_folder(tmp_path_factory, "postgres") as folder:
        open_to_all(folder)
        with postgres(folder) as address:
            yield address


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """Answer the address of a new, empty database."""
    async with a_database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/refrain.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    return asyncio.run(migrated(asyncio.run(new_database(postgres_server))))


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str) -> str:
    Path(sqlite_url.partition(":///")[2]).write_bytes(sqlite_template())
    return sqlite_url


@pytest.fixture
async def migrated_postgres_url(postgres_template: str) -> AsyncIterator[str]:
    server, _, name = postgres_template.rpartition("/")
    async with a_database(server, template=name) as url:
        yield url


@pytest.fixture(scope="session")
def trigrams_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Answer a database with all tables, of a server that has pg_trgm, which wheels have not."""
    with quick_folder(tmp_path_factory, "trigrams") as folder:
        open_to_all(folder)
        with postgres(folder, contrib=True) as address:
            yield asyncio.run(migrated(asyncio.run(new_database(address))))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Answer the address of a new database with all tables: a copy costs less than migrations."""
    kind = {"sqlite": "migrated_sqlite_url", "postgresql": "migrated_postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service_folder(tmp_path_factory, "valkey") as folder, valkey(folder) as address:
        yield address


@pytest.fixture
async def valkey_url(valkey_server: str) -> str:
    async with redis.asyncio.from_url(valkey_server) as client:
        await client.flushall()
    return valkey_server


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service_folder(tmp_path_factory, "s3") as folder, s3_server(folder) as endpoint:
        yield endpoint


@pytest.fixture
def s3_url(s3_endpoint: str) -> Iterator[str]:
    """Answer the address of a new, empty bucket."""
    with bucket(s3_endpoint) as url:
        yield url


@pytest.fixture
def disk_url(tmp_path: Path) -> str:
    return f"file://{tmp_path}/objects"


@pytest.fixture(params=["disk", "s3"])
def storage_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def storage(storage_url: str) -> AsyncIterator[Storage]:
    async with open_storage(storage_url) as opened:
        yield opened
