import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import (
    Account,
    AccountKind,
    Entry,
    Side,
    Transaction,
    TxnKind,
    account_named,
    leaf_of,
    micros_since_epoch,
    payload_of,
    reversed_entries,
    side_of,
)
from base.errors import Broken

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WALLET = Account(AccountKind.WALLET, "0f")
SHARE = Account(AccountKind.COOP_SHARE)
amounts = st.integers(min_value=-(2**53), max_value=2**53)


def told(*entries: Entry, key: str = "play:1") -> Transaction:
    return Transaction(kind=TxnKind.PLAY, key=key, occurred_at=NOON, entries=entries)


@pytest.mark.parametrize("kind", list(AccountKind))
def test_an_account_is_found_by_its_name(kind: AccountKind) -> None:
    for of in ("", "a:b", "0f"):
        assert account_named(Account(kind, of).name) == Account(kind, of)


def test_an_account_that_is_none_is_refused() -> None:
    with pytest.raises(Broken):
        account_named("walletish:1")


def test_the_number_of_an_account_is_worked_out_from_its_name() -> None:
    digest = sha256(b"wallet:0f").digest()
    assert struct.pack(">q", WALLET.id) == digest[:8]


def test_accounts_stand_on_their_side() -> None:
    sides = {kind: side_of(kind) for kind in AccountKind}
    assert sides[AccountKind.PSP] is Side.ASSET
    assert sides[AccountKind.WALLET] is Side.LIABILITY
    assert sides[AccountKind.COOP_SHARE] is Side.INCOME
    assert sides[AccountKind.PROMO] is Side.EXPENSE
    assert sides[AccountKind.EXCHANGE] is Side.EQUITY


def test_what_does_not_balance_in_each_currency_is_refused() -> None:
    with pytest.raises(Broken):
        told(Entry(WALLET, 5, "EUR"), Entry(SHARE, -5, "USD"))
    with pytest.raises(Broken):
        told()


@given(st.lists(amounts, min_size=1, max_size=5))
def test_what_is_undone_leaves_nothing(parts: list[int]) -> None:
    entries = (
        *(Entry(SHARE, -part, "EUR") for part in parts),
        Entry(WALLET, sum(parts), "EUR", lot=3, credits=7),
    )
    back = reversed_entries(told(*entries).entries)
    assert all(one.amount + other.amount == 0 for one, other in zip(entries, back, strict=True))
    assert back[-1].credits == -7


def test_the_hash_covers_every_part_as_it_is_written_down() -> None:
    """The form is public: whoever checks a statement writes these lines again."""
    entries = (Entry(WALLET, 2400, "EUR", lot=9, credits=2000), Entry(SHARE, -2400, "EUR"))
    one = Transaction(
        kind=TxnKind.PLAY,
        key="play:1",
        occurred_at=NOON,
        entries=entries,
        facts={"b": "ü", "a": 1},
        reverses=4,
    )
    head = 'play\nplay:1\n{"a":1,"b":"ü"}'.encode()
    packed = struct.pack(">q3sqqq", WALLET.id, b"EUR", 2400, 9, 2000)
    packed += struct.pack(">q3sqqq", SHARE.id, b"EUR", -2400, 0, 0)
    fixed = struct.pack(">qqI", micros_since_epoch(NOON), 4, len(head))
    assert one.payload == sha256(b"refrain journal 1\n" + fixed + head + packed).digest()


def test_a_leaf_is_told_from_a_node() -> None:
    payload = b"p" * 32
    leaf = leaf_of(txn_id=1, booked_us=2, payload=payload)
    assert leaf == sha256(b"\0" + struct.pack(">qq", 1, 2) + payload).digest()


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_lose_nothing(at: datetime) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert epoch + timedelta(microseconds=micros_since_epoch(at)) == at


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "plax"},
        {"key": "l"},
        {"facts": "{ }"},
        {"occurred_us": 2},
        {"reverses": 1},
        {"entries": b"f"},
        {"kind": "play\nk", "key": ""},
    ],
)
def test_any_other_part_is_another_hash(other: dict[str, Any]) -> None:
    parts: dict[str, Any] = {
        "kind": "play",
        "key": "k",
        "facts": "{}",
        "occurred_us": 1,
        "reverses": 0,
        "entries": b"e",
    }
    assert payload_of(**parts) != payload_of(**{**parts, **other})
