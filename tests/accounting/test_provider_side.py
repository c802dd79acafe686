"""What providers received is asked payment by payment, of those there are."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.payments.port import Checkout, Notice, Order, Report, Standing, unknown_payment
from accounting.provider_side import ProviderSide, sides_of
from base.database import Database
from catalog.roles import Role
from tests.support.catalog import NOON, person
from tests.support.suspects import paid_by


class Remembering:
    """A provider that knows of three payments: one was paid, in francs, and one was not."""

    name = "stripe"
    known: Mapping[str, Report] = {
        "pi_1": Report(
            provider_id="pi_1",
            reference="1",
            standing=Standing.PAID,
            paid=Money(micros=9_000_000, currency="CHF"),
            received=Money(micros=9_500_000, currency="EUR"),
        ),
        "pi_2": Report(provider_id="pi_2", reference="2", standing=Standing.OPEN),
    }

    async def create(self, order: Order) -> Checkout:
        raise NotImplementedError(order)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        raise NotImplementedError(body, headers)

    async def fetch(self, provider_id: str) -> Report:
        if provider_id not in self.known:
            raise unknown_payment()
        return self.known[provider_id]

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        raise NotImplementedError(provider_id, amount, key)


@pytest.fixture
async def side(database: Database) -> ProviderSide:
    fan = await person(database, Role.LISTENER)
    async with database.begin() as session:
        for number, days in enumerate((1, 1, 1, 9), start=1):
            payment = paid_by(fan, "stripe:4242")
            payment.provider_id = f"pi_{number}"
            payment.created_at = NOON - timedelta(days=days)
            session.add(payment)
        late = paid_by(fan, "stripe:4242")
        late.provider_id, late.created_at, late.paid_at = "pi_9", NOON - timedelta(days=9), NOON
        session.add(late)
    [found] = sides_of(database, [Manual(), Remembering()])
    return found


async def test_each_payment_of_a_time_is_asked_for(side: ProviderSide) -> None:
    received = await side.settled(NOON - timedelta(days=4))

    assert received == {"pi_1": 9_500_000, "pi_2": 0, "pi_3": 0, "pi_9": 0}
