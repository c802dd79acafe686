"""Credit that somebody paid for, and what is left of it."""

from __future__ import annotations

from uuid import uuid4

from accounting.journal import balance_of, post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import NewLot, add_lots, unspent
from accounting.lots import LotKind
from base.database import Database, Session
from catalog.callers import Caller
from tests.support.catalog import NOON

_CASH = {LotKind.PAID: AccountKind.BANK, LotKind.PROMO: AccountKind.PROMO}
_WALLET = {LotKind.PAID: AccountKind.WALLET, LotKind.PROMO: AccountKind.WALLET_PROMO}


async def credited(  # noqa: PLR0913 - a lot has as many sides
    database: Database,
    listener: Caller,
    millicredits: int,
    *,
    price_micros: int = 1_200_000,
    kind: LotKind = LotKind.PAID,
    vat_ppm: int = 0,
) -> int:
    """Sell credit at a price for each, or give it; answer the number of the lot.

    With a part of the price that is tax once it is spent.
    """
    key, credits_ = f"test:{uuid4()}", millicredits * 1_000
    amount = credits_ * price_micros // 1_000_000
    lot = NewLot(
        listener_id=listener.id,
        kind=kind,
        acquired_at=NOON,
        source=key,
        currency="EUR",
        country="DE" if vat_ppm else None,
        credits=credits_,
        amount=amount,
        vat=amount * vat_ppm // 1_000_000,
    )

    async def add(session: Session) -> int:
        [number] = await add_lots(session, [lot])
        wallet = Account(_WALLET[kind], str(listener.id))
        entries = (
            Entry(Account(_CASH[kind]), amount, "EUR"),
            Entry(wallet, -amount, "EUR", number, -credits_),
        )
        txn = Transaction(kind=TxnKind.TOPUP, key=key, occurred_at=NOON, entries=entries)
        await post(session, [txn], now=NOON)
        return number

    return await database.run(add)


async def left_of(database: Database, listener: Caller) -> int:
    """Answer what a listener may still spend, in millionths of a credit, as the lots have it."""
    async with database.read() as session:
        lots = (await unspent(session, [listener.id], now=NOON)).get(listener.id, [])
    return sum(lot.credits for lot in lots)


async def owed_to(database: Database, account: Account) -> int:
    """Answer what is owed to an account, in millionths of a EUR."""
    async with database.read() as session:
        return -(await balance_of(session, account)).get("EUR", 0)


async def paid_out(database: Database, account: Account, amount: int) -> None:
    """Pay an account what it is owed."""
    entries = (Entry(account, amount, "EUR"), Entry(Account(AccountKind.BANK), -amount, "EUR"))
    key = f"paid:{uuid4()}"
    txn = Transaction(kind=TxnKind.PAYOUT, key=key, occurred_at=NOON, entries=entries)
    await database.run(lambda session: post(session, [txn], now=NOON))


async def sums_to_nothing(database: Database) -> bool:
    """Whether the books balance."""
    async with database.read() as session:
        found = await trial_balance(session)
    return sum(one.debits - one.credits for one in found) == 0
