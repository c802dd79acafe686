#!/usr/bin/env python3
"""Check that what you were paid for stands in the published books, and adds up.

This program stands alone: it needs Python 3.8 and nothing else, and believes nobody. It takes a
proof (what `GET /api/v1/plays/{play}/proof` and `GET /api/v1/payees/{payee}/proof` answer), and the
published roots (`GET /api/v1/books/roots`), from a file that you kept or from an address:

    python3 verify_statement.py proof.json --roots https://refrain.example/api/v1/books/roots
    python3 verify_statement.py proof.json --roots roots.json --statement 2026-11.json

What is checked of each transaction: that its entries sum to zero; that the hash of all that it says
leads, by the path given, to the root that was published for its day. Then that none is told twice.
Of a statement: that its lines add up and have its digest; that all of the proof was booked within
its time; that its payee's account comes to what it says, and each track, at each step, to what its
lines say of plays. Names and titles are nowhere in the books, and are not checked.

It ends with 0 when all is right, 1 when something is not, 2 when it could not be checked, or not
all of it: the root of a day is published once the day is over. A root
proves that what is in it has not changed since it was published; keep a copy of the roots, or ask
others for theirs, to know that they are the same for everybody.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import urllib.request
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

FORMAT = "refrain-proof-1"
VERSION = b"refrain journal 1\n"
MICROS = 1_000_000
MOST_BYTES = 1 << 30
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Python 3.8
PARTS = ("reason", "recording", "step", "territory", "month", "number", "amount")


Document = Any  # what JSON holds


class UnreadableError(Exception):
    """It could not be checked: a file is missing, or is none that we know."""


def sha256(data: bytes) -> bytes:
    """Answer the hash of bytes."""
    return hashlib.sha256(data).digest()


def account_id(name: str) -> int:
    """Answer the number of an account: the first 8 bytes of the hash of its name, signed."""
    return int.from_bytes(sha256(name.encode())[:8], "big", signed=True)


def payload_of(told: Document) -> bytes:
    """Answer the hash of what a transaction says."""
    if "\n" in told["kind"] or "\n" in told["facts"]:
        raise ValueError("says something in more lines than one")
    head = f"{told['kind']}\n{told['key']}\n{told['facts']}".encode()
    fixed = struct.pack(">qqI", told["occurred_us"], int(told["reverses"]), len(head))
    entries = b"".join(
        struct.pack(
            ">q3sqqq",
            number_of(entry),
            currency_of(entry),
            entry["amount"],
            int(entry["lot"]),
            entry["credits"],
        )
        for entry in told["entries"]
    )
    return sha256(VERSION + fixed + head + entries)


def number_of(entry: Document) -> int:
    """Answer the number of an entry's account, which must be that of its name where it is named."""
    number = int(entry["account_id"])
    if entry.get("account") and account_id(entry["account"]) != number:
        raise ValueError(f"names an account {entry['account']} that has another number")
    return number


def currency_of(entry: Document) -> bytes:
    """Answer the currency of an entry as it is hashed, which is all of it."""
    currency: bytes = entry["currency"].encode()
    if len(currency) != 3:  # noqa: PLR2004 - ISO 4217
        raise ValueError(f"is in {entry['currency']!r}, which is no currency")
    return currency


def leaf_of(told: Document, payload: bytes) -> bytes:
    """Answer the leaf that stands for a transaction in the tree of its day."""
    return sha256(b"\0" + struct.pack(">qq", int(told["id"]), told["booked_us"]) + payload)


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Answer the root that a path leads to from a leaf (RFC 9162, 2.1.3.2); None if it cannot."""
    at, last, node = index, size - 1, leaf
    if not 0 <= index < size:
        return None
    for sibling in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            node = sha256(b"\1" + sibling + node)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            node = sha256(b"\1" + node + sibling)
        at, last = at // 2, last // 2
    return node if last == 0 else None


def fault_of(told: Document, roots: Document) -> str | None:
    """Answer what is wrong with a transaction, in words that go on after its number; or nothing."""
    sums: dict[str, int] = {}
    for entry in told["entries"]:
        sums[entry["currency"]] = sums.get(entry["currency"], 0) + entry["amount"]
    if any(sums.values()):
        return f"does not balance: its entries sum to {sums}"
    payload = payload_of(told)
    if payload.hex() != told["payload"]:
        return "says something else than its hash: it was changed"
    place = told.get("place")
    if place is None:
        day, last = moment(told["booked_us"]).date().isoformat(), max(roots, default="")
        late = f"was booked on {day} and is in no root, though there is one of {last}"
        return late if last > day else None
    root = roots.get(place["day"])
    if root is None:
        return f"is of {place['day']}, for which no root was published"
    index = place["position"] - root["first"]
    path = [bytes.fromhex(one) for one in place["path"]]
    made = root_from(leaf_of(told, payload), index, root["size"], path)
    if made is None or made.hex() != root["root"]:
        return f"is not in the books that were published for {place['day']}"
    return None


def sums_of(transactions: Document, accounts: Iterable[str]) -> dict[str, int]:
    """Answer what came to accounts (and went, less than nothing), by currency."""
    numbers = {account_id(name) for name in accounts}
    sums: dict[str, int] = {}
    for told in transactions:
        for entry in told["entries"]:
            if number_of(entry) in numbers:
                sums[entry["currency"]] = sums.get(entry["currency"], 0) - entry["amount"]
    return sums


def faults_of(transactions: Document, roots: Document) -> list[str]:
    """Answer what is wrong with transactions, as sentences."""
    faults, seen = [], set()
    for told in transactions:
        try:
            fault = fault_of(told, roots)
            if fault is None and int(told["id"]) in seen:
                fault = "is told twice"
            seen.add(int(told["id"]))
        except (KeyError, TypeError, ValueError, OverflowError, struct.error) as error:
            fault = f"cannot be read ({type(error).__name__}: {error})"
        if fault is not None:
            faults.append(f"Transaction {told.get('id')} {fault}.")
    return faults


def checked(
    proof: Document, roots: Document, statement: Document
) -> tuple[list[str], list[str], list[str]]:
    """Answer faults as sentences, what could not be checked, and what to say of what is right."""
    faults = faults_of(proof["transactions"], roots)
    left, notes = [], []
    if not proof["transactions"]:
        left.append("Nothing was proven: the proof has no transactions.")
    if waiting := sum(told.get("place") is None for told in proof["transactions"]):
        left.append(f"{waiting} of them wait for the root of their day: ask again tomorrow.")
    if not faults and statement is None:
        accounts = proof.get("accounts", [])
        sums = sums_of(proof["transactions"], accounts)
        whose = f", for {' and '.join(accounts)}" if accounts else ""
        notes += [f"They come to {money(sums[name])} {name}{whose}." for name in sorted(sums)]
    if statement is not None:
        faults += inner_faults(statement)
    if statement is not None and not faults:
        faults += compared(statement, proof["transactions"])
        notes.append(f"The statement is of {statement['payee']['id']}, {statement['period']}.")
    return faults, left, notes


def inner_faults(statement: Document) -> list[str]:
    """Answer what of a statement does not agree with the rest of it."""
    name, closing = statement["period"], statement["closing"]
    starts_at, ends_at = bounds_of(statement)
    booked, later = (
        sum(line["amount"] for line in statement[of]) for of in ("lines", "corrections")
    )
    right = {
        "its lines are not what came between its balances": statement["opening"] + booked
        == closing,
        "its corrections are not what it was restated by": closing + later == statement["restated"],
        "its time is not that month": f"{moment((starts_at + ends_at) // 2):%Y-%m}" == name,
        "its lines have another digest": digest_of(statement) == statement["digest"],
    }
    return [f"The statement of {name}: {said}." for said, is_so in right.items() if not is_so]


def digest_of(statement: Document) -> str:
    """Answer the hash of what a statement says, as docs/ledger/months.md has it."""
    head = (statement["payee"]["id"], statement["period"], statement["currency"])
    rows = [(*head, statement["version"], statement["opening"], statement["closing"])]
    for of in ("lines", "corrections"):
        rows += sorted(tuple(line[name] for name in PARTS) for line in statement[of])
    return sha256("".join("\t".join(map(str, row)) + "\n" for row in rows).encode()).hex()


def compared(statement: Document, transactions: Document) -> list[str]:
    """Answer what does not agree between a statement and what transactions come to."""
    account = f"payable:{statement['payee']['id']}"
    said = statement["closing"] - statement["opening"]
    found = sums_of(transactions, [account]).get(statement["currency"], 0)
    faults = []
    if said != found:
        came = f"{money(found)} {statement['currency']} for {account}"
        told = f"The statement of {statement['period']} says {money(said)}"
        faults.append(f"{told}, and the transactions come to {came}.")
    starts_at, ends_at = bounds_of(statement)
    faults += [
        f"Transaction {told['id']} was not booked within the time of the statement."
        for told in transactions
        if not starts_at <= told["booked_us"] < ends_at
    ]
    lines, plays = plays_in(statement), plays_of(transactions, account, statement["currency"])
    faults += [
        f"The statement says {in_words(lines.get(which))} of {which[0]} at step {which[1]}, and "
        f"the transactions {in_words(plays.get(which))}."
        for which in sorted({*lines, *plays})
        if lines.get(which) != plays.get(which)
    ]
    return faults


def plays_in(statement: Document) -> dict[tuple[str, int], tuple[int, int]]:
    """Answer how many plays lines tell of, and what of, by recording and step."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for line in statement["lines"]:
        if line["reason"] == "plays":
            add(found, (line["recording"], line["step"]), line["number"], line["amount"])
    return found


def plays_of(
    transactions: Document, account: str, currency: str
) -> dict[tuple[str, int], tuple[int, int]]:
    """Answer the same of what was booked."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for told in transactions:
        if told["kind"] != "play":
            continue
        facts = json.loads(told["facts"])
        for entry in told["entries"]:
            if number_of(entry) == account_id(account) and entry["currency"] == currency:
                add(found, (facts["recording"], facts["step"]), 1, -entry["amount"])
    return found


def add(
    found: dict[tuple[str, int], tuple[int, int]], which: tuple[str, int], number: int, amount: int
) -> None:
    """Add to how many there are, and what they come to."""
    numbers, amounts = found.get(which, (0, 0))
    found[which] = numbers + number, amounts + amount


def in_words(plays: tuple[int, int] | None) -> str:
    """Answer how many plays they were, and for what."""
    number, amount = plays or (0, 0)
    return f"{number} plays for {money(amount)}"


def bounds_of(statement: Document) -> tuple[int, int]:
    """Answer from when, and until before when, a statement is: microseconds since 1970."""
    first, last = (
        (datetime.fromisoformat(statement[name]) - EPOCH) // timedelta(microseconds=1)
        for name in ("starts_at", "ends_at")
    )
    return first, last


def moment(micros: int) -> datetime:
    """Answer a time of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def money(micros: int) -> str:
    """Answer an amount to the last micro-unit, as people read it."""
    whole, rest = divmod(abs(micros), MICROS)
    return f"{'-' if micros < 0 else ''}{whole}.{rest:06}"


def document(place: str) -> Document:
    """Answer the JSON that is at a path, or at an address."""
    try:
        if place.startswith(("https://", "http://")):
            with urllib.request.urlopen(place, timeout=60) as answer:
                return json.loads(answer.read(MOST_BYTES))
        return json.loads(Path(place).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{place} cannot be read: {error}") from error


def proof_in(told: Document) -> Document:
    """Answer a proof, if it is one."""
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UnreadableError(f"this is no proof of the form {FORMAT}")
    return told


def roots_by_day(told: Document) -> dict[str, Document]:
    """Answer published roots by their day."""
    try:
        return {one["day"]: one for one in told["roots"]}
    except (KeyError, TypeError) as error:
        raise UnreadableError("these are no published roots") from error


def main(arguments: Sequence[str]) -> int:
    """Check what the command line names; answer the exit status."""
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("proof", help="a proof: a file, or an address")
    said.add_argument("--roots", required=True, help="the published roots: a file, or an address")
    said.add_argument("--statement", help="a statement (JSON) that the proof is of")
    given = said.parse_args(arguments)
    try:
        proof, roots = proof_in(document(given.proof)), roots_by_day(document(given.roots))
        statement = document(given.statement) if given.statement else None
        faults, left, notes = checked(proof, roots, statement)
    except (UnreadableError, KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"Not checked: {error}.", file=sys.stderr)
        return 2
    number = len(proof["transactions"])
    print(f"{number} transactions, {len(faults)} faults.")
    for line in notes + left + faults:
        print(line)
    return 1 if faults else 2 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
