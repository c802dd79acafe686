"""A listener at a house that takes payments by Stripe, and all that can happen to a top-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from accounting.comparing_credit import verify_credit
from accounting.journal import balances_of, post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import apply_entries, lock_wallets, lots_of, unspent
from accounting.lots import Lot, take, taken_entries, worth
from accounting.payments.stripe import Stripe
from accounting.topup_refunds import Asked
from accounting.topups import Addresses, Wanted, order, take_message
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.models.ledger import Wallet
from catalog.models.payments import (
    Payment,
)
from catalog.payments import payment_of
from tests.support.catalog import NOON
from tests.support.stripe_server import Object, StripeServer, intent_of

HERE = Addresses(back="https://refrain.example/", webhook="https://refrain.example/hook")
PSP = Account(AccountKind.PSP, "stripe")
VAT, FEES = Account(AccountKind.VAT, "DE"), Account(AccountKind.PSP_FEES)
LOSS, SHARE = Account(AccountKind.CHARGEBACK), Account(AccountKind.COOP_SHARE)
EXCHANGE = Account(AccountKind.EXCHANGE)
ARTIST = Account(AccountKind.PAYABLE, "artist")
RESERVE = Account(AccountKind.RESERVE, "artist")
#: Of 12.50 EUR with 19 %.
NET, TAX = 10_504_202, 1_995_798


#: Where it matters that others write as well; the rest is the same on both.
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@dataclass
class Desk:
    """A listener, a house with Stripe, and what its webhook is told."""

    database: Database
    server: StripeServer
    stripe: Stripe
    listener: Caller
    clock: ManualClock = field(
        default_factory=lambda: ManualClock(datetime(2026, 11, 28, tzinfo=UTC))
    )
    keys: int = 0
    events: int = 0

    async def order(self, product: str = "credits-10", country: str = "DE") -> Payment:
        self.keys += 1
        wanted = Wanted(
            listener_id=self.listener.id,
            request_key=f"key-{self.keys}",
            product=product,
            country=country,
        )
        return await order(self.database, self.stripe, wanted, addresses=HERE, clock=self.clock)

    async def tell(self, kind: str, subject: Object, *, event: str = "") -> bool:
        self.events += 1
        body, signed = self.server.message(kind, subject, event=event or f"evt_{self.events}")
        message = (body, {"stripe-signature": signed})
        return await take_message(self.database, self.stripe, message, clock=self.clock)

    async def paid(self, payment: Payment, **how: object) -> str:
        """Let a payment be paid and told; answer the name of what was charged."""
        session = payment.provider_id or ""
        intent = self.server.pay(session, **how)  # type: ignore[arg-type] # as it takes them
        await self.tell("checkout.session.completed", told(self.server.sessions[session]))
        return intent

    async def dispute(self, intent: str, amount: int = 1250) -> Object:
        made = self.server.dispute(intent, amount=amount)
        await self.tell("charge.dispute.created", made)
        return made

    async def close(self, made: Object, status: str, **how: int) -> None:
        self.server.close(made, status, **how)
        await self.tell("charge.dispute.closed", made)

    async def spend(
        self, credits_: int, *, artist_ppm: int = 700_000, by: Caller | None = None
    ) -> None:
        """Spend credit as a play does, with an artist and the co-operative."""
        self.keys += 1
        async with self.database.begin() as session:
            who = (by or self.listener).id
            await lock_wallets(session, [who])
            found = await unspent(session, [who], now=self.clock())
            takes = take(found[who], credits_)
            [(currency, amount)] = worth(takes).items()
            part = amount * artist_ppm // 1_000_000
            entries = (
                *taken_entries(takes),
                Entry(ARTIST, -part, currency),
                Entry(SHARE, part - amount, currency),
            )
            await apply_entries(session, entries)
            txn = Transaction(
                kind=TxnKind.PLAY, key=f"play:{self.keys}", occurred_at=NOON, entries=entries
            )
            await post(session, [txn], now=self.clock())

    async def moved(self, *entries: Entry) -> None:
        self.keys += 1
        txn = Transaction(
            kind=TxnKind.PAYOUT, key=f"moved:{self.keys}", occurred_at=NOON, entries=entries
        )
        async with self.database.begin() as session:
            await post(session, [txn], now=self.clock())

    async def balances(self, *accounts: Account) -> list[int]:
        async with self.database.read() as session:
            found = await balances_of(session, accounts)
        return [found[one].get("EUR", 0) for one in accounts]

    async def now(self, payment: Payment) -> Payment:
        async with self.database.read() as session:
            return await payment_of(session, payment.id)

    async def lot(self, payment: Payment) -> Lot:
        async with self.database.read() as session:
            [lot] = await lots_of(session, [(await payment_of(session, payment.id)).lot_id or 0])
        return lot

    async def wallet(self) -> Wallet:
        async with self.database.read() as session:
            return await session.get_one(Wallet, self.listener.id)

    async def require_sound(self) -> None:
        """See that all balances, and that wallets and lots are what the journal says."""
        async with self.database.read() as session:
            for currency in ("EUR", "USD"):
                of_it = [one for one in await trial_balance(session) if one.currency == currency]
                assert sum(one.debits - one.credits for one in of_it) == 0
            assert [one async for one in verify_credit(session)] == []


def told(session: Object) -> Object:
    return {**session, "payment_intent": intent_of(session).get("id")}


def asked(payment: Payment, desk: Desk, key: str = "refund-1") -> Asked:
    return Asked(payment_id=payment.id, request_key=key, by=desk.listener.id, reason="asked for it")


async def count(database: Database, model: type) -> int:
    async with database.read() as session:
        return (await session.scalar(select(func.count()).select_from(model))) or 0
