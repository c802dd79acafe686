"""Our own money on its way, and what is put right, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from accounting.journal import balances_of
from accounting.ledger import Account, AccountKind
from catalog.roles import Role
from tests.support.served import Client, served

BANK, STRIPE = Account(AccountKind.BANK), Account(AccountKind.PSP, "stripe")
FEES, TAX = Account(AccountKind.PSP_FEES), Account(AccountKind.VAT, "DE")
DAY = {"currency": "EUR", "scale": 6, "day": "2026-11-20"}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as running:
        yield running


async def post(
    client: Client, path: str, said: dict[str, Any], token: str, *, key: str = "k"
) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{client.url}/api/v1/{path}", json=said, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def balances(client: Client, *accounts: Account) -> list[int]:
    async with client.holding.tools.database.read() as session:
        found = await balances_of(session, accounts)
    return [found[one].get("EUR", 0) for one in accounts]


async def test_money_goes_from_a_provider_to_the_bank_and_to_the_tax_office(client: Client) -> None:
    cleo, anna = [await client.artist(role) for role in (Role.TREASURER, Role.LISTENER)]
    payout = {**DAY, "provider": "stripe", "reference": "po_1", "amount": 97_500_000}
    payout["fee"] = 250_000
    tax = {**DAY, "country": "DE", "reference": "2026-Q4", "amount": 19_000_000}

    arrived = [await post(client, "settlements", payout, cleo) for _ in range(2)]
    other = await post(client, "settlements", {**payout, "amount": 1}, cleo, key="l")
    paid = await post(client, "vat-payments", tax, cleo)

    assert (arrived[0][0], arrived[0]) == (201, arrived[1])
    assert (other[0], paid[0]) == (409, 201)
    assert await balances(client, BANK, STRIPE, FEES, TAX) == [
        *(97_500_000 - 19_000_000, -97_750_000),
        *(250_000, 19_000_000),
    ]
    assert (await post(client, "settlements", payout, anna))[0] == 403


async def test_what_one_proposes_to_put_right_another_approves(client: Client) -> None:
    cleo, dora = [await client.artist(Role.TREASURER) for _ in range(2)]
    entries = [
        {"account": "expense:psp_fees", "amount": 500_000, "currency": "EUR"},
        {"account": "bank", "amount": -500_000, "currency": "EUR"},
    ]
    said = {"reason": "fee of the bank", "entries": entries, "scale": 6, "day": "2026-11-20"}

    _, made = await post(client, "adjustments", said, cleo)
    _, again = await post(client, "adjustments", said, cleo)
    path = f"adjustments/{made['id']}/approval"
    alone = await post(client, path, {}, cleo)
    before = await balances(client, BANK)
    both = [await post(client, path, {}, dora, key=key) for key in ("a", "b")]

    assert made == again
    assert made["transaction"] is None
    assert alone[0] == 403
    assert before == [0]
    assert both[0][1]["transaction"] == both[1][1]["transaction"] is not None
    assert await balances(client, BANK, FEES) == [-500_000, 500_000]
    for account, code in (
        ("wallet:anna", "not-adjustable"),
        ("purse", "account-unknown"),
        ("bank", "unbalanced"),
    ):
        wrong = {**said, "entries": [{**entries[0], "account": account}, entries[0]]}
        status, problem = await post(client, "adjustments", wrong, cleo, key=code)
        assert (status, problem["type"].rpartition(":")[2]) == (422, code)
