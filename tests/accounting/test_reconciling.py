"""What somebody changed who owns the database is found, and told in a sentence each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.reconciliation import Check, Difference
from accounting.reconciliations import forget_reconciliations, note_reconciliation
from accounting.reconciling import ask, reconcile
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.models.base import table_of
from catalog.models.ledger import CreditLot, LedgerEntry, Wallet
from catalog.models.plays import Counter, Play, PlaySession
from catalog.models.reconciling import Reconciliation
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.tampering import unguard

PAID, PRICE = 1_200_000, 2_400
CREDITS, PLAY_CREDITS = 1_000_000, 2_000
SOON = NOON + timedelta(minutes=5)
WITHIN = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("listener")


class Provider:
    """A payment provider that remembers what it was told."""

    name = "stripe"

    def __init__(self, received: Mapping[str, int]) -> None:
        self.received = received

    async def settled(self, since: datetime) -> Mapping[str, int]:
        del since
        return self.received


@pytest.fixture
async def listener(database: Database) -> Caller:
    """Answer one who bought a credit and heard a track once, all of it booked as it should be."""
    clock = ManualClock(NOON)
    artist = await person(database, Role.ARTIST)
    track = (await accepted(database, artist)).track_id
    listener = await person(database, Role.LISTENER)
    play = await qualified(database, clock, listener=listener, track_id=track)
    wallet = Account(AccountKind.WALLET, str(listener.id))
    async with database.begin() as session:
        topup = Transaction(
            kind=TxnKind.TOPUP,
            key="topup:1",
            occurred_at=NOON,
            entries=(
                Entry(Account(AccountKind.PSP, "stripe"), PAID, "EUR"),
                Entry(wallet, -PAID, "EUR", lot=1, credits=-CREDITS),
            ),
            facts={"provider": "stripe", "provider_id": "pi_1"},
        )
        charge = Transaction(
            kind=TxnKind.PLAY,
            key=f"play:{play}",
            occurred_at=NOON,
            entries=(
                Entry(wallet, PRICE, "EUR", lot=1, credits=PLAY_CREDITS),
                Entry(Account(AccountKind.PAYABLE, str(artist.id)), -PRICE, "EUR"),
            ),
        )
        await session.execute(insert(table_of(Wallet)), _wallet(listener))
        await session.execute(insert(table_of(CreditLot)), _lot(listener))
        _, charged = await post(session, [topup, charge], now=NOON)
        heard = await session.get_one(PlaySession, play)
        heard.state = PlayState.SETTLED
        key = {"listener_id": listener.id, "recording_id": heard.recording_id}
        await session.execute(insert(table_of(Counter)), {**key, "plays": 1})
        facts = {"session_id": play, "track_id": track, "payee_id": artist.id, "kind": "paid"}
        price = {"step": 1, "price_millicredits": 2, "txn_id": charged.id}
        at = {"occurred_at": NOON, "settled_at": NOON}
        await session.execute(
            insert(table_of(Play)), {"id": uuid4(), **key, **facts, **price, **at}
        )
    return listener


def _wallet(listener: Caller) -> dict[str, object]:
    left = {"balance_micros": CREDITS - PLAY_CREDITS, "promo_micros": 0}
    return {"listener_id": listener.id, **left}


def _lot(listener: Caller) -> dict[str, object]:
    sold = {"credits": CREDITS, "amount": PAID, "vat": 0}
    left = {"credits_left": CREDITS - PLAY_CREDITS, "amount_left": PAID - PRICE, "vat_left": 0}
    about = {"kind": "paid", "acquired_at": NOON, "source": "topup:1", "currency": "EUR"}
    return {"id": 1, "listener_id": listener.id, **about, **sold, **left}


async def differences(
    database: Database, *providers: Provider, now: datetime = SOON
) -> dict[Check, Difference]:
    asked = await ask(providers, now=now, days=1)
    async with database.read() as session:
        found = await reconcile(session, asked, now=now, chained_within=WITHIN)
    return {one.check: one for each in found for one in each.differences}


async def test_books_in_order_agree_in_all(database: Database) -> None:
    assert await differences(database, Provider({"pi_1": PAID})) == {}


async def test_each_check_compares_something(database: Database) -> None:
    async with database.read() as session:
        found = await reconcile(session, now=SOON + 2 * WITHIN, chained_within=WITHIN)

    figures = {one.check: one.figures for one in found}
    assert set(figures) == set(Check) - {Check.PROVIDER}
    assert all(figures.values()), figures


async def test_a_payment_that_is_not_booked_or_another_sum_is_found(database: Database) -> None:
    found = await differences(database, Provider({"pi_1": PAID, "pi_2": 7}))
    assert found[Check.PROVIDER].sentence == (
        "The payment pi_2 is 7 micro-units by its provider, 0 by the journal."
    )

    [less] = (await differences(database, Provider({"pi_1": PAID - 1}))).values()
    assert (less.subject, less.expected, less.found) == ("pi_1", PAID - 1, PAID)


async def test_a_wallet_that_was_filled_by_hand_is_found(
    database: Database, listener: Caller
) -> None:
    async with database.begin() as session:
        await session.execute(update(Wallet).values(balance_micros=CREDITS))

    found = await differences(database)

    assert set(found) == {Check.LOTS, Check.WALLETS}
    assert found[Check.WALLETS].subject == f"wallet:{listener.id}"
    assert (found[Check.WALLETS].expected, found[Check.WALLETS].found) == (998_000, 1_000_000)


async def test_a_lot_that_is_worth_more_is_found(database: Database, listener: Caller) -> None:
    async with database.begin() as session:
        await session.execute(update(CreditLot).values(amount_left=PAID))

    [found] = (await differences(database)).values()

    assert (found.check, found.subject) == (Check.WORTH, f"wallet:{listener.id} in EUR")


async def test_an_entry_that_was_changed_is_found(database: Database) -> None:
    async with database.begin() as session:
        await unguard(session, "ledger_entries")
        is_wallet = LedgerEntry.lot == 1, LedgerEntry.amount > 0
        await session.execute(
            update(LedgerEntry).where(*is_wallet).values(amount=PRICE + 1, credits=2_001)
        )

    found = await differences(database)

    assert set(found) == {Check.BALANCE, Check.WALLETS, Check.WORTH, Check.CHARGED}
    assert (found[Check.BALANCE].subject, found[Check.BALANCE].found) == ("EUR", 1)


async def test_a_play_that_is_gone_is_found(database: Database) -> None:
    async with database.begin() as session:
        await unguard(session, "plays")
        await session.execute(delete(Play))

    assert set(await differences(database)) == {Check.PLAYED, Check.SESSIONS, Check.COUNTERS}


async def test_a_play_that_was_put_in_is_found(database: Database) -> None:
    async with database.begin() as session:
        [row] = (await session.execute(select(table_of(Play)))).mappings()
        [heard] = (await session.execute(select(table_of(PlaySession)))).mappings()
        another: UUID = uuid4()
        await session.execute(insert(table_of(PlaySession)), {**heard, "id": another})
        fake = {"id": uuid4(), "session_id": another, "txn_id": None, "step": 2}
        await session.execute(insert(table_of(Play)), {**row, **fake, "price_millicredits": 4})

    found = await differences(database)

    assert set(found) == {Check.BOOKED, Check.COUNTERS}
    assert found[Check.BOOKED].expected == 4
    assert (found[Check.COUNTERS].expected, found[Check.COUNTERS].found) == (2, 1)


async def test_a_chain_that_does_not_keep_up_is_found(database: Database) -> None:
    [found] = (await differences(database, now=NOON + WITHIN + timedelta(seconds=1))).values()

    assert found.sentence == (
        "2 transactions are not in the chain yet, the oldest of them of 2026-11-24 12:00 UTC."
    )


async def test_what_was_found_is_kept_for_a_while(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(update(CreditLot).values(amount_left=PAID))
    async with database.read() as session:
        found = await reconcile(session, now=SOON, chained_within=WITHIN)
    async with database.begin() as session:
        row = await note_reconciliation(session, found, started_at=NOON, now=SOON)
        await forget_reconciliations(session, before=SOON)
        assert await session.get(Reconciliation, row.id) is not None
        await forget_reconciliations(session, before=SOON + WITHIN)

    assert row.codes == {"lots-journal": 1}
    assert [one["code"] for one in row.differences] == ["lots-journal"]
    assert row.figures["wallet-lots"] == 2
