"""What treasurers do on the command line about money that comes in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from accounting.payments.manual import Manual
from accounting.topups import Addresses, Wanted, order
from base.clock import system_clock
from base.database import Database
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import person
from tests.support.commands import Done, refrain


@pytest.fixture
def house(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("REFRAIN_DATABASE_URL", migrated_sqlite_url)
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    return migrated_sqlite_url


async def ordered(url: str, *, product: str = "credits-10", country: str = "DE") -> tuple[str, str]:
    """Let a new listener order a pack by transfer; answer who, and the reference."""
    database = Database(url)
    try:
        listener = await person(database, Role.LISTENER)
        wanted = Wanted(listener_id=listener.id, request_key="k", product=product, country=country)
        here = Addresses(back="", webhook="")
        payment = await order(database, Manual(), wanted, addresses=here, clock=system_clock)
        return str(listener.id), payment.provider_id or ""
    finally:
        await database.close()


def said(done: Done) -> object:
    assert done.status == 0, done.errors
    return json.loads(done.said) if done.said else None


def balance(kind: str) -> dict[str, int]:
    trial = said(refrain("books", "trial", "--json"))
    assert isinstance(trial, dict)
    return {
        one["currency"]: one["debits"] - one["credits"]
        for one in trial["balances"]
        if one["account"] == kind
    }


def test_transfers_fees_and_gifts_are_booked_once(house: str) -> None:
    listener, reference = asyncio.run(ordered(house))
    bank = ("--bank-reference", "B-1")

    for _ in range(2):
        confirmed = said(refrain("books", "topup-confirm", reference, "12.50", *bank))
        refrain("books", "fee", "mollie", "INV-1", "0.29", "--on", "2026-11-30")
        refrain("books", "grant", listener, "2.5", "--reason", "welcome", "--key", "1")
    frozen = said(refrain("books", "freeze", listener, "--reason", "complaints"))
    listed = said(refrain("books", "freezes", listener))
    assert isinstance(frozen, dict)
    unfrozen = refrain("books", "unfreeze", frozen["freeze"], "--reason", "cleared up")
    other = refrain("books", "topup-confirm", reference, "12.40", *bank)
    nobody = refrain("books", "grant", "anna", "1", "--reason", "x")

    assert isinstance(confirmed, dict)
    assert (confirmed["state"], confirmed["credits"]) == ("paid", 10_000_000)
    assert (listed, unfrozen.status) == (frozen, 0)
    assert "idempotency-mismatch" in other.errors
    assert "account-unknown" in nobody.errors
    assert (balance("bank"), balance("psp")) == ({"EUR": 12_500_000}, {"EUR": -290_000})
    assert balance("expense:promo") == {"EUR": 3_000_000}
    assert balance("total") == {"EUR": 0}


async def token_of(url: str) -> str:
    database = Database(url)
    try:
        treasurer = await person(database, Role.TREASURER)
        async with database.begin() as session:
            return await issue_token(session, treasurer, label="t", now=system_clock())
    finally:
        await database.close()


def test_own_money_moves_and_what_is_put_right_waits_for_another(house: str) -> None:
    one, other = (
        ("--token", asyncio.run(token_of(house))),
        ("--token", asyncio.run(token_of(house))),
    )
    on = ("--on", "2026-11-20")

    said(refrain("books", "settle-provider", "stripe", "po_1", "97.50", "--fee", "0.25", *on, *one))
    said(refrain("books", "pay-vat", "de", "Q4", "19", *on, *one))
    lines = ("bank=-0.50 EUR", "expense:psp_fees=0.50 EUR")
    why = ("--reason", "fee of the bank", "--key", "1")
    made = said(refrain("books", "adjust", *lines, *why, *on, *one))
    assert isinstance(made, dict)
    alone = refrain("books", "adjust-approve", made["adjustment"], *one)
    done = said(refrain("books", "adjust-approve", made["adjustment"], *other))

    assert "second-person-needed" in alone.errors
    assert isinstance(done, dict)
    assert done["transaction"]
    assert balance("bank") == {"EUR": 97_500_000 - 19_000_000 - 500_000}
    assert balance("expense:psp_fees") == {"EUR": 750_000}


@pytest.mark.usefixtures("house")
def test_packs_taxes_terms_and_rates_are_set_from_a_day_on(tmp_path: Path) -> None:
    rates = tmp_path / "eurofxref-hist.csv"
    rates.write_text("Date,USD,CHF,\n2026-11-25,1.1587,0.9312,\n")
    since = ("--from", "2026-01-01")

    imported = [said(refrain("books", "rates", "import", rates)) for _ in range(2)]
    done = [
        refrain("books", "vat", "ch", "8.1", *since),
        refrain("books", "topup-product", "swiss", "10", "12.00", "--currency", "CHF", *since),
        refrain("books", "topup-terms", "redemption", "payable", *since),
    ]
    again = refrain("books", "vat", "CH", "7.7", *since)
    rates.write_text("Date,USD,\n2026-11-25,1.2,\n")
    other = refrain("books", "rates", "import", rates)

    assert imported == [{"new": 2}, {"new": 0}]
    assert [one.status for one in done] == [0, 0, 0]
    assert "already-set" in again.errors
    assert "exchange-rate-differs" in other.errors
