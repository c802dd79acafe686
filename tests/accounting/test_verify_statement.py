"""The program that stands alone hashes as the books do, though they share no line."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind, leaf_of
from accounting.ledger import account_id as our_account_id
from accounting.merkle import path_of, root_of
from accounting.verify_statement import account_id, fault_of, payload_of, root_from
from accounting.verify_statement import leaf_of as their_leaf_of

words = st.text('aé"\\ 1', max_size=4)
amounts = st.integers(-(2**62), 2**62)
times = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - given below
zones = st.sampled_from([timezone.utc, timezone(timedelta(hours=5, minutes=45))])  # noqa: UP017


@st.composite
def transactions(draw: st.DrawFn) -> Transaction:
    amount = draw(amounts)
    owner, other = Account(AccountKind.PAYABLE, draw(words)), Account(AccountKind.BANK)
    return Transaction(
        kind=draw(st.sampled_from(TxnKind)),
        key=draw(words),
        occurred_at=draw(times).replace(tzinfo=draw(zones)),
        entries=(
            Entry(owner, amount, "EUR", draw(amounts), draw(amounts)),
            Entry(other, -amount, "EUR"),
        ),
        facts=draw(st.dictionaries(words, words | st.integers(), max_size=3)),
        reverses=draw(st.integers(0, 2**62)),
    )


def told(number: int, one: Transaction, occurred_us: int) -> dict[str, object]:
    return {
        "id": str(number),
        "kind": str(one.kind),
        "key": one.key,
        "facts": one.facts_text,
        "occurred_us": occurred_us,
        "booked_us": occurred_us + 7,
        "reverses": str(one.reverses),
        "payload": one.payload.hex(),
        "entries": [
            {
                "account": each.account.name,
                "account_id": str(each.account.id),
                "currency": each.currency,
                "amount": each.amount,
                "lot": str(each.lot),
                "credits": each.credits,
            }
            for each in one.entries
        ],
    }


@given(transactions(), st.integers(1, 2**62))
def test_a_transaction_has_the_same_hash_and_leaf(one: Transaction, number: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
    occurred_us = (one.occurred_at - epoch) // timedelta(microseconds=1)
    document = told(number, one, occurred_us)

    assert payload_of(document) == one.payload
    assert fault_of({**document, "place": None}, {}) is None
    leaf = leaf_of(txn_id=number, booked_us=occurred_us + 7, payload=one.payload)
    assert their_leaf_of(document, one.payload) == leaf


@given(words)
def test_an_account_has_the_same_number(name: str) -> None:
    assert account_id(name) == our_account_id(name)


@given(st.integers(1, 40), st.data())
def test_a_path_leads_to_the_same_root(size: int, data: st.DataObject) -> None:
    leaves = b"".join(number.to_bytes(32) for number in range(size))
    index = data.draw(st.integers(0, size - 1))
    leaf = leaves[32 * index : 32 * index + 32]

    assert root_from(leaf, index, size, path_of(leaves, index)) == root_of(leaves)
