from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounting.closing import close
from accounting.coop import Deferred, Total, deferred, income, liabilities
from accounting.journal import post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.months import Month, month_named
from accounting.owing import standings
from accounting.payees import add_payee
from accounting.payouts import Policy, Why, plan
from accounting.sharing_out import give, propose
from accounting.surplus import MemberShare, SharedOut
from accounting.told import payees_for, summaries
from base.database import Database, Session
from base.errors import Refused
from base.units import Micros
from catalog.callers import Caller
from catalog.models.ledger import CreditLot
from catalog.models.rights import PayeeKind
from catalog.roles import Role
from tests.support.books import Song, artists_part, book_play, song, worth_of
from tests.support.catalog import person

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
            id=lot, listener_id=of.listener.id, acquired_at=at,
            kind="promo" if kind is WALLET_PROMO else "paid", source=f"lot:{lot}",
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
    spent = {"credits": 512_000, "amount": worth_of(9)}
    async with database.begin() as session:
        lot = await session.get_one(CreditLot, 1)
        lot.credits_left -= spent["credits"]
        lot.amount_left -= spent["amount"]

    async with database.read() as session:
        found = await deferred(session, before=EARLY + timedelta(seconds=1))
        # Before it was spent, and before the newest two were bought.
        earlier = await deferred(session, before=EARLY)
        long_ago = await deferred(session, before=EARLY - timedelta(days=29))

    def since(days: int, *, lots: int, credits_: int, amount: int) -> Deferred:
        return Deferred(days=days, currency="EUR", lots=lots, credits=credits_, amount=amount)

    one = 1_000_000
    assert found == [
        since(0, lots=2, credits_=2 * one - spent["credits"], amount=2 * one - spent["amount"]),
        since(30, lots=1, credits_=one, amount=one),
        since(365, lots=1, credits_=one, amount=one),
    ]
    assert [(each.days, each.amount) for each in earlier] == [(0, one), (30, one), (365, one)]
    assert [(each.days, each.amount) for each in long_ago] == [(0, one), (365, one)]


async def test_a_surplus_is_given_to_who_made_it_and_given_once(database: Database) -> None:
    of, other = await song(database), await song(database, content=b"another")
    await plays(database, of, 9)
    await plays(database, other, 8)
    year = [MARCH.after(number) for number in range(10)]
    ada, bob = [await person(database, Role.TREASURER) for _ in "ab"]
    worker, now = str(ada.id), year[-1].ends_at + timedelta(days=9)
    of_2026 = {"year": 2026, "zone": ZONE, "currency": "EUR"}

    async def asked(session: Session, worked: str = worker) -> SharedOut:
        return await propose(session, **of_2026, worked={worked: 1}, by=ada.id, now=now)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="year-not-closed"):
        await database.run(asked)
    for month in year:
        await closed(database, month)

    async def given(session: Session, by: Caller = bob) -> tuple[SharedOut, bool]:
        found, posted = await give(session, **of_2026, by=by.id, now=now)  # type: ignore[arg-type]
        return found, posted.is_new

    with pytest.raises(Refused, match="surplus-not-proposed"):
        await database.run(given)
    for nobody in ("bob", str(uuid4())):
        with pytest.raises(Refused, match="account-unknown"):
            await database.run(partial(asked, worked=nobody))
    await database.run(asked)
    with pytest.raises(Refused, match="second-person"):
        await database.run(partial(given, by=ada))
    found, is_new = await database.run(given)
    again, is_new_again = await database.run(given)
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await database.run(partial(given, by=of.artist))

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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_label_has_its_share_of_a_surplus_where_it_is_paid(database: Database) -> None:
    of, december = await song(database), month_named("2026-12", ZONE)
    ada, bob = [await person(database, Role.TREASURER) for _ in "ab"]
    now = december.starts_at + timedelta(days=3)

    async def earned(session: Session) -> str:
        label = await add_payee(
            session, of.artist, kind=PayeeKind.LABEL, name="Wax", country=None,
            is_spoken_for=True, now=now,
        )  # fmt: skip
        entries = (
            Entry(Account(AccountKind.WALLET, str(of.listener.id)), 2_000, "EUR"),
            Entry(Account(AccountKind.PAYABLE, str(label.id)), -1_000, "EUR"),
            Entry(Account(AccountKind.COOP_SHARE), -1_000, "EUR"),
        )
        told = Transaction(kind=TxnKind.PURCHASE, key="one", occurred_at=now, entries=entries)
        await post(session, [told], now=now)
        return str(label.id)

    label = await database.run(earned)
    await closed(database, december)
    of_2026 = {"year": 2026, "zone": ZONE, "currency": "EUR", "now": december.ends_at}
    await database.run(partial(propose, **of_2026, worked={}, by=ada.id))
    await database.run(partial(give, **of_2026, by=bob.id))
    await closed(database, december.after(1))

    async with database.read() as session:
        payees = await payees_for(session, of.artist.id)
        [told, _] = await summaries(session, label)
    assert label in payees
    assert (told.period, told.closing) == ("2027-01", 1_000 + 450)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_owed_to_nobody_stands_in_no_ones_way(database: Database) -> None:
    of = await song(database)
    await plays(database, of, 9)
    entries = (
        Entry(Account(AccountKind.COOP_SHARE), 9, "EUR"),
        Entry(Account(AccountKind.PAYABLE, "member:bob"), -9, "EUR"),
    )
    told = Transaction(kind=TxnKind.ADJUSTMENT, key="typo", occurred_at=EARLY, entries=entries)
    await database.run(lambda session: post(session, [told], now=EARLY))
    policy = Policy(currency="EUR", threshold=Micros(10_000))

    async with database.read() as session:
        found = await standings(session, policy, until=MARCH.ends_at, now=MARCH.ends_at)

    waiting = {one.payee: one.why for one in plan(found, policy, now=MARCH.ends_at).waiting}
    assert waiting["member:bob"] == (Why.BELOW_THRESHOLD, Why.UNKNOWN)
    assert waiting[str(of.artist.id)] == (Why.NO_DETAILS,)
