import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from accounting.advances import Grant, approve_advance, grant
from accounting.bank_details import account_digest, details_in_force, details_with
from accounting.camt import News
from accounting.closing import close
from accounting.journal import booked_as, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.month_end import settle_month
from accounting.months import month_named
from accounting.owing import standings
from accounting.paying import cancel
from accounting.payout_holds import hold_payouts, payees_on_hold
from accounting.payout_rows import payouts_to
from accounting.transfers import (
    Result,
    give_back,
    settle,
    settle_all,
    take_news,
    take_statement,
)
from base.database import Database
from base.errors import Refused
from base.units import Micros
from catalog.callers import Caller
from catalog.models.ledger import LedgerTxn
from catalog.models.payouts import BankDetails, Payout
from catalog.payout_states import PayoutState, RunState
from tests.accounting.test_camt import details, entry, statement
from tests.support.catalog import NOON, open_database
from tests.support.crashes import Crash, crashing, make_mortal
from tests.support.meanwhile import meanwhile
from tests.support.payouts import (
    BANK,
    COOP,
    EUR,
    FEES,
    IBANS,
    Books,
    books,
    payable,
    reserve,
    transit,
)

CENT = EUR // 100
#: Where who looks does not keep others from writing.
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def open_books(database: Database) -> Books:
    return await books(database)


@pytest.fixture
async def small_books(migrated_sqlite_url: str) -> AsyncIterator[Books]:
    """Open books on SQLite, for what no database sees otherwise than another."""
    async with open_database(migrated_sqlite_url) as database:
        yield await books(database)


async def closed(open_books: Books) -> None:
    open_books.clock.advance(timedelta(days=1))
    await open_books.close()


async def settled(open_books: Books, *payouts: Payout) -> None:
    ids = [one.id for one in payouts]
    now = open_books.clock()
    await open_books.database.run(partial(settle, payout_ids=ids, by=open_books.ada.id, now=now))


async def returned(
    open_books: Books, payout: Payout, *, reason: str = "MS03", fee: int = 0
) -> None:
    """Let two people say that a payout came back."""
    for who in (open_books.ada, open_books.bob):
        await said_to_be_back(open_books, payout, who, reason=reason, fee=fee)


async def said_to_be_back(
    open_books: Books, payout: Payout, who: Caller, *, reason: str = "MS03", fee: int = 0
) -> Payout:
    back = partial(
        give_back,
        payout_id=payout.id,
        reason=reason,
        fee=Micros(fee),
        by=who.id,
        now=open_books.clock(),
    )
    return await open_books.database.run(back)


async def told(
    open_books: Books, reference: str, cents: int, returned: str = "", *, currency: str = "EUR"
) -> Result | None:
    news = News(reference=reference, cents=cents, currency=currency, returned=returned)
    taken = partial(take_news, news=news, by=open_books.ada.id, now=open_books.clock())
    return await open_books.database.run(taken)


async def test_scenario_payout_at_9_99_and_at_10_00(open_books: Books) -> None:
    below = await open_books.payee(10 * EUR - 1)
    above = await open_books.payee(10 * EUR + CENT - 1)
    await closed(open_books)

    [payout] = await open_books.sent()

    assert (payout.payee, payout.amount) == (str(above.id), 10 * EUR)
    run = await open_books.run(payout.run_id)
    assert run.waiting == [
        {
            "payee": str(below.id),
            "currency": "EUR",
            "payable": 10 * EUR - 1,
            "why": ["below-threshold"],
        }
    ]
    # The residue stays, and what waits is carried forward.
    assert await open_books.balance(payable(above), payable(below), transit(payout)) == [
        -(CENT - 1),
        -(10 * EUR - 1),
        -10 * EUR,
    ]
    await open_books.earn(below, 1)
    await closed(open_books)
    [next_one] = await open_books.sent()
    assert (next_one.payee, next_one.amount) == (str(below.id), 10 * EUR)


async def test_scenario_returned_sepa_transfer(open_books: Books) -> None:
    payee = await open_books.payee(25 * EUR)
    await closed(open_books)
    [payout] = await open_books.sent()
    await settled(open_books, payout)
    accounts = payable(payee), transit(payout), BANK, FEES
    assert await open_books.balance(*accounts) == [0, 0, -25 * EUR, 0]

    await returned(open_books, payout, fee=3 * EUR)
    await returned(open_books, payout, fee=3 * EUR)

    assert await open_books.balance(*accounts) == [-25 * EUR, 0, -3 * EUR, 3 * EUR]
    with pytest.raises(Refused, match="payout-returned"):
        await settled(open_books, payout)
    # It is owed again, and paid in the next run, which no closing has to come before.
    [again] = await open_books.sent()
    await settled(open_books, again)
    assert again.amount == 25 * EUR
    assert await open_books.balance(payable(payee), BANK) == [0, -28 * EUR]


async def test_a_closed_account_is_not_tried_again_until_details_are_entered(
    small_books: Books,
) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    [payout] = await small_books.sent()
    await returned(small_books, payout, reason="AC04")
    assert await small_books.balance(payable(payee), transit(payout), BANK) == [-25 * EUR, 0, 0]

    with pytest.raises(Refused, match="bank-details-doubtful"):
        await small_books.draft()
    await small_books.enter(payee, iban=IBANS[1])
    with pytest.raises(Refused, match="bank-details-new"):
        await small_books.draft()
    small_books.clock.advance(timedelta(days=7))

    [again] = await small_books.sent()
    assert again.amount == 25 * EUR


async def test_the_maker_of_a_run_cannot_approve_it(small_books: Books) -> None:
    await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft(small_books.ada)

    with pytest.raises(Refused, match="second-person-needed"):
        await small_books.approve(run, small_books.ada)

    assert (await small_books.approve(run, small_books.bob)).approved_by == small_books.bob.id


async def test_two_treasurers_who_approve_at_once_approve_once(open_books: Books) -> None:
    payee = await open_books.payee(25 * EUR)
    await closed(open_books)
    carol = (await books(open_books.database)).ada
    run = await open_books.draft()

    answers = await asyncio.gather(
        *(open_books.approve(run, one) for one in (open_books.bob, carol) * 3),
        return_exceptions=True,
    )

    refused = [one for one in answers if isinstance(one, BaseException)]
    assert len(refused) == 3
    assert {one.code for one in refused if isinstance(one, Refused)} == {"run-not-draft"}
    assert await open_books.balance(payable(payee)) == [0]
    async with open_books.database.read() as session:
        count = select(func.count()).where(LedgerTxn.kind == TxnKind.PAYOUT)
        assert await session.scalar(count) == 1


async def test_what_is_planned_or_under_way_is_not_planned_again(open_books: Books) -> None:
    await open_books.payee(25 * EUR)
    await closed(open_books)

    answers = await asyncio.gather(
        *(open_books.draft(key=f"run {n % 2}") for n in range(4)), return_exceptions=True
    )

    made = {one for one in answers if not isinstance(one, BaseException)}
    assert len(made) == 1
    assert {one.code for one in answers if isinstance(one, Refused)} == {"run-open"}
    await open_books.approve(made.pop())
    with pytest.raises(Refused, match="nothing-to-pay"):
        await open_books.draft()


async def test_a_plan_is_made_once_under_its_key(small_books: Books) -> None:
    await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft(key="november")
    await small_books.approve(run)

    assert await small_books.draft(key="november") == run
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await small_books.draft(small_books.bob, key="november")


async def test_a_plan_that_is_made_many_times_at_once_is_one(open_books: Books) -> None:
    await open_books.payee(25 * EUR)
    await closed(open_books)

    made = await asyncio.gather(*(open_books.draft(key="november") for _ in "1234"))

    assert len(set(made)) == 1


async def test_only_what_a_closed_month_says_is_paid(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    with pytest.raises(Refused, match="nothing-closed"):
        await small_books.draft()
    await closed(small_books)
    await small_books.earn(payee, 40 * EUR)
    await small_books.earn(payee, -5 * EUR, kind=TxnKind.CHARGEBACK)

    [payout] = await small_books.sent()

    assert payout.amount == 20 * EUR
    assert await small_books.balance(payable(payee)) == [-40 * EUR]


async def test_what_is_owed_goes_on_from_what_was_kept_of_the_last_month(
    open_books: Books,
) -> None:
    payee, other = [await open_books.payee(amount * EUR) for amount in (25, 0)]
    month = month_named("2026-11", "UTC")
    open_books.clock.advance(month.ends_at + timedelta(days=1) - open_books.clock())
    await close(
        open_books.database,
        month.name,
        zone=month.zone,
        clock=open_books.clock,
        settle=settle_month,
    )
    await open_books.earn(payee, 40 * EUR)
    await open_books.earn(payee, -5 * EUR, kind=TxnKind.CHARGEBACK)
    await open_books.earn(other, -5 * EUR, kind=TxnKind.CHARGEBACK)

    for payees in (None, [str(payee.id), str(other.id)]):
        async with open_books.database.read() as session:
            found = await standings(
                *(session, open_books.policy),
                until=month.ends_at,
                now=open_books.clock(),
                payees=payees,
            )
        owed = {one.payee: one.payable for one in found}
        assert owed == {str(payee.id): 20 * EUR, str(other.id): -5 * EUR}
    [payout] = await open_books.sent()
    assert payout.amount == 20 * EUR
    assert await open_books.balance(payable(payee)) == [-40 * EUR]


async def test_what_is_owed_to_nobody_stands_in_nobodys_way(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    strange = Transaction(
        kind=TxnKind.PLAY,
        key="strange",
        occurred_at=NOON,
        entries=(
            Entry(BANK, 10 * EUR, "EUR"),
            Entry(Account(AccountKind.PAYABLE, "nobody"), -10 * EUR, "EUR"),
        ),
    )
    await small_books.database.run(lambda session: post(session, [strange], now=NOON))
    await closed(small_books)

    [payout] = await small_books.sent()

    assert payout.payee == str(payee.id)
    [waiting] = (await small_books.run(payout.run_id)).waiting
    assert (waiting["payee"], waiting["why"]) == ("nobody", ["payee-unknown"])


async def test_a_plan_that_holds_no_more_is_not_approved(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft()
    await small_books.earn(payee, -1, kind=TxnKind.CHARGEBACK)

    with pytest.raises(Refused, match="run-stale"):
        await small_books.approve(run)

    assert (await small_books.run(run)).state == RunState.DRAFT
    assert await small_books.balance(payable(payee)) == [1 - 25 * EUR]


async def test_details_that_change_meanwhile_make_a_plan_stale(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft()
    await small_books.enter(payee, iban=IBANS[2])

    with pytest.raises(Refused, match="run-stale"):
        await small_books.approve(run)


async def test_a_run_that_nobody_sent_can_be_given_up(open_books: Books) -> None:
    payee = await open_books.payee(25 * EUR)
    await closed(open_books)
    before = await open_books.everything()
    first = await open_books.draft()
    given_up = partial(cancel, by=open_books.ada.id, now=open_books.clock())
    await open_books.database.run(partial(given_up, run_id=first))
    second = await open_books.draft()
    await open_books.approve(second)
    assert await open_books.balance(payable(payee)) == [0]

    for _ in range(2):
        await open_books.database.run(partial(given_up, run_id=second))

    assert await open_books.everything() == before
    with pytest.raises(Refused, match="run-not-draft"):
        await open_books.approve(second, open_books.ada)
    [sent] = await open_books.sent()
    with pytest.raises(Refused, match="run-sent"):
        await open_books.database.run(partial(given_up, run_id=sent.run_id))


async def test_the_file_is_made_once_and_adds_up_to_what_was_booked(open_books: Books) -> None:
    for amount in (25 * EUR, 10 * EUR, 123_456 * EUR + 7):
        await open_books.payee(amount)
    await closed(open_books)
    run = await open_books.draft()
    with pytest.raises(Refused, match="run-not-approved"):
        await open_books.export(run)
    await open_books.approve(run)

    first, other = await asyncio.gather(open_books.export(run), open_books.export(run))
    open_books.clock.advance(timedelta(days=3))
    later = await open_books.export(run, replace(COOP, holder="Another name"))

    assert first == other == later
    payouts = await open_books.payouts(run)
    booked = -sum(await open_books.balance(*map(transit, payouts)))
    assert booked == sum(one.amount for one in payouts) == 123_491 * EUR
    assert re.findall(r"<CtrlSum>([^<]*)<", first.decode()) == ["123491.00"] * 2
    references = re.findall(r"<EndToEndId>([^<]*)<", first.decode())
    assert references == [one.id.hex for one in payouts]


@ON_POSTGRESQL
@pytest.mark.parametrize("looks", range(1, 8))
async def test_a_file_that_another_makes_between_two_looks_is_answered(
    open_books: Books, looks: int
) -> None:
    held, _ = [await open_books.payee(amount * EUR) for amount in (25, 35)]
    await closed(open_books)
    run = await open_books.draft()
    await open_books.approve(run)
    async with open_books.database.begin() as session:
        by = open_books.ada.id
        await hold_payouts(session, str(held.id), reason="stolen?", by=by, now=NOON)

    with meanwhile(open_books.database, looks, lambda: open_books.export(run)) as done:
        assert await open_books.export(run) in done


async def test_part_is_held_back_and_comes_back_after_its_months(small_books: Books) -> None:
    small_books.policy = replace(small_books.policy, holdback_ppm=100_000, holdback_months=2)
    payee = await small_books.payee(100 * EUR)
    await closed(small_books)

    [first] = await small_books.sent()

    assert (first.amount, first.held) == (90 * EUR, 10 * EUR)
    assert await small_books.balance(payable(payee), reserve(payee)) == [0, -10 * EUR]
    # Its transfer comes back: what is paid again was held back from before.
    await returned(small_books, first)
    await small_books.earn(payee, 20 * EUR)
    await closed(small_books)
    [second] = await small_books.sent()
    assert (second.amount, second.held, second.released) == (108 * EUR, 2 * EUR, 0)
    small_books.clock.advance(timedelta(days=62))
    await small_books.earn(payee, 10 * EUR)
    await closed(small_books)
    [third] = await small_books.sent()
    assert (third.amount, third.held, third.released) == (21 * EUR, EUR, 12 * EUR)
    assert await small_books.balance(payable(payee), reserve(payee)) == [0, -EUR]


async def test_an_advance_is_paid_like_all_else_and_nothing_of_it_is_held_back(
    small_books: Books,
) -> None:
    small_books.policy = replace(small_books.policy, holdback_ppm=100_000, holdback_months=2)
    payee = await small_books.payee(100 * EUR)
    await closed(small_books)
    said = Grant(payee_id=payee.id, currency="EUR", amount=50 * EUR, key="advance")
    now = small_books.clock()
    made = await small_books.database.run(partial(grant, said=said, by=small_books.ada, now=now))
    approved = partial(approve_advance, advance_id=made.id, by=small_books.bob, now=now)
    await small_books.database.run(approved)
    small_books.clock.advance(timedelta(minutes=1))

    [payout] = await small_books.sent()
    await settled(small_books, payout)

    assert (payout.amount, payout.held) == (140 * EUR, 10 * EUR)
    owed = Account(AccountKind.ADVANCE, str(payee.id))
    assert await small_books.balance(owed, payable(payee), BANK) == [50 * EUR, 0, -140 * EUR]
    await small_books.earn(payee, 20 * EUR)
    await closed(small_books)
    [following] = await small_books.sent()
    assert (following.amount, following.held) == (18 * EUR, 2 * EUR)


async def test_other_currencies_wait_and_are_told(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await small_books.earn(payee, 50 * EUR, currency="USD")
    await closed(small_books)

    [payout] = await small_books.sent()

    [waiting] = (await small_books.run(payout.run_id)).waiting
    assert (waiting["currency"], waiting["why"]) == ("USD", ["other-currency"])


async def test_what_the_bank_tells_is_booked_once_in_whatever_order(small_books: Books) -> None:
    payees = [await small_books.payee(amount * EUR) for amount in (25, 35)]
    await closed(small_books)
    payouts = {one.payee: one for one in await small_books.sent()}
    first, second = (payouts[str(one.id)] for one in payees)

    async def fits(reference: str, euros: int, returned: str = "") -> str | None:
        found = await told(small_books, reference, euros * 100, returned)
        return None if found is None else found.trouble

    assert await fits("somebody else's", 60) is None
    assert await fits("00" * 16, 60) is None
    assert await fits(first.id.hex, 24) == "amount-differs"
    for _ in range(2):
        assert await fits(first.id.hex, 25, "AC06") == ""
        assert await fits(first.run_id.hex, 60) == ""

    states = {one.payee: one.state for one in await small_books.payouts(first.run_id)}
    assert states == {
        first.payee: PayoutState.RETURNED,
        second.payee: PayoutState.SETTLED,
    }
    assert await small_books.balance(*map(payable, payees), BANK) == [-25 * EUR, 0, -35 * EUR]
    async with small_books.database.read() as session:
        [shown] = await payouts_to(session, [first.payee], limit=5)
    assert (shown.id, shown.reason) == (first.id, "AC06")


async def test_one_person_alone_does_not_let_a_payout_be_paid_again(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    [payout] = await small_books.sent()

    for _ in range(2):
        said = await said_to_be_back(small_books, payout, small_books.ada)
        assert (said.state, said.return_said_by) == (PayoutState.BOOKED, small_books.ada.id)
    with pytest.raises(Refused, match="return-differs"):
        await said_to_be_back(small_books, payout, small_books.bob, reason="AC04")

    assert await small_books.balance(payable(payee)) == [0]
    with pytest.raises(Refused, match="nothing-to-pay"):
        await small_books.draft()
    assert (await said_to_be_back(small_books, payout, small_books.bob)).state == "returned"


async def test_what_leaves_after_it_was_said_to_be_back_is_in_trouble(
    small_books: Books,
) -> None:
    amounts = (25, 35)
    payees = [await small_books.payee(amount * EUR) for amount in amounts]
    await closed(small_books)
    payouts = {one.payee: one for one in await small_books.sent()}
    first = payouts[str(payees[0].id)]
    await returned(small_books, first)

    async def imported(*entries: str) -> list[str]:
        content = statement(*entries)
        results = await take_statement(
            small_books.database, content, by=small_books.ada.id, now=small_books.clock()
        )
        return [one.trouble for one in results]

    def entry_of(reference: str, euros: str, direction: str) -> str:
        inner = details(direction, reference=reference).replace("10.00", euros)
        return entry(inner, direction=direction)

    left = entry_of(first.id.hex, "25.00", "DBIT")
    assert await imported(left, left) == ["left-though-returned"] * 2
    assert (await told(small_books, first.run_id.hex, 6_000) or Result).trouble == (
        "left-though-returned"
    )
    # The other one is booked, and with a credit of the bank's it all fits.
    assert await small_books.balance(BANK) == [-35 * EUR]
    assert await imported(left, entry_of(first.id.hex, "25.00", "CRDT")) == ["", ""]
    assert await imported(left) == [""]


async def test_a_bank_keeps_a_fee_of_what_comes_back(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    [payout] = await small_books.sent()
    await settled(small_books, payout)

    assert (await told(small_books, payout.id.hex, 2_150, "AC04", currency="USD") or Result).trouble
    for _ in range(2):
        assert (await told(small_books, payout.id.hex, 2_150, "AC04") or Result).trouble == ""

    accounts = payable(payee), transit(payout), BANK, FEES
    fee = 350 * CENT
    assert await small_books.balance(*accounts) == [-25 * EUR, 0, -fee, fee]


async def test_one_entry_that_does_not_fit_keeps_no_other_back(small_books: Books) -> None:
    for amount in (25, 35):
        await small_books.payee(amount * EUR)
    await closed(small_books)
    unsent = await small_books.draft()
    await small_books.approve(unsent)
    [one, _] = await small_books.payouts(unsent)
    await small_books.database.run(partial(cancel, run_id=unsent, by=small_books.bob.id, now=NOON))
    [sent, unread] = await small_books.sent()
    amount = f"{sent.amount // EUR}.00"
    entries = [
        entry(details("DBIT", reference=one.id.hex).replace("10.00", f"{one.amount // EUR}.00")),
        entry(details("DBIT", reference=unread.id.hex).replace("10.00", "ten")),
        entry(details("DBIT", reference="NOTPROVIDED").replace("10.00", "1.005")),
        entry(details("DBIT", reference=sent.id.hex).replace("10.00", amount)),
    ]

    results = await take_statement(
        small_books.database, statement(*entries), by=small_books.ada.id, now=NOON
    )

    assert [each.trouble for each in results] == ["payout-not-sent", "amount-unreadable", ""]
    assert all(bool(each.sentence) == bool(each.trouble) for each in results)
    assert await small_books.balance(BANK) == [-sent.amount]


async def test_who_is_on_hold_by_now_or_has_moved_is_not_in_the_file(small_books: Books) -> None:
    payees = [await small_books.payee(amount * EUR) for amount in (25, 35, 45)]
    await closed(small_books)
    run = await small_books.draft()
    await small_books.approve(run)
    async with small_books.database.begin() as session:
        await hold_payouts(
            session, str(payees[0].id), reason="stolen?", by=small_books.ada.id, now=NOON
        )
    await small_books.enter(payees[1], iban=IBANS[2])

    written = (await small_books.export(run)).decode()

    payouts = {one.payee: one for one in await small_books.payouts(run)}
    assert re.findall(r"<EndToEndId>([^<]*)<", written) == [payouts[str(payees[2].id)].id.hex]
    assert re.findall(r"<CtrlSum>([^<]*)<", written) == ["45.00"] * 2
    waiting = {one["payee"]: one["why"] for one in (await small_books.run(run)).waiting}
    assert waiting == {
        str(payees[0].id): ["on-hold"],
        str(payees[1].id): ["bank-details-new"],
    }
    balances = await small_books.balance(*map(payable, payees))
    assert balances == [-25 * EUR, -35 * EUR, 0]
    # The bank says that all of the file has left, which is what was in it.
    assert (await told(small_books, run.hex, 4_500) or Result).trouble == ""
    with pytest.raises(Refused, match="payout-not-sent"):
        await settled(small_books, payouts[str(payees[0].id)])


async def test_a_file_of_nobody_is_not_made(small_books: Books) -> None:
    payee = await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft()
    await small_books.approve(run)
    await small_books.enter(payee, iban=IBANS[2])

    with pytest.raises(Refused, match="nothing-to-send"):
        await small_books.export(run)

    assert (await small_books.run(run)).state == RunState.APPROVED


async def test_where_to_and_how_much_is_never_changed(open_books: Books) -> None:
    await open_books.payee(25 * EUR)
    await closed(open_books)
    [payout] = await open_books.sent()
    changes = (
        "UPDATE bank_details SET iban = holder",
        "DELETE FROM bank_details",
        "UPDATE payouts SET amount = amount * 2",
        "UPDATE payouts SET details_id = id",
        "UPDATE payout_runs SET drafted_by = approved_by",
        "UPDATE payout_runs SET approved_by = drafted_by",
        "DELETE FROM payout_files",
    )

    for change in changes:
        with pytest.raises(IntegrityError):
            async with open_books.database.begin() as session:
                await session.execute(text(change))

    async with open_books.database.read() as session:
        booked = await booked_as(session, f"payout:{payout.id}")
        to = await details_with(session, [payout.details_id])
    assert booked is not None
    assert booked[1]["account"] == account_digest(to[payout.details_id])


@pytest.mark.parametrize(
    ("table", "change"),
    [("bank_details", f"iban = '{IBANS[2]}'"), ("payouts", "amount = amount * 2")],
)
async def test_what_was_changed_under_the_books_is_not_sent(
    small_books: Books, table: str, change: str
) -> None:
    await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft()
    await small_books.approve(run)
    async with small_books.database.begin() as session:
        await session.execute(text(f"DROP TRIGGER {table}_are_kept_update"))
        await session.execute(text(f"UPDATE {table} SET {change}"))  # noqa: S608 - ours

    with pytest.raises(Refused, match="payout-altered"):
        await small_books.export(run)


async def test_who_is_not_there_cannot_be_on_hold(small_books: Books) -> None:
    payee = await small_books.payee(0)
    async with small_books.database.begin() as session:
        for unknown in (str(uuid4()), f"member:{uuid4()}", "-" * 36):
            with pytest.raises(Refused, match="payee-unknown"):
                await hold_payouts(session, unknown, reason="?", by=small_books.ada.id, now=NOON)
        # However it is written: dashes are where they like.
        await hold_payouts(
            session, f"----{payee.id.hex}", reason="stolen?", by=small_books.ada.id, now=NOON
        )
        held = await payees_on_hold(session)

    assert held.holds(str(payee.id))
    assert held.holds(f"member:{payee.id}")
    assert not held.holds(str(small_books.bob.id))


async def test_bank_details_of_others_are_not_read(small_books: Books) -> None:
    payees = [await small_books.payee(0) for _ in range(3)]
    await small_books.enter(payees[0], iban=IBANS[2])

    async with small_books.database.read() as session:
        [found] = await details_in_force(session, {payees[0].id})
        read = [one for one in session.identity_map.values() if isinstance(one, BankDetails)]

    assert found.iban == IBANS[2]
    assert {one.payee_id for one in read} == {payees[0].id}


async def test_nothing_becomes_of_what_no_bank_knows(small_books: Books) -> None:
    await small_books.payee(25 * EUR)
    await closed(small_books)
    run = await small_books.draft()
    await small_books.approve(run)
    [payout] = await small_books.payouts(run)

    with pytest.raises(Refused, match="payout-not-sent"):
        await settled(small_books, payout)
    with pytest.raises(Refused, match="payout-not-sent"):
        await returned(small_books, payout)
    everything = partial(settle_all, run_id=run, by=small_books.ada.id, now=NOON)
    with pytest.raises(Refused, match="payout-not-sent"):
        await small_books.database.run(everything)


T = TypeVar("T")


async def test_whoever_is_killed_between_two_statements_did_all_or_nothing(
    open_books: Books,
) -> None:
    payee = await open_books.payee(25 * EUR)
    await closed(open_books)
    make_mortal(open_books.database.engine)
    kills = 0

    async def insist(step: Callable[[], Awaitable[T]]) -> T:
        nonlocal kills
        before = await open_books.everything()
        for after in range(100):
            try:
                with crashing(after=after):
                    found = await step()
            except Crash:
                kills += 1
                assert await open_books.everything() == before
            else:
                # Nobody heard of it, and it is said again.
                done = await open_books.everything()
                await step()
                assert await open_books.everything() == done
                return found
        raise AssertionError("it never came to an end")

    run = await insist(partial(open_books.draft, key="one"))
    await insist(partial(open_books.approve, run))
    await insist(partial(open_books.export, run))
    [payout] = await open_books.payouts(run)
    await insist(partial(settled, open_books, payout))
    await insist(partial(returned, open_books, payout))

    assert kills > 30
    assert await open_books.balance(payable(payee), transit(payout), BANK) == [-25 * EUR, 0, 0]
