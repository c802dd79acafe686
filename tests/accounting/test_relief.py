"""What is given back of music whose money was taken back."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.charging import charged_entries
from accounting.ledger import Account, AccountKind, Transaction, TxnKind, reversed_entries
from accounting.lots import Lot, LotKind, changes_of, take
from accounting.relief import relief_of, restored
from accounting.splits import Sharing
from tests.support.catalog import NOON

ANNA, ARTIST = UUID(int=1), str(UUID(int=2))
PAYABLE, HELD = Account(AccountKind.PAYABLE, ARTIST), Account(AccountKind.RESERVE, ARTIST)
EXPENSE = Account(AccountKind.CHARGEBACK)
parts = st.integers(0, 2_000_000)


@given(st.integers(1, 1_000_000), parts, parts, parts, st.integers(0, 400_000))
def test_no_more_returns_than_there_was_and_none_bears_less_than_nothing(
    spent: int, owed: int, held: int, expense: int, vat: int
) -> None:
    lot = Lot(
        id=7,
        listener_id=ANNA,
        kind=LotKind.PAID,
        currency="EUR",
        country="DE",
        acquired_at=NOON,
        credits=1_000_000,
        amount=1_250_000,
        vat=vat,
    )
    sharing = Sharing(shares=((PAYABLE, 1_000_000),))
    charged = charged_entries(take([lot], spent), artist_ppm=700_000, sharing=sharing)
    entries, borne = reversed_entries(charged), {PAYABLE: owed, HELD: held, EXPENSE: expense}
    back = restored(entries, {7: lot})

    relief = relief_of(back, entries, borne)

    if relief.takes:
        Transaction(kind=TxnKind.CHARGEBACK, key="k", occurred_at=NOON, entries=relief.entries())
        [change] = changes_of(relief.entries())
        assert 0 < -change.credits <= back[0].credits
        # The artist gave a part of it back, and has as much again, or all that was taken.
        returned = relief.parts.get(PAYABLE, 0) + relief.parts.get(HELD, 0)
        gave = sum(e.amount for e in entries if e.account == PAYABLE)
        taken = sum(one.amount - one.vat for one in relief.takes)
        net = back[0].amount - back[0].vat
        assert returned >= min(owed + held, gave * taken // net if net else 0)
    assert all(0 <= part <= borne[account] for account, part in relief.parts.items())
    assert [lot.credits for lot in relief.rest] == [
        back[0].credits - sum(one.credits for one in relief.takes)
    ]
