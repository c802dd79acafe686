"""A desk, and the database that it is on: SQLite unless a test asks for both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from accounting.payments.stripe import Stripe
from base.database import Database
from catalog.roles import Role
from tests.support.catalog import person
from tests.support.stripe_server import SECRET, StripeServer, stripe_server
from tests.support.topups import Desk


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"migrated_{kind}_url")
    return url


@pytest.fixture
async def server() -> AsyncIterator[StripeServer]:
    async with stripe_server() as running:
        yield running


@pytest.fixture
async def desk(database: Database, server: StripeServer) -> AsyncIterator[Desk]:
    stripe = Stripe(key="sk_test_1", webhook_secret=SECRET, url=server.url)
    listener = await person(database, Role.LISTENER)
    made = Desk(database=database, server=server, stripe=stripe, listener=listener)
    yield made
    await made.require_sound()
