"""What payment providers say that they received for us, asked payment by payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounting.payments.manual import Manual
from accounting.payments.port import Provider, Standing
from base.database import Database
from base.errors import Refused
from catalog.payments import payments_since


class ProviderSide:
    """A provider, as reconciliation asks it: for each payment that we ever asked it for.

    What somebody paid there without our asking is none of ours, and not found.
    """

    def __init__(self, database: Database, provider: Provider) -> None:
        """Ask nothing yet."""
        self.name = provider.name
        self._database = database
        self._provider = provider

    async def settled(self, since: datetime) -> Mapping[str, int]:
        """Answer what was received for each payment that was asked for, or paid, since a time.

        In micro-units, by the provider's own ids; nothing for one that was not paid.

        Raises:
            Unavailable: it cannot be reached.

        """
        async with self._database.read() as session:
            payments = await payments_since(session, self.name, since=since)
            ids = [one.provider_id for one in payments if one.provider_id]
        return {one: await self._received(one) for one in ids}

    async def _received(self, provider_id: str) -> int:
        try:
            report = await self._provider.fetch(provider_id)
        except Refused:  # it knows of no such payment
            return 0
        received = report.received or report.paid
        return received.micros if report.standing is Standing.PAID and received else 0


def sides_of(database: Database, providers: Iterable[Provider]) -> list[ProviderSide]:
    """Answer the providers that can be asked: whoever pays by hand, only a treasurer knows."""
    return [ProviderSide(database, one) for one in providers if not isinstance(one, Manual)]
