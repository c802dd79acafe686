"""The program that stands alone hashes as the books do, though they share no line."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import (
    Account,
    AccountKind,
    Entry,
    Transaction,
    TxnKind,
    leaf_of,
    micros_since_epoch,
)
from accounting.ledger import account_id as our_account_id
from accounting.merkle import path_of, root_of
from accounting.statement_forms import as_json
from accounting.verify_statement import account_id, digest_of, fault_of, main, payload_of, root_from
from accounting.verify_statement import leaf_of as their_leaf_of
from tests.support.statements import MARCH, line, statement

Document = dict[str, Any]

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


BOOKED_US = micros_since_epoch(MARCH.starts_at + timedelta(days=10))
SAID = statement(line(amount=1680), line(step=2, amount=3360), opening=7)
PAYABLE = f"payable:{SAID.payee_id}"


def heard(number: int, *, step: int, amount: int) -> Document:
    one = Transaction(
        kind=TxnKind.PLAY,
        key=f"play:{number}",
        occurred_at=MARCH.starts_at + timedelta(days=10),
        entries=(
            Entry(Account(AccountKind.PAYABLE, SAID.payee_id), -amount, "EUR"),
            Entry(Account(AccountKind.COOP_SHARE), amount, "EUR"),
        ),
        facts={"recording": "song", "step": step},
    )
    return told(number, one, BOOKED_US)


def published(transactions: list[Document]) -> tuple[Document, Document]:
    """Answer a proof of transactions that are all of a day, and the root of it."""
    leaves = b"".join(their_leaf_of(one, payload_of(one)) for one in transactions)
    for index, one in enumerate(transactions):
        path = [each.hex() for each in path_of(leaves, index)]
        one["place"] = {"day": "2026-03-10", "position": index + 1, "path": path}
    root = {"day": "2026-03-10", "first": 1, "size": len(transactions), "head": ""}
    proof = {"format": "refrain-proof-1", "accounts": [PAYABLE], "transactions": transactions}
    return proof, {"roots": [{**root, "root": root_of(leaves).hex()}]}


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., int]:
    """Answer what the program ends with."""

    def status(proof: Document, roots: Document, paper: Document) -> int:
        for name, one in (("proof", proof), ("roots", roots), ("paper", paper)):
            (tmp_path / name).write_text(json.dumps(one))
        names = [str(tmp_path / name) for name in ("proof", "roots", "paper")]
        return main([names[0], "--roots", names[1], "--statement", names[2]])

    return status


def books() -> tuple[Document, Document, Document]:
    plays = [heard(1, step=1, amount=1680), heard(2, step=2, amount=3360)]
    return (*published(plays), json.loads(as_json(SAID)))


def test_a_statement_that_is_right_is_right(said: Callable[..., int]) -> None:
    assert said(*books()) == 0


def signed(paper: Document, **changes: object) -> Document:
    """Answer another statement, whose digest is right."""
    changed = {**deepcopy(paper), **changes}
    return {**changed, "digest": digest_of(changed)}


def invented(amount: int, booked_us: int = BOOKED_US) -> Document:
    made = heard(999, step=1, amount=amount)
    return {**made, "kind": "fee", "booked_us": booked_us, "place": None} | {
        "payload": payload_of({**made, "kind": "fee"}).hex()
    }


def repeated(proof: Document, paper: Document) -> None:
    """Tell the first play twice, the second time with another spelling of its number."""
    first = proof["transactions"][0]
    proof["transactions"].append({**first, "id": "0" + first["id"]})
    lines = [{**one, "number": 3 - one["step"], "amount": 3360} for one in paper["lines"]]
    paper |= signed(paper, lines=lines, closing=7 + 6720, restated=7 + 6720)


def with_an_invention(proof: Document, paper: Document) -> None:
    proof["transactions"].append(invented(-5))
    lines = [*paper["lines"], {**paper["lines"][0], "reason": "fees", "amount": -5}]
    paper |= signed(paper, lines=lines, closing=7 + 5035, restated=7 + 5035)


def of_inventions_only(proof: Document, paper: Document) -> None:
    proof["transactions"] = [invented(-5)]
    lines = [{**paper["lines"][0], "reason": "fees", "amount": -5}]
    paper |= signed(paper, lines=lines, closing=2, restated=2)


def of_another_account(proof: Document, paper: Document) -> None:
    proof["accounts"] = ["income:coop_share"]
    lines = [{**one, "amount": -one["amount"]} for one in paper["lines"]]
    paper |= signed(paper, lines=lines, closing=7 - 5040, restated=7 - 5040)


def with_other_lines(_proof: Document, paper: Document) -> None:
    for one in paper["lines"]:
        one |= {"amount": 1, "number": 999}


def with_lines_shifted(_proof: Document, paper: Document) -> None:
    first, second = paper["lines"]
    lines = [{**first, "amount": 1681}, {**second, "amount": 3359}]
    paper |= signed(paper, lines=lines)


def with_another_digest(_proof: Document, paper: Document) -> None:
    paper["digest"] = "00" * 32


def of_another_year(_proof: Document, paper: Document) -> None:
    starts_at, ends_at = "2019-01-01T00:00:00+00:00", "2019-02-01T00:00:00+00:00"
    paper |= signed(paper, period="2019-01", starts_at=starts_at, ends_at=ends_at)


def of_another_month_by_name(_proof: Document, paper: Document) -> None:
    paper |= signed(paper, period="2019-01")


def of_somebody_else(_proof: Document, paper: Document) -> None:
    paper |= signed(paper, payee={"id": "bob", "name": "Bob"})


def restated_otherwise(_proof: Document, paper: Document) -> None:
    paper |= signed(paper, restated=paper["restated"] + 1)


def with_corrections_that_are_not_there(_proof: Document, paper: Document) -> None:
    corrections = [{**paper["lines"][0], "amount": 5}]
    paper |= {"corrections": corrections, "restated": paper["closing"] + 5}


def with_a_play_left_out(proof: Document, _paper: Document) -> None:
    proof["transactions"].pop()


def with_a_longer_currency(proof: Document, paper: Document) -> None:
    for entry in proof["transactions"][1]["entries"]:
        entry["currency"] = "EURO"
    first = paper["lines"][0]
    paper |= signed(paper, lines=[first], closing=7 + 1680, restated=7 + 1680)


@pytest.mark.parametrize(
    "forge",
    [
        *(repeated, with_an_invention, of_inventions_only, of_another_account, with_other_lines),
        *(with_lines_shifted, with_another_digest, of_another_year, of_another_month_by_name),
        *(of_somebody_else, restated_otherwise, with_corrections_that_are_not_there),
        *(with_a_play_left_out, with_a_longer_currency),
    ],
)
def test_a_forgery_is_found(
    said: Callable[..., int], forge: Callable[[Document, Document], None]
) -> None:
    proof, roots, paper = books()
    forge(proof, paper)
    later = {**roots["roots"][0], "day": "2026-03-11", "first": 3, "size": 1, "root": "00" * 32}

    assert said(proof, {"roots": [*roots["roots"], later]}, paper) == 1


def test_what_waits_for_its_root_and_what_is_of_nothing_is_not_checked(
    said: Callable[..., int],
) -> None:
    proof, roots, paper = books()
    with_an_invention(proof, paper)
    assert said(proof, roots, paper) == 2

    empty = signed(paper, lines=[], closing=7, restated=7)
    assert said({**proof, "transactions": []}, roots, empty) == 2
