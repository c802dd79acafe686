"""Exports, read by Beancount itself, as a program of its own."""

import csv
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.beancount import Booked, Months, amount_of, name_of, opening_of, transaction_of
from accounting.exports import beancount
from accounting.journal import trial_balance
from accounting.ledger import Account, AccountKind, Entry
from base.database import Database
from tests.support.chained import BANK, DAY, NOON, SHARE, posted, sale

ODD = Account(AccountKind.PSP, 'a "pay\\ment" provider, Ünger & Söhne')
OWNERS = ["", "stripe", "Stripe", "DE", "de", "d", "D", "a1", "A1", "member:x", "Ä", "ä", "a_b"]
#: Prints errors, and each account's balance, as Beancount understands them.
READER = """
import csv, sys
from beancount import loader
from beancount.core import realization
entries, errors, _ = loader.load_file(sys.argv[1])
rows = csv.writer(sys.stdout)
for error in errors:
    rows.writerow(["error", str(error), ""])
for account in realization.iter_children(realization.realize(entries)):
    for position in account.balance:
        rows.writerow([account.account, position.units.currency, f"{position.units.number:f}"])
"""


def read(path: Path) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", READER, path], capture_output=True, text=True, check=True, timeout=60
    )
    return list(csv.reader(done.stdout.splitlines()))


def test_no_two_accounts_are_called_the_same() -> None:
    accounts = [Account(kind, of) for kind in AccountKind for of in OWNERS]

    assert len({name_of(account) for account in accounts}) == len(accounts)


owners = st.text("aAbB1-_:. é", min_size=1, max_size=5)


@given(owners, owners)
def test_names_are_told_apart_as_owners_are(one: str, other: str) -> None:
    names = [name_of(Account(AccountKind.PAYABLE, of)) for of in (one, other)]

    assert (names[0] == names[1]) == (one == other)


@given(st.integers(-(2**63), 2**63 - 1))
def test_amounts_keep_every_millionth(micros: int) -> None:
    whole, places = amount_of(micros).split(".")

    assert len(places) == 6
    assert int(whole + places) == micros


@pytest.mark.parametrize("months", [[11], [12], [12, 11, 11]])
def test_balances_are_asserted_after_each_month_that_moved(months: list[int]) -> None:
    found = Months()
    for month in months:
        at = datetime(2026, month, 30, 23, 59, tzinfo=UTC)
        found.add(booked_at(at, Entry(BANK, 2, "EUR"), Entry(SHARE, -2, "EUR")))

    said = [line for line in found.assertions() if "Bank" in line]

    sums = {11: months.count(11) * 2, 12: len(months) * 2}
    after = {11: "2026-12-01", 12: "2027-01-01"}
    assert said == [
        f"{after[month]} balance Assets:Bank 0.{sums[month]:06} ~ 0 EUR\n"
        for month in sorted(set(months))
    ]


def booked_at(at: datetime, *entries: Entry) -> Booked:
    return Booked(
        number=1,
        kind="adjustment",
        key='a "key" \\ with\neverything',
        occurred_at=at,
        booked_at=at,
        reverses=7,
        facts='{"a":"b\\n\\"c\\"","é":1}',
        entries=entries,
    )


def test_what_is_odd_is_read_as_well(tmp_path: Path) -> None:
    booked = booked_at(NOON, Entry(ODD, 1, "EUR", lot=3, credits=9), Entry(SHARE, -1, "EUR"))
    accounts = [Account(kind, of) for kind in AccountKind for of in OWNERS]
    months = Months()
    months.add(booked)
    lines = [*map(opening_of, {*accounts, ODD}), transaction_of(booked), *months.assertions()]
    (tmp_path / "odd.beancount").write_text("".join(lines))

    assert sorted(read(tmp_path / "odd.beancount")) == [
        [name_of(ODD), "EUR", "0.000001"],
        [name_of(SHARE), "EUR", "-0.000001"],
    ]


def test_a_balance_that_is_off_by_a_millionth_is_an_error(tmp_path: Path) -> None:
    one = booked_at(NOON, Entry(BANK, 2, "EUR"), Entry(SHARE, -1, "EUR"))
    lines = [opening_of(BANK), opening_of(SHARE), transaction_of(one)]
    (tmp_path / "wrong.beancount").write_text("".join(lines))

    assert "error" in {row[0] for row in read(tmp_path / "wrong.beancount")}


async def test_the_journal_is_read_without_errors_and_to_the_same_totals(
    database: Database, tmp_path: Path
) -> None:
    francs = (Entry(ODD, 10**15 + 1, "CHF"), Entry(SHARE, -(10**15) - 1, "CHF"))
    await posted(database, [sale(1, 3), replace(sale(2), entries=francs)])
    await posted(database, [sale(3, 10**12)], now=NOON + 40 * DAY)

    async with database.snapshot() as session:
        text = "".join([part async for part in beancount(session, currency="EUR")])
        trial = await trial_balance(session)
    (tmp_path / "books.beancount").write_text(text)

    assert {tuple(row) for row in read(tmp_path / "books.beancount")} == {
        (name_of(one.account), one.currency, amount_of(one.debits - one.credits)) for one in trial
    }
    assert text.count(" balance ") == 6
