"""Payees who are owed something, and treasurers who pay it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import func, select

from accounting.bank_accounts import BankAccount, bank_account
from accounting.bank_details import enter_details
from accounting.exporting import export
from accounting.journal import balances_of, post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.paying import approve, draft
from accounting.payout_rows import payouts_in, run_of
from accounting.payouts import MICROS_PER_CENT, Policy
from base.clock import ManualClock
from base.database import Database
from base.units import Micros
from catalog.callers import Caller
from catalog.models.ledger import Period
from catalog.models.payouts import Payout, PayoutRun
from catalog.roles import Role
from tests.support.catalog import NOON, person

EUR = 100 * MICROS_PER_CENT
IBANS = ("DE89370400440532013000", "FR1420041010050500013M02606", "NL91ABNA0417164300")
COOP = bank_account(holder="Refrain eG", iban="DE89370400440532013000", bic="COBADEFFXXX")
POLICY = Policy(currency="EUR", threshold=Micros(10 * EUR), details_days=7)
BANK, FEES = Account(AccountKind.BANK), Account(AccountKind.PSP_FEES)


@dataclass
class Books:
    """Books in which months are closed, and two who keep them."""

    database: Database
    clock: ManualClock
    ada: Caller
    bob: Caller
    policy: Policy = POLICY

    async def payee(self, owed: int, *, iban: str = IBANS[1]) -> Caller:
        """Make somebody who is owed something since last month, and said where to."""
        artist = await person(self.database, Role.ARTIST)
        await self.enter(artist, iban=iban, at=NOON - timedelta(days=30))
        if owed:
            await self.earn(artist, owed, at=NOON)
        return artist

    async def enter(self, payee: Caller, *, iban: str, at: datetime | None = None) -> None:
        account = bank_account(holder=payee.name, iban=iban)
        async with self.database.begin() as session:
            await enter_details(session, payee.id, account, by=payee.id, now=at or self.clock())

    async def earn(
        self,
        payee: Caller,
        amount: int,
        *,
        at: datetime | None = None,
        kind: TxnKind = TxnKind.PLAY,
        currency: str = "EUR",
    ) -> None:
        """Owe somebody more, or less."""
        now = at or self.clock()
        earned = Transaction(
            kind=kind,
            key=f"test:{uuid4()}",
            occurred_at=now,
            entries=(
                Entry(Account(AccountKind.WALLET, "test"), amount, currency),
                Entry(payable(payee), -amount, currency),
            ),
        )
        await self.database.run(lambda session: post(session, [earned], now=now))

    async def close(self) -> None:
        """Close all until now."""
        now = self.clock()
        async with self.database.begin() as session:
            last = await session.scalar(select(func.max(Period.ends_at)))
            session.add(
                Period(
                    name=now.strftime("%y-%m%d"),
                    zone="UTC",
                    starts_at=last or now - timedelta(days=1),
                    ends_at=now,
                    closed_at=now,
                )
            )

    async def draft(self, by: Caller | None = None, *, key: str = "") -> UUID:
        run = await self.database.run(
            partial(
                draft,
                policy=self.policy,
                key=key or str(uuid4()),
                by=(by or self.ada).id,
                now=self.clock(),
            )
        )
        return run.id

    async def approve(self, run: UUID, by: Caller | None = None) -> PayoutRun:
        return await self.database.run(
            partial(approve, run_id=run, by=(by or self.bob).id, now=self.clock())
        )

    async def export(self, run: UUID, source: BankAccount = COOP) -> bytes:
        return await export(self.database, run, source=source, by=self.ada.id, now=self.clock())

    async def sent(self) -> list[Payout]:
        """Plan, approve and send a run; answer its payouts."""
        run = await self.draft()
        await self.approve(run)
        await self.export(run)
        return await self.payouts(run)

    async def payouts(self, run: UUID) -> list[Payout]:
        async with self.database.read() as session:
            return list(await payouts_in(session, run))

    async def run(self, run: UUID) -> PayoutRun:
        async with self.database.read() as session:
            return await run_of(session, run)

    async def balance(self, *accounts: Account) -> list[int]:
        async with self.database.read() as session:
            found = await balances_of(session, accounts)
        return [found[one].get("EUR", 0) for one in accounts]

    async def everything(self) -> list[object]:
        """Answer all balances but those of no consequence."""
        async with self.database.read() as session:
            balances = await trial_balance(session)
        return [
            (one.account, one.debits - one.credits) for one in balances if one.debits != one.credits
        ]


def payable(payee: Caller) -> Account:
    return Account(AccountKind.PAYABLE, str(payee.id))


def reserve(payee: Caller) -> Account:
    return Account(AccountKind.RESERVE, str(payee.id))


def transit(payout: Payout) -> Account:
    return Account(AccountKind.TRANSIT, str(payout.id))


async def books(database: Database) -> Books:
    """Open books, the day after a month that is closed."""
    ada, bob = [await person(database, Role.TREASURER) for _ in range(2)]
    return Books(database=database, clock=ManualClock(NOON), ada=ada, bob=bob)
