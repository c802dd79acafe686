from datetime import timedelta
from uuid import uuid4

import pytest

from accounting.closing import close
from accounting.coop import Deferred, Total, deferred, income, liabilities
from accounting.journal import post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.months import Month, month_named
from accounting.sharing_out import give, shared
from accounting.surplus import MemberShare
from base.database import Database, Session
from base.errors import Refused
from catalog.models.ledger import CreditLot
from tests.support.books import Song, artists_part, book_play, song, worth_of

ZONE = "Europe/Berlin"
MARCH = month_named("2026-03", ZONE)
EARLY = MARCH.starts_at + timedelta(days=3)
WALLET, WALLET_PROMO = AccountKind.WALLET, AccountKind.WALLET_PROMO


async def topped_up(  # noqa: PLR0913 - a lot has as many sides
    database: Database, of: Song, *, lot: int, days: int, amount: int, kind: AccountKind = WALLET
) -> None:
    at = EARLY - timedelta(days=days)

    async def book(session: Session) -> None:
        row = CreditLot(
            id=lot, listener_id=of.listener.id, kind="paid", acquired_at=at, source=f"lot:{lot}",
            currency="EUR", credits=amount, amount=amount, vat=0, credits_left=amount,
            amount_left=amount, vat_left=0,
        )  # fmt: skip
        session.add(row)
        wallet = Account(kind, str(of.listener.id))
        entries = (
            Entry(Account(AccountKind.PSP, "manual"), amount, "EUR"),
            Entry(wallet, -amount, "EUR", lot=lot, credits=-amount),
        )
        told = Transaction(kind=TxnKind.TOPUP, key=f"lot:{lot}", occurred_at=at, entries=entries)
        await post(session, [told], now=at)

    await database.run(book)


async def plays(database: Database, of: Song, *steps: int, month: Month = MARCH) -> None:
    at = month.starts_at + timedelta(days=3)
    for step in steps:
        await database.run(lambda session, step=step: book_play(session, of, step=step, at=at))


async def closed(database: Database, month: Month) -> None:
    await close(database, month.name, zone=ZONE, clock=lambda: month.ends_at)


async def test_what_was_earned_and_is_owed_is_the_same_with_and_without_closed_months(
    database: Database,
) -> None:
    of = await song(database)
    await topped_up(database, of, lot=1, days=0, amount=5_000_000)
    await plays(database, of, 1, 2, 3)
    april = MARCH.after(1)

    async def seen() -> object:
        async with database.read() as session:
            return (
                await income(session, MARCH.starts_at, MARCH.ends_at),
                await income(session, april.starts_at, april.ends_at),
                await liabilities(session, before=MARCH.ends_at),
                await liabilities(session, before=april.ends_at),
            )

    await plays(database, of, 4, month=april)
    before = await seen()
    await closed(database, MARCH)

    part = {step: worth_of(step) - artists_part(step) for step in (1, 2, 3, 4)}
    march = Total(
        kind=AccountKind.COOP_SHARE, currency="EUR", amount=sum(part[n] for n in (1, 2, 3))
    )
    assert await seen() == before
    first, second, owed, _ = before  # type: ignore[misc] # four answers
    assert first == [march]
    assert [one.amount for one in second] == [part[4]]
    left = 5_000_000 - sum(map(worth_of, (1, 2, 3)))
    payable = sum(map(artists_part, (1, 2, 3)))
    assert {one.kind: one.amount for one in owed} == {WALLET: left, AccountKind.PAYABLE: payable}
    async with database.read() as session:
        assert sum(one.debits - one.credits for one in await trial_balance(session)) == 0


async def test_unspent_credit_is_told_by_its_age(database: Database) -> None:
    of = await song(database)
    for lot, days in enumerate((0, 29, 30, 400), start=1):
        await topped_up(database, of, lot=lot, days=days, amount=1_000_000)
    await topped_up(database, of, lot=9, days=5, amount=7, kind=WALLET_PROMO)
    await plays(database, of, 9)

    async with database.read() as session:
        found = await deferred(session, before=EARLY + timedelta(seconds=1))

    spent = worth_of(9)
    assert found == [
        Deferred(
            days=0, currency="EUR", lots=2, credits=2_000_000 - 512_000, amount=2_000_000 - spent
        ),
        Deferred(days=30, currency="EUR", lots=1, credits=1_000_000, amount=1_000_000),
        Deferred(days=365, currency="EUR", lots=1, credits=1_000_000, amount=1_000_000),
    ]


async def test_a_surplus_is_given_to_who_made_it_and_given_once(database: Database) -> None:
    of, other = await song(database), await song(database, content=b"another")
    await plays(database, of, 9)
    await plays(database, other, 8)
    year = [MARCH.after(number) for number in range(10)]
    worker = str(uuid4())

    async def asked(session: Session) -> object:
        return await shared(session, 2026, zone=ZONE, currency="EUR", worked={worker: 1})

    with pytest.raises(Refused, match="year-not-closed"):
        await database.run(asked)
    for month in year:
        await closed(database, month)

    async def given(session: Session) -> tuple[object, bool]:
        found = await shared(session, 2026, zone=ZONE, currency="EUR", worked={worker: 1})
        now = year[-1].ends_at + timedelta(days=9)
        posted = await give(session, found, of=year[-1], currency="EUR", now=now)
        return found, posted.is_new

    found, is_new = await database.run(given)
    again, is_new_again = await database.run(given)

    total = sum(worth_of(step) - artists_part(step) for step in (8, 9))
    assert found.amount == total == 276_480
    assert found.reserve == 0
    shares = {one.member: one for one in found.shares}
    assert shares[worker].amount == total * 20 // 100
    mine = shares[str(of.artist.id)]
    assert mine == MemberShare(
        member=str(of.artist.id), as_artist=82_944, as_listener=0, as_worker=0
    )
    assert (is_new, is_new_again, again) == (True, False, found)
    async with database.read() as session:
        owed = await liabilities(session, before=year[-1].ends_at + timedelta(days=10))
    earned = artists_part(8) + artists_part(9)
    assert [one.amount for one in owed if one.kind is AccountKind.PAYABLE] == [earned + total]
