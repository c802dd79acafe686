"""Dues and shares: paid at a provider or by hand, booked once, entered once, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from accounting.dues import Found, Wanted, charge, record
from accounting.journal import balances_of, trial_balance
from accounting.ledger import Account, AccountKind
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.payments.port import (
    Checkout,
    Dispute,
    DisputeStanding,
    Notice,
    Order,
    RefundTold,
    Report,
    Standing,
)
from accounting.share_moves import Move, redeem, transfer
from accounting.topup_refunds import Asked, refund
from accounting.topups import Addresses, look
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.member_shares import entries_until, held_at
from catalog.member_states import MemberState
from catalog.memberships import (
    Application,
    Said,
    apply,
    decide,
    exclude,
    leave,
    membership_of,
)
from catalog.models.memberships import Membership
from catalog.models.payments import Payment
from catalog.roles import Role
from catalog.roll import roll_at
from tests.support.catalog import person

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = Addresses(back="https://refrain.example/", webhook="https://refrain.example/hook")
EURO, START = 1_000_000, datetime(2026, 11, 26, 12, tzinfo=UTC)
DUES, SHARES = Account(AccountKind.DUES), Account(AccountKind.SHARES)
BANK, LOSS, FEES = (
    Account(AccountKind.BANK),
    Account(AccountKind.CHARGEBACK),
    Account(AccountKind.PSP_FEES),
)
PSP = Account(AccountKind.PSP, "told")


class Told:
    """A provider that says what it was told to say."""

    name = "told"

    def __init__(self) -> None:
        self.reports: dict[str, Report] = {}

    async def create(self, order: Order) -> Checkout:
        self.reports[order.reference] = Report(
            provider_id=order.reference,
            reference=order.reference,
            standing=Standing.OPEN,
            paid=order.amount,
            received=order.amount,
            fee=Money(micros=250_000, currency=order.amount.currency),
        )
        return Checkout(provider_id=order.reference, url="https://pay.example/")

    async def fetch(self, provider_id: str) -> Report:
        return self.reports[provider_id]

    def verify(self, body: bytes, headers: object) -> Notice:
        raise NotImplementedError

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        raise NotImplementedError


@dataclass
class Coop:
    database: Database
    provider: Told
    clock: ManualClock
    keys: int = 0

    async def applied(self, class_id: str = "listener") -> Caller:
        who = await person(self.database, Role.LISTENER)
        async with self.database.begin() as session:
            application = Application(account_id=who.id, class_id=class_id, name="Anna A")
            await apply(session, application, now=self.clock())
        return who

    async def charge(
        self, who: Caller, *, shares: int = 0, has_dues: bool = True, is_again: bool = False
    ) -> Payment:
        self.keys += not is_again
        wanted = Wanted(
            account_id=who.id, request_key=f"key-{self.keys}", has_dues=has_dues, shares=shares
        )
        return await charge(self.database, self.provider, wanted, addresses=HERE, clock=self.clock)

    async def tell(self, payment: Payment, **news: object) -> None:
        told = self.provider.reports[str(payment.id)]
        news = {"standing": Standing.PAID, "paid_at": told.paid_at or self.clock(), **news}
        self.provider.reports[str(payment.id)] = replace(told, **news)  # type: ignore[arg-type]
        notice = Notice(provider_id=str(payment.id), kind="told")
        for _ in range(2):
            await look(self.database, self.provider, notice, clock=self.clock)

    async def joined(self, *, shares: int = 1) -> tuple[Caller, Payment]:
        who = await self.applied()
        payment = await self.charge(who, shares=shares)
        await self.tell(payment)
        return who, payment

    async def member(self, who: Caller) -> Membership:
        async with self.database.read() as session:
            found = await membership_of(session, who.id)
        assert found is not None
        return found

    async def held(self, who: Caller) -> list[tuple[int, int]]:
        member = await self.member(who)
        async with self.database.read() as session:
            return [(one.first, one.last) for one in await held_at(session, of=member.id)]

    async def voters(self, at: datetime | None = None) -> list[int]:
        async with self.database.read() as session:
            return [one.number for one in (await roll_at(session, at or self.clock())).voters]

    async def balances(self, *accounts: Account) -> list[int]:
        async with self.database.read() as session:
            found = await balances_of(session, accounts)
        return [found[one].get("EUR", 0) for one in accounts]


@pytest.fixture
async def coop(database: Database) -> AsyncIterator[Coop]:
    made = Coop(database=database, provider=Told(), clock=ManualClock(START))
    yield made
    async with database.read() as session:
        assert sum(one.debits - one.credits for one in await trial_balance(session)) == 0
        shares = sum(one.worth for one in await held_at(session))
        entries = await entries_until(session)
    assert await made.balances(SHARES) == [-shares]
    assert len({one.key for one in entries}) == len(entries)


@BOTH
async def test_who_pays_the_first_dues_and_shares_is_a_member(coop: Coop) -> None:
    anna, _ = await coop.joined(shares=3)
    ben, _ = await coop.joined()

    one, other = await coop.member(anna), await coop.member(ben)
    assert (one.state, one.number, one.paid_through) == ("member", 1, date(2027, 11, 25))
    assert (other.number, await coop.held(ben)) == (2, [(4, 4)])
    assert await coop.held(anna) == [(1, 3)]
    assert await coop.balances(DUES, SHARES, PSP, FEES) == [
        *(-10 * EURO, -4 * EURO),
        *(14 * EURO - 500_000, 500_000),
    ]
    assert await coop.voters() == [1, 2]


@ON_SQLITE
async def test_the_same_key_is_the_same_charge(coop: Coop) -> None:
    anna = await coop.applied()
    first = await coop.charge(anna, shares=1)
    coop.keys = 0
    again = await coop.charge(anna, shares=1)
    coop.keys = 0

    assert again.id == first.id
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await coop.charge(anna, shares=2)


@BOTH
async def test_who_asks_many_times_at_once_is_charged_once(coop: Coop) -> None:
    anna = await coop.applied()
    coop.keys = 1

    found = await asyncio.gather(
        *(coop.charge(anna, shares=1, is_again=True) for _ in range(5)),
        coop.charge(anna, shares=2, is_again=True),
        return_exceptions=True,
    )

    charges = [one for one in found if isinstance(one, Payment)]
    refused = [one for one in found if isinstance(one, Refused)]
    assert len({one.id for one in charges}) == 1
    assert {one.code for one in refused} == {"idempotency-mismatch"}
    assert len(charges) + len(refused) == len(found)


@ON_SQLITE
async def test_an_applicant_pays_all_that_is_asked_for_and_others_wait(coop: Coop) -> None:
    anna, artist = await coop.applied(), await coop.applied("artist")

    with pytest.raises(Refused, match="shares-missing"):
        await coop.charge(anna)
    with pytest.raises(Refused, match="not-now"):
        await coop.charge(artist, shares=1)
    with pytest.raises(Refused, match="member-already"):
        async with coop.database.begin() as session:
            application = Application(account_id=anna.id, class_id="artist", name="Anna")
            await apply(session, application, now=coop.clock())


@ON_SQLITE
async def test_an_operator_admits_artists_who_vote_when_they_have_paid(coop: Coop) -> None:
    artist, operator = await coop.applied("artist"), await person(coop.database, Role.OPERATOR)
    member = await coop.member(artist)
    async with coop.database.begin() as session:
        row = await session.get_one(Membership, member.id)
        await decide(session, row, Said(by=operator.id), admits=True, now=coop.clock())

    unpaid = await coop.voters()
    payment = await coop.charge(artist, shares=1)
    await coop.tell(payment)

    assert (unpaid, await coop.voters()) == ([], [1])


@ON_SQLITE
async def test_dues_are_renewed_and_the_roll_of_a_past_day_stays(coop: Coop) -> None:
    anna, _ = await coop.joined()
    coop.clock.advance(timedelta(days=400))
    late = coop.clock()
    before = await coop.voters()
    coop.clock.advance(timedelta(hours=1))

    await coop.tell(await coop.charge(anna))

    member = await coop.member(anna)
    assert (before, await coop.voters()) == ([], [1])
    assert (member.state, member.paid_through) == ("member", date(2028, 12, 30))
    assert await coop.voters(START) == [1]
    assert await coop.voters(late) == []


@BOTH
async def test_what_goes_back_in_whole_is_void_and_comes_again(coop: Coop) -> None:
    anna, payment = await coop.joined(shares=2)
    gone = Dispute(
        id="d",
        standing=DisputeStanding.OPEN,
        amount=Money(micros=payment.price, currency="EUR"),
    )

    await coop.tell(payment, disputes=(gone,))
    taken = await coop.balances(DUES, SHARES, LOSS), await coop.held(anna), await coop.voters()
    await coop.tell(payment, disputes=(replace(gone, standing=DisputeStanding.WON),))

    assert taken == ([0, 0, 0], [], [])
    assert await coop.balances(DUES, SHARES, LOSS) == [-5 * EURO, -2 * EURO, 0]
    assert (await coop.held(anna), await coop.voters()) == ([(3, 4)], [1])


@BOTH
async def test_a_report_that_a_newer_one_overtook_is_asked_for_again(coop: Coop) -> None:
    anna, payment = await coop.joined(shares=2)
    some, rest = RefundTold(id="1", amount=EURO), RefundTold(id="2", amount=6 * EURO)
    notice = Notice(provider_id=str(payment.id), kind="told")

    class Late(Told):
        async def fetch(self, provider_id: str) -> Report:
            told = coop.provider.reports[provider_id]
            if not told.refunds:
                await coop.tell(payment, refunds=(some, rest))
                return replace(told, refunds=(some,))
            return told

    assert not await look(coop.database, Late(), notice, clock=coop.clock)
    assert (await coop.held(anna), await coop.voters()) == ([], [])
    assert await coop.balances(DUES, SHARES, LOSS) == [0, 0, 0]


@ON_SQLITE
async def test_of_what_goes_back_in_part_the_shares_stay(coop: Coop) -> None:
    anna, payment = await coop.joined(shares=2)

    await coop.tell(payment, refunds=(RefundTold(id="r", amount=6 * EURO),))

    assert await coop.balances(DUES, SHARES, LOSS) == [0, -2 * EURO, EURO]
    assert (await coop.held(anna), await coop.voters()) == ([(1, 2)], [1])


@ON_SQLITE
async def test_shares_that_were_given_on_stay_where_they_are(coop: Coop) -> None:
    anna, payment = await coop.joined(shares=3)
    ben, _ = await coop.joined()
    treasurer = await person(coop.database, Role.TREASURER)
    async with coop.database.begin() as session:
        for _ in range(2):
            move = Move(key="t", member="1", count=2, by=treasurer.id)
            await transfer(session, move, to="2", now=coop.clock())

    await coop.tell(payment, refunds=(RefundTold(id="r", amount=payment.price),))

    assert (await coop.held(anna), await coop.held(ben)) == ([], [(1, 2), (4, 4)])
    assert await coop.balances(DUES, SHARES, LOSS) == [-5 * EURO, -3 * EURO, 2 * EURO]


async def found_at_bank(coop: Coop, payer: Caller, *, by: Caller) -> Found:
    """Answer a year's dues and a share that somebody transferred."""
    return Found(
        member=str((await coop.member(payer)).id),
        has_dues=True,
        shares=1,
        amount=Money(micros=6 * EURO, currency="EUR"),
        reference="2026-11-1",
        by=by.id,
        at=coop.clock(),
    )


@BOTH
async def test_treasurers_who_find_the_same_at_once_record_it_once(coop: Coop) -> None:
    anna, treasurer = await coop.applied(), await person(coop.database, Role.TREASURER)
    found = await found_at_bank(coop, anna, by=treasurer)

    async def recorded(key: str) -> UUID:
        async with coop.database.begin() as session:
            return (await record(session, found, key=key, now=coop.clock())).id

    first, *others = await asyncio.gather(*(recorded(key) for key in "aabbcd"))

    assert others == [first] * 5
    assert await coop.balances(BANK, DUES, SHARES) == [6 * EURO, -5 * EURO, -EURO]


@BOTH
async def test_a_treasurer_finds_dues_at_the_bank_once(coop: Coop) -> None:
    anna, treasurer = await coop.applied(), await person(coop.database, Role.TREASURER)
    found = await found_at_bank(coop, anna, by=treasurer)

    async def recorded(said: Found, key: str) -> UUID:
        async with coop.database.begin() as session:
            return (await record(session, said, key=key, now=coop.clock())).id

    first = await recorded(found, "a")
    assert await recorded(found, "a") == await recorded(found, "b") == first
    with pytest.raises(Refused, match="amount-differs"):
        await recorded(
            replace(found, reference="2", amount=Money(micros=5 * EURO, currency="EUR")), "c"
        )
    with pytest.raises(Refused, match="own-account"):
        await recorded(replace(found, reference="3", by=anna.id), "d")
    with pytest.raises(Refused, match="paid-already"):
        await recorded(replace(found, reference="4"), "a")
    assert await coop.balances(BANK, DUES, SHARES) == [6 * EURO, -5 * EURO, -EURO]


@BOTH
async def test_shares_of_who_leaves_are_paid_back_once(coop: Coop) -> None:
    anna, payment = await coop.joined(shares=3)
    treasurer = await person(coop.database, Role.TREASURER)

    async def redeemed(count: int, key: str = "k") -> None:
        async with coop.database.begin() as session:
            move = Move(key=key, member="1", count=count, by=treasurer.id)
            await redeem(session, move, reference=f"out-{key}", now=coop.clock())

    with pytest.raises(Refused, match="shares-needed"):
        await redeemed(3)
    async with coop.database.begin() as session:
        row = await membership_of(session, anna.id, lock=True)
        assert row is not None
        await leave(session, row, by=anna.id, now=coop.clock())
    await redeemed(3)
    await redeemed(3)

    assert await coop.balances(SHARES, BANK) == [0, -3 * EURO]
    assert (await coop.held(anna), await coop.voters()) == ([], [])
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await redeemed(2)
    with pytest.raises(Refused, match="too-few-shares"):
        await redeemed(1, key="other")
    with pytest.raises(Refused, match="not-a-topup"):
        asked = Asked(payment_id=payment.id, request_key="r", by=anna.id, reason="back")
        await refund(coop.database, Manual(), asked, clock=coop.clock)


@ON_SQLITE
async def test_exclusion_wants_a_reason_and_ends_the_vote(coop: Coop) -> None:
    anna, _ = await coop.joined()
    async with coop.database.begin() as session:
        row = await session.scalar(select(Membership).where(Membership.account_id == anna.id))
        assert row is not None
        with pytest.raises(Refused, match="reason-missing"):
            await exclude(session, row, Said(), now=coop.clock())
        await exclude(session, row, Said(reason="harm"), now=coop.clock())
        with pytest.raises(Refused, match="not-now"):
            await exclude(session, row, Said(reason="harm"), now=coop.clock())

    assert (await coop.member(anna)).state == MemberState.EXCLUDED
    assert await coop.voters() == []
