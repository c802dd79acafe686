"""What is sold, taken back and given back is exact, whatever was spent, paid and changed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.clawing import Bearer, clawed
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lots import Lot, LotKind, Spent, changes_of, left, take
from accounting.payments.amounts import Money
from accounting.taking_back import Loss, loss_of, refund_of
from accounting.topup_booking import Part, Sale, part_between, sold
from accounting.vat import VatMode, inclusive

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = UUID(int=1)
CENT = 10_000


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    paid = draw(st.integers(1, 50_000)) * CENT
    rate = draw(st.integers(500_000, 2_000_000))
    currency = draw(st.sampled_from(["EUR", "USD"]))
    gross = paid if currency == "EUR" else max(1, paid * 1_000_000 // rate)
    price = inclusive(gross, draw(st.integers(0, 270_000)))
    return Sale(
        payment="p",
        listener=str(ANNA),
        provider="stripe",
        credits=draw(st.integers(1, 20_000_000)),
        paid=Money(micros=paid, currency=currency),
        received=Money(micros=paid, currency=currency),
        currency="EUR",
        gross=price.gross,
        vat=price.vat,
        mode=draw(st.sampled_from(VatMode)),
        country="DE",
    )


def lot_of(sale: Sale, spent: int = 0) -> Lot:
    whole = Lot(
        id=7,
        listener_id=ANNA,
        kind=LotKind.PAID,
        currency="EUR",
        country="DE",
        acquired_at=NOON,
        credits=sale.credits,
        amount=sale.held,
        vat=sale.vat_of_lot,
    )
    return left(take([whole], spent)[0]) if spent else whole


def lost(sale: Sale, *lots: Lot, before: int, amount: int) -> Loss:
    """Take back of a sale, of which all that is in no lot any more was spent."""
    spent = Spent(
        amount=sale.held - sum(lot.amount for lot in lots),
        vat=sale.vat_of_lot - sum(lot.vat for lot in lots),
    )
    return loss_of(sale, lots, spent, before=before, amount=amount)


def booked(entries: tuple[Entry, ...]) -> Transaction:
    """Raise unless it balances."""
    return Transaction(kind=TxnKind.REFUND, key="k", occurred_at=NOON, entries=entries)


def total(entries: tuple[Entry, ...], kind: AccountKind, currency: str = "EUR") -> int:
    return sum(e.amount for e in entries if e.account.kind is kind and e.currency == currency)


@given(sales())
def test_a_sale_balances_in_every_currency_and_its_lot_is_what_was_paid(sale: Sale) -> None:
    txn = sold(sale, lot=7, at=NOON, facts={})

    assert total(txn.entries, AccountKind.PSP, sale.received.currency) == sale.received.micros
    [wallet] = [e for e in txn.entries if e.credits]
    assert (wallet.amount, wallet.credits, wallet.lot) == (-sale.held, -sale.credits, 7)
    taxed = -total(txn.entries, AccountKind.VAT)
    assert taxed + sale.vat_of_lot == sale.vat


@given(sales(), st.lists(st.integers(0, 10**9), max_size=4))
def test_parts_that_follow_one_another_sum_to_the_whole(sale: Sale, cuts: list[int]) -> None:
    paid = sale.paid.micros
    marks = [0, *sorted(one % (paid + 1) for one in cuts), paid]

    parts = [part_between(sale, low, high) for low, high in pairwise(marks)]

    assert sum(one.paid for one in parts) == paid
    assert sum(one.received for one in parts) == sale.received.micros
    assert sum(one.gross for one in parts) == sale.gross
    assert sum(one.vat for one in parts) == sale.vat


@given(sales(), st.data())
def test_a_refund_gives_back_what_is_unspent_in_whole_cents(
    sale: Sale, data: st.DataObject
) -> None:
    spent = data.draw(st.integers(0, sale.credits))
    lot = lot_of(sale, spent)

    back = refund_of(sale, lot, before=0)

    if lot.credits:
        booked(back.entries)
    assert back.paid % CENT == 0
    assert 0 <= back.paid <= sale.paid.micros
    [change] = changes_of(back.entries) or [None]
    if change is not None:  # its lot is empty afterwards, tax and all
        assert (change.credits, change.amount, change.vat) == (-lot.credits, -lot.amount, -lot.vat)
    if not spent:
        assert back.paid == sale.paid.micros
        assert abs(total(back.entries, AccountKind.BREAKAGE)) == 0
        assert total(back.entries, AccountKind.VAT) == sale.vat - sale.vat_of_lot
    # Less than a cent, in whatever currency it was paid, and what rounding left.
    worth_of_cent = sale.gross * CENT // sale.paid.micros + 3
    assert -2 <= -total(back.entries, AccountKind.BREAKAGE) <= worth_of_cent


@given(sales(), st.data())
def test_a_chargeback_takes_what_is_unspent_and_somebody_bears_the_rest(
    sale: Sale, data: st.DataObject
) -> None:
    lot = lot_of(sale, data.draw(st.integers(0, sale.credits)))
    amount = data.draw(st.integers(1, sale.paid.micros))
    claim = data.draw(st.integers(0, 10**9))

    loss = lost(sale, lot, before=0, amount=amount)
    claims = {Account(AccountKind.RESERVE, "a"): min(claim, loss.borne)} if loss.borne else {}
    txn = booked(loss.entries(claims))

    assert loss.borne >= 0
    assert total(txn.entries, AccountKind.PSP, sale.received.currency) == -loss.part.received
    for change in changes_of(txn.entries):
        assert 0 <= -change.credits <= lot.credits
        assert 0 <= -change.amount <= lot.amount
        assert 0 <= -change.vat <= lot.vat


@given(sales())
def test_a_chargeback_of_what_nobody_spent_costs_nobody_anything(sale: Sale) -> None:
    loss = lost(sale, lot_of(sale), before=0, amount=sale.paid.micros)

    assert loss.borne == 0
    assert total(loss.entries({}), AccountKind.CHARGEBACK) == 0
    assert total(loss.entries({}), AccountKind.VAT) == sale.vat - sale.vat_of_lot


@given(sales())
def test_of_what_was_spent_the_tax_comes_back_and_the_rest_is_borne(sale: Sale) -> None:
    loss = lost(sale, lot_of(sale, sale.credits), before=0, amount=sale.paid.micros)

    assert loss.taken == ()
    assert loss.tax == sale.vat
    assert loss.borne == sale.gross - sale.vat


def test_who_is_refunded_and_disputes_as_well_costs_the_co_operative_all_of_it() -> None:
    price = inclusive(12_500_000, 190_000)
    sale = Sale(
        payment="p",
        listener=str(ANNA),
        provider="stripe",
        credits=10_000_000,
        paid=Money(micros=12_500_000, currency="EUR"),
        received=Money(micros=12_500_000, currency="EUR"),
        currency="EUR",
        gross=price.gross,
        vat=price.vat,
        mode=VatMode.TOPUP,
        country="DE",
    )

    loss = lost(sale, lot_of(sale, sale.credits), before=12_500_000, amount=12_500_000)

    assert loss.part == Part(paid=12_500_000, received=12_500_000, gross=12_500_000, vat=0)
    assert loss.borne == 12_500_000


SHARE = Account(AccountKind.COOP_SHARE)
ARTIST, OTHER = Account(AccountKind.PAYABLE, "a"), Account(AccountKind.PAYABLE, "b")
HELD, WAITS = Account(AccountKind.RESERVE, "a"), Account(AccountKind.SUSPENSE, "c")


def test_the_co_operative_bears_its_share_and_the_payees_as_the_terms_say() -> None:
    earned = {ARTIST: 600, OTHER: 50, WAITS: 50, SHARE: 300}
    available = {HELD: 200, ARTIST: 1_000, OTHER: 20, WAITS: 500}

    found = {
        bearer: clawed(1_000, earned=earned, available=available, bearer=bearer)
        for bearer in Bearer
    }

    assert found == {
        Bearer.EXPENSE: {},
        Bearer.RESERVE: {HELD: 200, WAITS: 50},
        Bearer.PAYABLE: {HELD: 200, ARTIST: 400, OTHER: 20, WAITS: 50},
    }


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.sampled_from([ARTIST, OTHER, WAITS, SHARE]), st.integers(-10, 10**6)),
    st.dictionaries(st.sampled_from([ARTIST, OTHER, WAITS, HELD]), st.integers(-10, 10**6)),
    st.sampled_from(Bearer),
)
def test_nobody_gives_more_than_there_is_and_all_together_no_more_than_the_loss(
    amount: int, earned: dict[Account, int], available: dict[Account, int], bearer: Bearer
) -> None:
    found = clawed(amount, earned=earned, available=available, bearer=bearer)

    assert sum(found.values()) <= amount
    assert all(0 < part <= available[account] for account, part in found.items())
    assert SHARE not in found
